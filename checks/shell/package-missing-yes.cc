#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

// Package managers that stop and ask: nobody answers during a build.

namespace plimsoll::checks::package_missing_yes {

using shell::Manager;
using shell::Managers;

namespace {

struct Tool {
    Managers managers;
    Names<8> actions;
    std::string_view setting;   // the configuration that answers yes
    std::string_view option;    // what the fix adds
    bool in_front = false;      // it is an option of the program, not of the sub-command
    std::string_view generic;   // the alias that holds whatever the program's name is
};

constexpr std::string_view sonar = "sonar:S6584";
constexpr Tool apt{shell::apt_family, {"install"}, "Assume-Yes", "-y", false, sonar};
constexpr Tool yum{{Manager::yum}, {"install", "groupinstall", "group"}, "assumeyes", "-y", false, sonar};
// The microdnf of Red Hat's small images never asks.
constexpr Tool dnf{{Manager::dnf, Manager::tdnf}, {"install", "groupinstall", "group"}, "assumeyes", "-y", false, sonar};
constexpr Tool zypper{{Manager::zypper}, {"install", "remove", "source-install", "patch"}, "", "--non-interactive", true, sonar};

bool says_yes(const docker::PackageUse& use) {
    const shell::PackageCall& call = use.call;
    if (call.has("yes") || call.has("non-interactive") || call.has("no-confirm") || call.has("assumeno")) return true;
    if (call.has("simulate") || call.has("dry-run") || call.has("print-uris")) return true;
    bool debian = shell::apt_family.has(call.manager);
    if (debian && call.count("quiet") >= 2) return true;
    for (const shell::PackageOption& option : call.options) {
        std::string_view value = option.value ? option.value->value : std::string_view();
        if (debian && option.key == "quiet" && value >= "2" && value.size() == 1) return true;
        if (option.key == "option" && value.find("Assume-Yes") != std::string_view::npos) return true;
        if (option.key == "setopt" && value.find("assumeyes") != std::string_view::npos) return true;
    }
    // Options in a variable may say yes.
    return std::ranges::any_of(use.command->words, [](const shell::Word& word) {
        auto names = [&](std::string_view part) { return word.value.find(part) != std::string::npos; };
        return !word.literal && word.starts_with("$") && (names("OPT") || names("ARGS") || names("FLAGS"));
    });
}

// "yes | apt-get install", "apt-get install < answers".
bool is_answered(const docker::PackageUse& use, const docker::Dockerfile& file) {
    if (std::ranges::any_of(use.command->redirects, [](const shell::Redirect& redirect) { return redirect.op.starts_with("<"); })) return true;
    std::span<const docker::Command> before = docker::commands_before(file, use.command);
    for (; !before.empty(); before = before.first(before.size() - 1)) {
        const docker::Command& command = before.back();
        if (command.code != use.command.code || command->pipeline != use.command->pipeline) return false;
        if (command->joint == shell::Joint::pipe) return true;
    }
    return false;
}

template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    std::optional<docker::Marks> configured;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!tool.managers.has(use->manager)) continue;
        if (std::ranges::find(tool.actions, use->action) == tool.actions.end() || !use->subcommand) continue;
        if (use->action == "group" && (use->operands.empty() || !(*use->operands[0] == "install"))) continue;
        if (says_yes(use) || is_answered(use, file)) continue;
        if (!tool.setting.empty() && !configured) configured.emplace(docker::configured(file, tool.setting, true));
        if (configured && configured->before(use.instruction())) continue;
        const shell::Word& place = tool.in_front ? *use->program : *use->subcommand;
        std::string option(tool.option);
        auto draft =
            report.at(place, quote(use->program->value + ' ' + use->subcommand->value) + " asks before it goes on and the build cannot answer; add " + option);
        draft.fix("Add " + option, Safety::safe, {{place.span().end, place.span().end}, ' ' + option});
        if (use->manager == Manager::apt || use->manager == Manager::aptitude || use->manager == Manager::tdnf) draft.only({tool.generic});
    }
}

constexpr std::string_view why =
    "A build has no terminal. When the package manager wants a confirmation it reads end of file, takes it for no and the build fails, "
    "often only after the list of dependencies has grown.";

constexpr Example apt_examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt-get update && sudo apt-get -q install curl
                                      ^^^^^^^ 'apt-get install' asks before it goes on and the build cannot answer; add -y
RUN apt install --no-install-recommends git
        ^^^^^^^ 'apt install' asks before it goes on and the build cannot answer; add -y
)",
     .good = R"(
FROM debian:12
RUN apt-get update && sudo apt-get -q install -y curl
RUN apt install -y --no-install-recommends git
)"},
    {.bad = R"(
FROM debian:12
RUN ["/bin/sh", "-c", "apt-get install curl"]
                               ^^^^^^^ 'apt-get install' asks before it goes on and the build cannot answer; add -y
)",
     .good = R"(
FROM debian:12
RUN apt-get install -qq a && apt-get -q -q install b && apt-get -q=2 install c && apt-get --assume-yes install d && apt-get install -fy
RUN yes | apt-get install e && apt-get -s install f && apt-get -o APT::Get::Assume-Yes=true install g
RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes
RUN apt-get install h
)",
     .fixed = false},
};

constexpr Example yum_examples[] = {{.bad = R"(
FROM centos:7
RUN yum install git && yum clean all
        ^^^^^^^ 'yum install' asks before it goes on and the build cannot answer; add -y
RUN yum groupinstall "Development Tools"
        ^^^^^^^^^^^^ 'yum groupinstall' asks before it goes on and the build cannot answer; add -y
)",
                                     .good = R"(
FROM centos:7
RUN yum install -y git && yum clean all
RUN yum groupinstall -y "Development Tools"
)"}};

constexpr Example dnf_examples[] = {{.bad = R"(
FROM fedora:42
RUN dnf --nodocs install git
                 ^^^^^^^ 'dnf install' asks before it goes on and the build cannot answer; add -y
)",
                                     .good = R"(
FROM fedora:42
RUN dnf --nodocs install -y git
)"},
                                    {.bad = R"(
FROM fedora:42
RUN dnf5 install tree && dnf install --assumeyes jq && dnf -qy install vim
         ^^^^^^^ 'dnf5 install' asks before it goes on and the build cannot answer; add -y
)",
                                     .good = R"(
FROM fedora:42
RUN dnf5 install -y tree && dnf install --assumeyes jq && dnf -qy install vim
)"}};

constexpr Example zypper_examples[] = {{.bad = R"(
FROM opensuse/leap:15.6
RUN zypper in git
    ^^^^^^ 'zypper in' asks before it goes on and the build cannot answer; add --non-interactive
)",
                                        .good = R"(
FROM opensuse/leap:15.6
RUN zypper --non-interactive in git
)"},
                                       {.bad = R"(
FROM opensuse/leap:15.6
RUN zypper rm git
    ^^^^^^ 'zypper rm' asks before it goes on and the build cannot answer; add --non-interactive
)",
                                        .good = R"(
FROM opensuse/leap:15.6
RUN zypper -n rm git && zypper in -y curl && zypper install --no-confirm jq && zypper refresh
)",
                                        .fixed = false}};

constexpr Check table[] = {
    {.id = "apt-missing-yes",
     .title = "apt-get install may ask for confirmation.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3014", "trivy:DS-0021", "kics:77783205-c4ca-4f80-bb80-c777f267c547", "semgrep:missing-assume-yes-switch",
                 "dockerfilelint:apt-get_missing_param", sonar, "mondoo:apt-get-assume-yes"},
     .examples = apt_examples,
     .run = on(docker::Keyword::run, run<apt>)},
    {.id = "dnf-missing-yes",
     .title = "dnf install may ask for confirmation.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3038", "kics:7ebd323c-31b7-4e5b-b26f-de5e9e477af8", "semgrep:missing-dnf-assume-yes-switch", sonar, "mondoo:dnf-assume-yes"},
     .examples = dnf_examples,
     .run = on(docker::Keyword::run, run<dnf>)},
    {.id = "yum-missing-yes",
     .title = "yum install may ask for confirmation.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3030", "kics:6e19193a-8753-436d-8a09-76dcff91bb03", "semgrep:missing-yum-assume-yes-switch", "terrascan:AC_DOCKER_0004", sonar,
                 "mondoo:yum-assume-yes"},
     .examples = yum_examples,
     .run = on(docker::Keyword::run, run<yum>)},
    {.id = "zypper-missing-noninteractive",
     .title = "zypper may ask for confirmation.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3034", "kics:45e1fca5-f90e-465d-825f-c2cb63fa3944", sonar, "mondoo:zypper-non-interactive"},
     .examples = zypper_examples,
     .run = on(docker::Keyword::run, run<zypper>)},
};

}

extern constinit const std::span<const Check> package_missing_yes = table;

}
