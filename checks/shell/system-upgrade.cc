#include "analyzer/engine/check.h"

// Upgrades of the whole system, one check for each package manager.

namespace plimsoll::checks::system_upgrade {

using shell::Manager;
using shell::Managers;

namespace {

struct Tool {
    Managers managers;
    std::string_view action;   // as the grammar calls it
    bool whole_only = true;    // a call that names packages is no upgrade of the system
    std::string_view advice;
};

constexpr std::string_view newer_base = "use a newer base image or name the packages to upgrade";

constexpr Tool apk{{Manager::apk}, "upgrade", true, newer_base};
constexpr Tool apt{shell::apt_family, "upgrade", true, newer_base};
constexpr Tool apt_dist{shell::apt_family, "dist-upgrade", false, "take the base image of the release you want"};
constexpr Tool yum{{Manager::yum}, "upgrade", true, newer_base};
constexpr Tool dnf{{Manager::dnf, Manager::microdnf, Manager::tdnf}, "upgrade", true, newer_base};
constexpr Tool zypper{{Manager::zypper}, "update", true, newer_base};
constexpr Tool zypper_dist{{Manager::zypper}, "dist-upgrade", false, "take the base image of the release you want"};

bool matches(const docker::PackageUse& use, const Tool& tool) {
    if (!tool.managers.has(use->manager)) return false;
    // "apk add -u" without a package upgrades what is installed.
    if (use->manager == Manager::apk && use->action == "install") return use->operands.empty() && use->has("upgrade");
    if (use->action != tool.action) return false;
    return !tool.whole_only || use->operands.empty();
}

template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!matches(use, tool) || !use->subcommand) continue;
        std::string words = use->program->value + ' ' + use->subcommand->value;
        report.at(*use->subcommand, quote(words) + " changes the whole system with every build; " + std::string(tool.advice));
    }
}

constexpr std::string_view why =
    "An upgrade of everything makes the result depend on the day of the build and doubles the files it replaces, as the old ones stay in the layer below. "
    "Patches come with a newer base image, where all stages and hosts share them. Some standards ask for the upgrade instead, so this is off by default.";
constexpr std::string_view why_dist =
    "It may remove packages and move to another release of the distribution, so the image is no longer what its FROM line says. "
    "A newer base image gives the same packages, tested together and in smaller layers.";

constexpr Example apk_examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk --no-cache upgrade
                   ^^^^^^^ 'apk upgrade' changes the whole system with every build; use a newer base image or name the packages to upgrade
RUN apk add -u
        ^^^ 'apk add' changes the whole system with every build; use a newer base image or name the packages to upgrade
)",
                                     .good = R"(
FROM alpine:3.22
RUN apk --no-cache upgrade openssl && apk add -u curl
)",
                                     .fixed = false}};

constexpr Example apt_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update && apt-get -y upgrade
                                 ^^^^^^^ 'apt-get upgrade' changes the whole system with every build; use a newer base image or name the packages to upgrade
)",
                                     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y --only-upgrade openssl
)",
                                     .fixed = false}};

constexpr Example apt_dist_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update && apt-get -y dist-upgrade
                                 ^^^^^^^^^^^^ 'apt-get dist-upgrade' changes the whole system with every build; take the base image of the release you want
RUN apt -y full-upgrade
           ^^^^^^^^^^^^ 'apt full-upgrade' changes the whole system with every build; take the base image of the release you want
)",
                                          .good = R"(
FROM debian:12
RUN apt-get update && apt-get upgrade -y
)",
                                          .fixed = false}};

constexpr Example yum_examples[] = {{.bad = R"(
FROM centos:7
RUN yum -y update
           ^^^^^^ 'yum update' changes the whole system with every build; use a newer base image or name the packages to upgrade
)",
                                     .good = R"(
FROM centos:7
RUN yum -y update openssl
)",
                                     .fixed = false}};

constexpr Example dnf_examples[] = {{.bad = R"(
FROM fedora:42
RUN microdnf upgrade -y
             ^^^^^^^ 'microdnf upgrade' changes the whole system with every build; use a newer base image or name the packages to upgrade
)",
                                     .good = R"(
FROM fedora:42
RUN dnf -y upgrade openssl
)",
                                     .fixed = false}};

constexpr Example zypper_examples[] = {{.bad = R"(
FROM opensuse/leap:15.6
RUN zypper -n up
              ^^ 'zypper up' changes the whole system with every build; use a newer base image or name the packages to upgrade
)",
                                        .good = R"(
FROM opensuse/leap:15.6
RUN zypper -n up openssl
)",
                                        .fixed = false}};

constexpr Example zypper_dist_examples[] = {{.bad = R"(
FROM opensuse/tumbleweed
RUN zypper --non-interactive dup
                             ^^^ 'zypper dup' changes the whole system with every build; take the base image of the release you want
)",
                                             .good = R"(
FROM opensuse/tumbleweed
RUN zypper --non-interactive install curl
)",
                                             .fixed = false}};

constexpr Check table[] = {
    {.id = "apk-upgrade",
     .title = "apk upgrade in an image build.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"kics:989ab888-7d1e-410f-9dde-c64a1d367bf2", "semgrep:avoid-apk-upgrade", "terrascan:AC_DOCKER_0039"},
     .examples = apk_examples,
     .run = on(docker::Keyword::run, run<apk>)},
    {.id = "apt-dist-upgrade",
     .title = "apt-get dist-upgrade in an image build.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::strict,
     .why = why_dist,
     .aliases = {"trivy:DS-0024", "kics:682fe378-c180-4bd5-8a14-95fc285fb269", "semgrep:avoid-apt-get-upgrade", "dockle:DKL-DI-0003",
                 "dockerfilelint:apt-get-dist-upgrade", "terrascan:AC_DOCKER_0052", "mondoo:no-apt-get-dist-upgrade"},
     .examples = apt_dist_examples,
     .run = on(docker::Keyword::run, run<apt_dist>)},
    {.id = "apt-upgrade",
     .title = "apt-get upgrade in an image build.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"kics:682fe378-c180-4bd5-8a14-95fc285fb269", "semgrep:avoid-apt-get-upgrade", "dockerfilelint:apt-get-upgrade", "terrascan:AC_DOCKER_0052"},
     .examples = apt_examples,
     .run = on(docker::Keyword::run, run<apt>)},
    {.id = "dnf-update",
     .title = "dnf update in an image build.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"kics:09fda05e-da85-4ee7-ab8d-2800a5e6e756", "semgrep:avoid-dnf-update", "terrascan:AC_DOCKER_0003"},
     .examples = dnf_examples,
     .run = on(docker::Keyword::run, run<dnf>)},
    {.id = "yum-update",
     .title = "yum update in an image build.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"kics:8f6456be-0018-46db-9ce6-b3b6dc8d34d2", "semgrep:avoid-yum-update", "dockerfile-lint:yum_update_all", "terrascan:AC_DOCKER_0029"},
     .examples = yum_examples,
     .run = on(docker::Keyword::run, run<yum>)},
    {.id = "zypper-dist-upgrade",
     .title = "zypper dist-upgrade in an image build.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::strict,
     .why = why_dist,
     .aliases = {"hadolint:DL3035"},
     .examples = zypper_dist_examples,
     .run = on(docker::Keyword::run, run<zypper_dist>)},
    {.id = "zypper-update",
     .title = "zypper update in an image build.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = why,
     .aliases = {"kics:d4895357-dd49-4ba5-b726-1bb81cb50989", "semgrep:avoid-zypper-update"},
     .examples = zypper_examples,
     .run = on(docker::Keyword::run, run<zypper>)},
};

}

extern constinit const std::span<const Check> system_upgrade = table;

}
