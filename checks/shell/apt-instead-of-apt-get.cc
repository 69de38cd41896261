#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apt_instead_of_apt_get {

namespace {

// Sub-commands that mean the same to apt-get.
constexpr std::string_view shared[] = {"install", "reinstall", "update",       "remove",    "purge",  "autoremove", "autopurge",
                                       "clean",   "autoclean", "dist-upgrade", "build-dep", "source", "download",   "satisfy"};

std::vector<Edit> edits_for(const docker::PackageUse& use) {
    const Span program = use->program->span();
    const shell::Word& verb = *use->subcommand;
    std::vector<Edit> edits = {{{program.end, program.end}, "-get"}};
    if (std::ranges::find(shared, std::string_view(verb.value)) != std::end(shared)) return edits;
    if (verb == "full-upgrade" && verb.text == "full-upgrade") edits.push_back({verb.span(), "dist-upgrade"});
    // apt installs new packages where an upgrade needs them, apt-get only when told to.
    else if (verb == "upgrade")
        edits.push_back({{verb.span().end, verb.span().end}, " --with-new-pkgs"});
    else
        return {};
    return edits;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use->manager != shell::Manager::apt) continue;
        auto draft =
            report.at(*use->program, "the interface of " + quote(use->program->value) + " may change between releases; use apt-get or apt-cache in scripts");
        bool plain = use->program->text == use->program->value;
        if (!plain || !use->subcommand) continue;
        if (std::vector<Edit> edits = edits_for(use); !edits.empty()) draft.fix("Use apt-get", Safety::safe, std::move(edits));
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt update && sudo apt install -y curl && apt full-upgrade -y && apt upgrade -y
    ^^^ the interface of 'apt' may change between releases; use apt-get or apt-cache in scripts
                       ^^^ the interface of 'apt' may change between releases; use apt-get or apt-cache in scripts
                                              ^^^ the interface of 'apt' may change between releases; use apt-get or apt-cache in scripts
                                                                     ^^^ the interface of 'apt' may change between releases; use apt-get or apt-cache in scripts
)",
     .good = R"(
FROM debian:12
RUN apt-get update && sudo apt-get install -y curl && apt-get dist-upgrade -y && apt-get upgrade --with-new-pkgs -y
)"},
    {.bad = R"(
FROM debian:12
RUN apt list --installed
    ^^^ the interface of 'apt' may change between releases; use apt-get or apt-cache in scripts
)",
     .good = R"(
FROM debian:12
RUN apt-get install -y apt apt-utils && apt-cache policy apt && apt-mark hold apt && ls /etc/apt && echo apt
)",
     .fixed = false},
};

extern constinit const Check apt_instead_of_apt_get = {
    .id = "apt-instead-of-apt-get",
    .title = "apt used in a script instead of apt-get.",
    .category = Category::style,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "apt is made for people at a terminal: it warns itself that its command line is not stable, and it draws a progress bar into the log. "
           "apt-get and apt-cache do the same and keep their interface.",
    .aliases = {"hadolint:DL3027", "checkov:CKV_DOCKER_9", "kics:b84a0b47-2e99-4c9f-8933-98bcabe2b94d", "semgrep:prefer-apt-get", "terrascan:AC_DOCKER_0002",
                "mondoo:use-apt-get"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
