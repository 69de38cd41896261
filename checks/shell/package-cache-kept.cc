#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

// Caches of package managers that need a command of their own to go away.

namespace plimsoll::checks::package_cache_kept {

using shell::Manager;
using shell::Managers;

namespace {

struct Tool {
    Managers managers;        // the calls that fill the cache
    Names<4> fills;           // by these actions
    Managers cleaners;        // the programs whose "clean" empties it
    Names<4> folders;         // where it lies
    std::string_view clean;   // the call that cleans, without the program
    std::string_view what;
};

constexpr Tool apt{{Manager::apt_get, Manager::apt},       {"install"}, shell::apt_family, {"/var/cache/apt", "/var/cache/apt/archives"}, "clean",
                   "downloaded packages stay in the layer"};
constexpr Tool yum{{Manager::yum},
                   {"install"},
                   {Manager::yum, Manager::dnf},
                   {"/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5"},
                   "clean all",
                   "the cache stays in the layer"};
constexpr Tool dnf{{Manager::dnf, Manager::microdnf, Manager::tdnf},
                   {"install", "upgrade", "reinstall"},
                   {Manager::dnf, Manager::yum, Manager::microdnf, Manager::tdnf},
                   {"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/cache/tdnf"},
                   "clean all",
                   "the cache stays in the layer"};
constexpr Tool zypper{{Manager::zypper}, {"install"}, {Manager::zypper}, {"/var/cache/zypp"}, "clean", "the cache stays in the layer"};

// "clean packages" and "clean expire-cache" leave the large part, the metadata.
bool cleans(const shell::PackageCall& call, const Tool& tool) {
    if (!tool.cleaners.has(call.manager) || call.action != "clean") return false;
    return std::ranges::none_of(call.operands, [](const shell::Word* word) { return *word == "packages" || *word == "expire-cache"; });
}

// First byte of the last command that empties the cache, 0 when there is none.
std::uint32_t last_cleaning(const docker::Dockerfile& file, const docker::Instruction& run, const Tool& tool) {
    std::uint32_t last = 0;
    for (const docker::PackageUse& use : file.package_uses_of(run))
        if (cleans(use.call, tool)) last = std::max(last, use.command->span.begin);
    for (const docker::Command& command : file.commands_of(run)) {
        bool removed = std::ranges::any_of(tool.folders, [&](std::string_view folder) { return docker::removes(*command.command, folder); });
        bool script = docker::runs_cleaning_script(*command.command);
        if (removed || script) last = std::max(last, command->span.begin);
    }
    return last;
}

bool is_mounted(const docker::Instruction& run, const Tool& tool) {
    return std::ranges::any_of(tool.folders, [&](std::string_view folder) { return docker::mounted(run, folder); });
}

bool fills(const docker::PackageUse& use, const Tool& tool) {
    return tool.managers.has(use->manager) && use->subcommand && std::ranges::find(tool.fills, use->action) != tool.fills.end();
}

// The official images of Debian and Ubuntu, on which those of the other official images build, empty the archive after each call.
bool cleans_itself(const docker::PackageUse& use) {
    const docker::Stage* stage = use.stage();
    return stage && stage->root_image() && stage->root_image()->repository().starts_with("library/") && stage->root_image()->registry() == "docker.io";
}

void report_run(const docker::Dockerfile& file, const docker::Instruction& run, const docker::PackageUse& use, const Tool& tool, Reporter& report) {
    std::string program = use->program->value, clean = program + ' ' + std::string(tool.clean);
    auto draft = report.at(*use->subcommand, std::string(tool.what) + "; end the RUN with " + quote(clean));
    if (use->manager == Manager::microdnf)
        draft.only({"hadolint:DL3040", "trivy:DS-0027", "kics:295acb63-9246-4b21-b441-7c1f1fb62dc0", "sonar:S6587", "mondoo:microdnf-clean-cache"});
    else if (tool.managers.has(Manager::dnf))
        draft.only({"hadolint:DL3040", "trivy:DS-0019", "kics:295acb63-9246-4b21-b441-7c1f1fb62dc0", "semgrep:missing-dnf-clean-all",
                    "dockerfile-lint:no_dnf_clean_all", "terrascan:AC_DOCKER_00025", "sonar:S6587", "mondoo:dnf-clean-cache"});
    // Behind sudo the call needs the rights of its wrapper.
    if (use.command->wrapper) return;
    if (std::optional<Edit> edit = docker::and_then(file, run, clean)) draft.fix("Add " + clean, Safety::safe, {*edit});
}

// One finding for each RUN: one command at its end cleans up after all of them.
template <const Tool& tool, bool self_cleaning = false>
void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* judged = nullptr;
    for (const docker::PackageUse& use : file.package_uses()) {
        const docker::Instruction& in = use.instruction();
        if (&in == judged || !fills(use, tool)) continue;
        if (self_cleaning && cleans_itself(use)) continue;
        const std::uint32_t cleaned = last_cleaning(file, in, tool);
        const bool mounted = is_mounted(in, tool);
        judged = &in;
        if (mounted) continue;
        for (const docker::PackageUse& later : file.package_uses_of(in)) {
            if (!fills(later, tool) || later.command->span.begin < cleaned) continue;
            report_run(file, in, later, tool, report);
            break;
        }
    }
}

constexpr std::string_view why =
    "Package lists and downloaded packages are of no use in a finished image, yet they stay in the layer that made them, often for hundreds of megabytes. "
    "Only the same RUN can take them away again; a later one adds a layer that hides them.";

constexpr Example apt_examples[] = {{.bad = R"(
FROM registry.example.org/base:1
RUN apt-get update && apt-get install -y curl
                              ^^^^^^^ downloaded packages stay in the layer; end the RUN with 'apt-get clean'
)",
                                     .good = R"(
FROM registry.example.org/base:1
RUN apt-get update && apt-get install -y curl && apt-get clean
)"},
                                    {.bad = R"(
FROM registry.example.org/base:1
RUN apt-get clean && apt-get install -y curl
                             ^^^^^^^ downloaded packages stay in the layer; end the RUN with 'apt-get clean'
)",
                                     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl
FROM registry.example.org/base:1
RUN --mount=type=cache,target=/var/cache/apt apt-get install -y curl
RUN apt-get install -y curl && rm -rf /var/cache/apt/*
)",
                                     .fixed = false}};

constexpr Example yum_examples[] = {{.bad = R"(
FROM centos:7
RUN yum clean all && yum install -y git \
                         ^^^^^^^ the cache stays in the layer; end the RUN with 'yum clean all'
    && git --version
)",
                                     .good = R"(
FROM centos:7
RUN yum clean all && yum install -y git \
    && git --version \
    && yum clean all
)"},
                                    {.bad = R"(
FROM centos:7
RUN yum install -y git
        ^^^^^^^ the cache stays in the layer; end the RUN with 'yum clean all'
RUN yum clean all
)",
                                     .good = R"(
FROM centos:7
RUN yum install -y git && rm -rf /var/cache/yum
RUN --mount=type=cache,target=/var/cache/yum yum install -y git
RUN yum install -y git && yum --disableplugin=x clean all
RUN yum install -y git && rm -rf /var/cache/{yum,dnf}
)",
                                     .fixed = false}};

constexpr Example dnf_examples[] = {{.bad = R"(
FROM fedora:42
RUN dnf install -y git
        ^^^^^^^ the cache stays in the layer; end the RUN with 'dnf clean all'
)",
                                     .good = R"(
FROM fedora:42
RUN dnf install -y git && dnf clean all
)"},
                                    {.bad = R"(
FROM ubi9-minimal
RUN microdnf install git && microdnf clean packages
             ^^^^^^^ the cache stays in the layer; end the RUN with 'microdnf clean all'
)",
                                     .good = R"(
FROM ubi9-minimal
RUN microdnf install git && microdnf clean all
RUN dnf install -y git && dnf clean --disableplugin=subscription-manager all
RUN --mount=type=cache,target=/var/cache/dnf dnf install -y git
)",
                                     .fixed = false}};

constexpr Example zypper_examples[] = {{.bad = R"(
FROM opensuse/leap:15.6
RUN zypper -n in git
              ^^ the cache stays in the layer; end the RUN with 'zypper clean'
)",
                                        .good = R"(
FROM opensuse/leap:15.6
RUN zypper -n in git && zypper clean
)"}};

constexpr Check table[] = {
    {.id = "apt-cache-not-cleaned",
     .title = "apt-get clean is missing.",
     .category = Category::efficiency,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"semgrep:remove-package-cache", "dockerfile-lint:no_apt-get_clean", "dockle:DKL-DI-0005"},
     .examples = apt_examples,
     .run = on(docker::Keyword::run, run<apt, true>)},
    {.id = "dnf-clean-missing",
     .title = "dnf or microdnf cache left in the layer.",
     .category = Category::efficiency,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3040", "trivy:DS-0019", "trivy:DS-0027", "kics:295acb63-9246-4b21-b441-7c1f1fb62dc0", "semgrep:missing-dnf-clean-all",
                 "dockerfile-lint:no_dnf_clean_all", "terrascan:AC_DOCKER_00025", "sonar:S6587", "mondoo:dnf-clean-cache", "mondoo:microdnf-clean-cache"},
     .examples = dnf_examples,
     .run = on(docker::Keyword::run, run<dnf>)},
    {.id = "yum-clean-missing",
     .title = "yum cache left in the layer.",
     .category = Category::efficiency,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3032", "trivy:DS-0015", "kics:00481784-25aa-4a55-8633-3136dfcf4f37", "dockerfile-lint:no_yum_clean_all",
                 "terrascan:AC_DOCKER_0009", "sonar:S6587", "mondoo:yum-clean-cache"},
     .examples = yum_examples,
     .run = on(docker::Keyword::run, run<yum>)},
    {.id = "zypper-clean-missing",
     .title = "zypper cache left in the layer.",
     .category = Category::efficiency,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3036", "trivy:DS-0020", "kics:38300d1a-feb2-4a48-936a-d1ef1cd24313", "semgrep:missing-zypper-clean", "sonar:S6587",
                 "mondoo:zypper-clean-cache"},
     .examples = zypper_examples,
     .run = on(docker::Keyword::run, run<zypper>)},
};

}

extern constinit const std::span<const Check> package_cache_kept = table;

}
