#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::package_update_alone {

using shell::Manager;
using shell::Managers;

namespace {

struct Family {
    Managers managers;
    std::string_view refresh;   // the action that only fetches the index
};

// "yum update" is an upgrade; yum has no index that is fetched on its own but by makecache.
constexpr Family families[] = {
    {shell::apt_family, "update"},
    {{Manager::apk}, "update"},
    {{Manager::yum, Manager::dnf, Manager::microdnf, Manager::tdnf}, "makecache"},
    {{Manager::zypper}, "refresh"},
};

const Family* refreshed_by(const docker::PackageUse& use) {
    auto found = std::ranges::find_if(families, [&](const Family& family) { return family.managers.has(use->manager) && use->action == family.refresh; });
    return found == std::end(families) || !use->subcommand ? nullptr : found;
}

// Actions that read no index.
bool is_idle(std::string_view action) {
    constexpr std::string_view idle[] = {"",     "update", "refresh", "makecache", "clean",    "autoclean", "remove",        "autoremove",
                                         "list", "search", "show",    "info",      "repolist", "addrepo",   "config-manager"};
    return std::ranges::find(idle, action) != std::end(idle);
}

// Something later in the RUN installs, or may do so out of sight: a script, a tool that calls the package manager.
bool uses_index(const docker::Dockerfile& file, const docker::PackageUse& refresh, const Family& family) {
    for (const docker::PackageUse& use : file.package_uses_of(refresh.instruction()))
        if (use.command->span.begin > refresh.command->span.begin && family.managers.has(use->manager) && !is_idle(use->action)) return true;
    return std::ranges::any_of(docker::commands_after(file, refresh.command), [](const docker::Command& command) {
        if (docker::runs_foreign_code(*command.command)) return true;
        if (shell::package_call(*command.command)) return false;
        auto installs = [](const shell::Word& word) { return word.starts_with("install"); };
        return std::ranges::any_of(command->words, installs) || command->base_name().find("install") != std::string_view::npos || command->is("mk-build-deps");
    });
}

void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* reported = nullptr;
    for (const docker::PackageUse& use : file.package_uses()) {
        const Family* family = refreshed_by(use);
        if (!family || &use.instruction() == reported) continue;
        if (family->managers.has(Manager::apt_get) && docker::mounted(use.instruction(), "/var/lib/apt/lists")) continue;
        reported = &use.instruction();
        if (uses_index(file, use, *family)) continue;
        std::string call = use->program->value + ' ' + use->subcommand->value;
        report.at(*use->subcommand, quote(call) + " stands alone; the cached layer grows stale, so run it in the RUN that installs");
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt-get update
            ^^^^^^ 'apt-get update' stands alone; the cached layer grows stale, so run it in the RUN that installs
RUN apt-get install -y curl && apt update
                                   ^^^^^^ 'apt update' stands alone; the cached layer grows stale, so run it in the RUN that installs
)",
     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN apt-get update; for p in a b; do aptitude install $p; done
RUN apt-get update && apt-get -y dist-upgrade
RUN apt-get update && ./install-tools.sh
RUN apt-get update && rosdep install --from-paths src
RUN apt-get update && curl -L https://example.org/setup | bash -
)",
     .fixed = false},
    {.bad = R"(
FROM alpine:3.22
RUN apk update && pip install x
        ^^^^^^ 'apk update' stands alone; the cached layer grows stale, so run it in the RUN that installs
)",
     .good = R"(
FROM fedora:42
RUN yum update -y && gem update
RUN zypper refresh && zypper -n in git
)",
     .fixed = false},
};

extern constinit const Check package_update_alone = {
    .id = "package-update-alone",
    .title = "Package index updated without installing in the same RUN.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The builder caches the RUN and never repeats it while its text stays the same. "
           "When a later RUN then installs something new, it works with an index of months ago: packages are old or no longer on the mirror.",
    .aliases = {"trivy:DS-0017", "checkov:CKV_DOCKER_5", "kics:9bae49be-0aa3-4de5-bab2-4c3a069e40cd", "dockle:CIS-DI-0007",
                "dockerfilelint:apt-get-update_require_install", "terrascan:AC_DOCKER_0049", "sonar:S6595", "mondoo:no-update-alone"},
    .standards = {"CIS-Docker-4.7"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
