#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::package_version_unpinned {

using shell::Manager;
using shell::Managers;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A version, a release or a local file.
bool apt_pinned(std::string_view package) { return package.find_first_of("=/") != std::string_view::npos || package.ends_with(".deb"); }

bool apk_pinned(std::string_view package) {
    return package.find_first_of("=~<>") != std::string_view::npos || package.ends_with(".apk") || package.starts_with("!");
}

// name-1.2 or name-1.2-3.el9.x86_64; files, addresses and groups have no version to give.
bool rpm_pinned(std::string_view package) {
    if (package.starts_with("@") || package.find("://") != std::string_view::npos || package.find('/') != std::string_view::npos || package.ends_with(".rpm"))
        return true;
    if (package.find_first_of("<>=") != std::string_view::npos) return true;
    std::size_t dash = package.rfind('-');
    return dash != std::string_view::npos && dash > 0 && dash + 1 < package.size() && is_digit(package[dash + 1]);
}

bool zypper_pinned(std::string_view package) {
    return package.find_first_of("=<>") != std::string_view::npos || package.ends_with(".rpm") || package.find('/') != std::string_view::npos ||
           package.starts_with("-");
}

struct Tool {
    Managers managers;
    bool (*pinned)(std::string_view);
    std::string_view between;   // what stands between name and version
    Managers aliased;           // the peers' rules name only these
};

constexpr Tool apt{shell::apt_family, apt_pinned, "=", {Manager::apt_get}};
constexpr Tool apk{{Manager::apk}, apk_pinned, "=", {Manager::apk}};
constexpr Tool yum{{Manager::yum}, rpm_pinned, "-", {Manager::yum}};
constexpr Tool dnf{{Manager::dnf, Manager::microdnf, Manager::tdnf}, rpm_pinned, "-", {Manager::dnf, Manager::microdnf}};
constexpr Tool zypper{{Manager::zypper}, zypper_pinned, "=", {Manager::zypper}};

// Whether an unknown word may bring a version along: "$PACKAGES", "nginx$VERSION", for rpm also "nginx-$VERSION";
// "linux-headers-$(uname -r)" and "python$V-devel" may not.
bool may_hold_version(const docker::Argument& argument, bool after_dash) {
    std::string_view text = argument.value;
    std::size_t expansion = argument.known ? std::string_view::npos : text.find_first_of("$`");
    if (expansion == std::string_view::npos) return false;
    if (expansion == 0) return true;
    char before = text[expansion - 1], last = text.back();
    if (before == '-') return after_dash && text.substr(expansion).find("}-") == std::string_view::npos;
    bool at_end = last == '}' || last == ')' || last == '`' || text.find_first_of("-./", expansion) == std::string_view::npos;
    return at_end && before != '.' && !is_digit(before);
}

// Operands that are packages: those of "install", and of "module install" and "group install" behind the verb.
std::span<const shell::Word* const> packages_of(const docker::PackageUse& use, bool& streams) {
    std::span<const shell::Word* const> operands = use->operands;
    streams = false;
    // "reinstall" takes what is there.
    if (use->action == "install" && use->subcommand && !(*use->subcommand == "reinstall")) return operands;
    if (use->action == "module" && !operands.empty() && *operands[0] == "install") {
        streams = true;
        return operands.subspan(1);
    }
    return {};
}

bool names_pattern(const docker::PackageUse& use) {
    const shell::PackageOption* type = use->manager == Manager::zypper ? use->option("type") : nullptr;
    return type && type->value && (*type->value == "pattern" || *type->value == "patch");
}

void report_use(const docker::Dockerfile& file, const docker::PackageUse& use, const Tool& tool, Reporter& report) {
    bool streams = false;
    std::optional<docker::Argument> first;
    std::size_t more = 0;
    for (const shell::Word* operand : packages_of(use, streams)) {
        for (docker::Argument& argument : docker::arguments_of(*operand, use.command, file)) {
            bool pinned = streams ? argument.value.find(':') != std::string::npos : tool.pinned(argument.value);
            if (argument.value.empty() || argument.value.starts_with("-") || pinned || may_hold_version(argument, tool.between == "-")) continue;
            if (first)
                ++more;
            else
                first = std::move(argument);
        }
    }
    if (!first) return;
    std::string message = quote(first->value);
    if (more > 0)
        message += " and " + std::to_string(more) + (more == 1 ? " more package have" : " more packages have");
    else
        message += " has";
    message += streams ? " no stream; give it as name:stream" : " no version; pin it as name" + std::string(tool.between) + "version";
    auto draft = report.at(*first->word, message);
    if (!tool.aliased.has(use->manager)) draft.only({});
}

template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (tool.managers.has(use->manager) && !names_pattern(use)) report_use(file, use, tool, report);
    }
}

constexpr Example apt_examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y -t bookworm-backports curl git=1:2.39.5-0+deb12u1 jq
                                                               ^^^^ 'curl' and 1 more package have no version; pin it as name=version
)",
     .good = R"(
FROM debian:12
ARG JQ="jq=1.6-2.1"
RUN apt-get update && apt-get install -y -t bookworm-backports curl=7.88.* git/bookworm ./x.deb $JQ -o Acquire::Retries=3
RUN xargs apt-get install -y < packages.txt && apt-get install -y $UNKNOWN
)",
     .fixed = false},
    {.bad = R"(
FROM debian:12
RUN tools="gcc make" && sudo apt install -y $tools
                                            ^^^^^^ 'gcc' and 1 more package have no version; pin it as name=version
RUN apt-get install -y linux-headers-$(uname -r)
                       ^^^^^^^^^^^^^^^^^^^^^^^^^ 'linux-headers-$(uname -r)' has no version; pin it as name=version
)",
     .good = R"(
FROM debian:12
RUN apt-get update
)",
     .fixed = false},
};

constexpr Example apk_examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache --virtual .build gcc musl-dev
                                        ^^^ 'gcc' and 1 more package have no version; pin it as name=version
)",
                                     .good = R"(
FROM alpine:3.22
RUN apk add --no-cache -t .build gcc=14.2.0-r6 "musl-dev~1.2" 'make>4' /tmp/local.apk
)",
                                     .fixed = false}};

constexpr Example yum_examples[] = {{.bad = R"(
FROM centos:7
RUN yum install -y java-11-openjdk git-1.8.3.1
                   ^^^^^^^^^^^^^^^ 'java-11-openjdk' has no version; pin it as name-version
RUN yum module install nodejs
                       ^^^^^^ 'nodejs' has no stream; give it as name:stream
)",
                                     .good = R"(
FROM centos:7
ENV V=1.8.3.1
RUN yum install -y git-$V jq-1.6-2.el7.x86_64 ./a.rpm https://example.org/b.rpm @development
RUN yum install -y libnccl-${UNKNOWN}+cuda && yum reinstall -y tzdata && yum groupinstall -y "Development Tools" && yum module install nodejs:20
)",
                                     .fixed = false}};

constexpr Example dnf_examples[] = {{.bad = R"(
FROM fedora:42
RUN dnf install -y git jq-1.7
                   ^^^ 'git' has no version; pin it as name-version
RUN microdnf install tar
                     ^^^ 'tar' has no version; pin it as name-version
)",
                                     .good = R"(
FROM fedora:42
RUN dnf install -y git-2.49.0 jq-1.7
)",
                                     .fixed = false}};

constexpr Example zypper_examples[] = {{.bad = R"(
FROM opensuse/leap:15.6
RUN zypper -n in git
                 ^^^ 'git' has no version; pin it as name=version
)",
                                        .good = R"(
FROM opensuse/leap:15.6
RUN zypper -n in "git>=2.43" jq=1.6 ./a.rpm && zypper -n in -t pattern devel_basis
)",
                                        .fixed = false}};

constexpr std::string_view why =
    "Without a version each build takes what the mirror offers that day, so two images from one Dockerfile differ and a broken release arrives unasked. "
    "Most distributions delete old versions from their mirrors: pin where a snapshot or a mirror of your own keeps them.";

constexpr Check table[] = {
    {.id = "apt-version-unpinned",
     .title = "apt-get install without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"hadolint:DL3008", "kics:965a08d7-ef86-4f14-8792-4a3b2098937e"},
     .standards = {"CIS-Docker-4.11"},
     .examples = apt_examples,
     .run = on(docker::Keyword::run, run<apt>)},
    {.id = "apk-version-unpinned",
     .title = "apk add without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"hadolint:DL3018", "kics:d3499f6d-1651-41bb-a9a7-de925fea487b"},
     .standards = {"CIS-Docker-4.11"},
     .examples = apk_examples,
     .run = on(docker::Keyword::run, run<apk>)},
    {.id = "yum-version-unpinned",
     .title = "yum install without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"hadolint:DL3033", "kics:6452c424-1d92-4deb-bb18-a03e95d579c4", "terrascan:AC_DOCKER_0033"},
     .standards = {"CIS-Docker-4.11"},
     .examples = yum_examples,
     .run = on(docker::Keyword::run, run<yum>)},
    {.id = "dnf-version-unpinned",
     .title = "dnf install without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"hadolint:DL3041", "kics:93d88cf7-f078-46a8-8ddc-178e03aeacf1"},
     .standards = {"CIS-Docker-4.11"},
     .examples = dnf_examples,
     .run = on(docker::Keyword::run, run<dnf>)},
    {.id = "zypper-version-unpinned",
     .title = "zypper install without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"hadolint:DL3037", "kics:562952e4-0348-4dea-9826-44f3a2c6117b"},
     .standards = {"CIS-Docker-4.11"},
     .examples = zypper_examples,
     .run = on(docker::Keyword::run, run<zypper>)},
};

}

extern constinit const std::span<const Check> package_version_unpinned = table;

}
