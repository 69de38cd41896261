#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apt_recommends_installed {

using shell::Manager;

namespace {

// The call itself says whether it wants recommended packages.
bool decides(const shell::PackageCall& call) {
    if (call.has("no-install-recommends") || call.has("install-recommends") || call.has("without-recommends") || call.has("with-recommends")) return true;
    if (call.manager == Manager::aptitude && (call.has("R") || call.has("r"))) return true;
    return std::ranges::any_of(call.options, [](const shell::PackageOption& option) {
        return option.key == "option" && option.value && option.value->value.find("Install-Recommends") != std::string_view::npos;
    });
}

// Options in a variable may decide.
bool has_hidden_options(const shell::Command& command) {
    return std::ranges::any_of(command.arguments(), [](const shell::Word& word) {
        auto names = [&](std::string_view part) { return word.value.find(part) != std::string::npos; };
        return !word.literal && word.starts_with("$") && (names("OPT") || names("ARGS") || names("FLAGS"));
    });
}

void run(const docker::Dockerfile& file, Reporter& report) {
    std::optional<docker::Marks> configured;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!shell::apt_family.has(use->manager) || use->action != "install" || !use->subcommand) continue;
        if (decides(use.call) || has_hidden_options(*use.command.command)) continue;
        if (!configured) configured.emplace(docker::configured(file, "Install-Recommends", false));
        if (configured->before(use.instruction())) continue;
        const std::uint32_t end = use->subcommand->span().end;
        const std::string option = use->manager == Manager::aptitude ? "--without-recommends" : "--no-install-recommends";
        auto draft = report.at(*use->subcommand, "recommended packages come along that nobody asked for; add " + option);
        draft.fix("Add " + option, Safety::unsafe, {{end, end}, ' ' + option});
        if (use->manager != Manager::apt_get) draft.only({"sonar:S6500"});
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y a && sudo apt-get -y install b
                              ^^^^^^^ recommended packages come along that nobody asked for; add --no-install-recommends
                                                              ^^^^^^^ recommended packages come along that nobody asked for; add --no-install-recommends
)",
     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install --no-install-recommends -y a && sudo apt-get -y install --no-install-recommends b
)"},
    {.bad = R"(
FROM debian:12
RUN apt-get install -y a
            ^^^^^^^ recommended packages come along that nobody asked for; add --no-install-recommends
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99small
RUN apt-get install -y b
)",
     .good = R"(
FROM debian:12 AS base
RUN apt-get install -y a --no-install-recommends
RUN apt-get -o APT::Install-Recommends=0 install -y b && apt-get install --install-recommends -y c
RUN echo "APT::Install-Recommends \"0\";" > /etc/apt/apt.conf.d/99small
FROM base
RUN apt-get install -y b
)",
     .fixed = false},
};

extern constinit const Check apt_recommends_installed = {
    .id = "apt-recommends-installed",
    .title = "apt-get install pulls recommended packages.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::strict,   // saves space, but what goes may be missed: the catalogue has it on, the noise bar of 3 findings a file does not allow it
    .fix = Safety::unsafe,
    .why = "Recommended packages are what a desktop wants beside the package: documentation, helpers, whole services. "
           "In an image they are weight and attack surface. Name the few that are needed, such as ca-certificates beside curl, and leave out the rest.",
    .aliases = {"hadolint:DL3015", "trivy:DS-0029", "kics:7384dfb2-fcd1-4fbf-91cd-6c44c318c33c", "semgrep:missing-no-install-recommends",
                "dockerfilelint:apt-get_recommends", "terrascan:AC_DOCKER_0014", "sonar:S6500", "mondoo:apt-no-install-recommends"},
    .standards = {"CIS-Docker-4.3"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
