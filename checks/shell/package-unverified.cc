#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

// Package managers that are told not to verify what they install, by an option or by their configuration.

namespace plimsoll::checks::package_unverified {

using shell::Manager;
using shell::Managers;

namespace {

constexpr Managers rpm_family = {Manager::yum, Manager::dnf, Manager::microdnf, Manager::tdnf, Manager::zypper};

struct Tool {
    Managers managers;
    Names<4> options;    // switches of a call
    Names<4> settings;   // keys of the configuration, set in a RUN or in a file that a heredoc writes
    std::string_view what;
    bool unsafe_value = false;   // the value of these keys that turns the check off
};

constexpr Tool apk{{Manager::apk}, {"allow-untrusted"}, {}, "lets apk install packages that nobody signed; add the key of the repository to /etc/apk/keys"};
constexpr Tool force{shell::apt_family,
                     {"force-yes"},
                     {},
                     "skips signature checks and allows downgrades; name what you need: --allow-downgrades or --allow-change-held-packages"};
constexpr Tool apt{shell::apt_family,
                   {"allow-unauthenticated", "allow-insecure-repositories"},
                   {"AllowUnauthenticated", "AllowInsecureRepositories"},
                   "lets apt install packages that nobody signed; add the key of the repository with signed-by",
                   true};
constexpr Tool gpg{
    rpm_family, {"nogpgcheck", "no-gpg-checks", "no-gpgcheck"}, {"gpgcheck"}, "turns off signature checks of packages; import the key of the repository"};
constexpr Tool tls{{}, {}, {"sslverify"}, "turns off certificate checks of the repository; install its certificate authority"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool starts_ignoring_case(std::string_view text, std::string_view lower) {
    auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); };
    return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [&](char b, char a) { return same(a, b); });
}

// Length of what assigns the unsafe value behind a key: "=0", " = False", "::Get::x "true"". 0 when another value or none follows.
std::size_t assigned(std::string_view after, bool unsafe) {
    constexpr std::string_view on[] = {"1", "true", "yes", "on"}, off[] = {"0", "false", "no", "off"};
    std::size_t begin = after.find_first_not_of(unsafe ? "\"'\\:;= \t" : "= \t");
    if (begin == std::string_view::npos || begin == 0) return 0;
    for (std::string_view value : unsafe ? std::span(on) : std::span(off))
        if (starts_ignoring_case(after.substr(begin), value)) return begin + value.size();
    return 0;
}

// sed 's/gpgcheck=0/gpgcheck=1/' turns the check on.
bool is_replaced(std::string_view after, std::string_view key) {
    return !after.empty() && std::string_view("/|#,@").find(after[0]) != std::string_view::npos && after.substr(1).starts_with(key);
}

void report_settings(const docker::Dockerfile& file, const Tool& tool, Reporter& report) {
    std::string_view text = file.source().text();
    for (std::string_view key : tool.settings) {
        for (const docker::Mention& mention : docker::mentions(file, key)) {
            std::string_view before = text.substr(0, mention.span.begin), after = text.substr(mention.span.end, 64);
            std::size_t length = assigned(after, tool.unsafe_value);
            if (length == 0 || (!before.empty() && is_letter(before.back())) || is_replaced(after.substr(length), key)) continue;
            Span whole{mention.span.begin, mention.span.end + static_cast<std::uint32_t>(length)};
            auto draft = report.at(whole, quote(file.source().slice(whole)) + ' ' + std::string(tool.what));
            if (tool.options.size() > 0) draft.only({});
        }
    }
}

template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!tool.managers.has(use->manager)) continue;
        for (const shell::PackageOption& option : use->options) {
            auto is_option = [&](std::string_view known) { return known == option.key || known == option.name.value; };
            if (std::ranges::none_of(tool.options, is_option)) continue;
            auto draft = report.at(*option.word, quote(option.word->value) + ' ' + std::string(tool.what));
            if (option.key == "allow-insecure-repositories") draft.only({});
        }
    }
    if (tool.settings.size() > 0) report_settings(file, tool, report);
}

void run_rpm(const docker::Dockerfile& file, Reporter& report) {
    constexpr std::string_view switches[] = {"--nodigest", "--nosignature", "--noverify", "--nofiledigest"};
    for (const docker::Command& command : file.commands()) {
        if (!command->is("rpm")) continue;
        for (const shell::Word& word : command->arguments())
            if (std::ranges::find(switches, std::string_view(word.value)) != std::end(switches))
                report.at(word, quote(word.value) + " makes rpm accept packages that were changed or never signed; import the key with rpm --import");
    }
}

constexpr Example apk_examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache --allow-untrusted /tmp/glibc.apk
                       ^^^^^^^^^^^^^^^^^ '--allow-untrusted' lets apk install packages that nobody signed; add the key of the repository to /etc/apk/keys
)",
                                     .good = R"(
FROM alpine:3.22
RUN wget -q -O /etc/apk/keys/x.rsa.pub https://example.org/x.rsa.pub && apk add --no-cache /tmp/glibc.apk
)",
                                     .fixed = false}};

constexpr Example force_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y --force-yes curl
                                         ^^^^^^^^^^^ '--force-yes' skips signature checks and allows downgrades; name what you need: --allow-downgrades or --allow-change-held-packages
)",
                                       .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y --allow-downgrades curl
)",
                                       .fixed = false}};

constexpr Example apt_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update --allow-insecure-repositories && apt-get install -y --allow-unauthenticated curl
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '--allow-insecure-repositories' lets apt install packages that nobody signed; add the key of the repository with signed-by
                                                                       ^^^^^^^^^^^^^^^^^^^^^^^ '--allow-unauthenticated' lets apt install packages that nobody signed; add the key of the repository with signed-by
RUN apt-get -o Acquire::AllowInsecureRepositories=true update
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'AllowInsecureRepositories=true' lets apt install packages that nobody signed; add the key of the repository with signed-by
)",
                                     .good = R"(
FROM debian:12
RUN apt-get update -o Acquire::AllowInsecureRepositories=false && apt-get install -y curl
)",
                                     .fixed = false}};

constexpr Example gpg_examples[] = {{.bad = R"(
FROM fedora:42
RUN dnf install -y --nogpgcheck git
                   ^^^^^^^^^^^^ '--nogpgcheck' turns off signature checks of packages; import the key of the repository
RUN echo "gpgcheck=0" >> /etc/yum.repos.d/x.repo
          ^^^^^^^^^^ 'gpgcheck=0' turns off signature checks of packages; import the key of the repository
COPY <<EOF /etc/yum.repos.d/y.repo
gpgcheck=0
^^^^^^^^^^ 'gpgcheck=0' turns off signature checks of packages; import the key of the repository
EOF
)",
                                     .good = R"(
FROM fedora:42
# gpgcheck=0 would be wrong
RUN echo "repo_gpgcheck=0" >> /etc/yum.repos.d/x.repo && sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.repos.d/x.repo
RUN dnf install -y git && zypper -n in git
)",
                                     .fixed = false}};

constexpr Example rpm_examples[] = {{.bad = R"(
FROM fedora:42
RUN rpm -i --nosignature https://example.org/a.rpm
           ^^^^^^^^^^^^^ '--nosignature' makes rpm accept packages that were changed or never signed; import the key with rpm --import
)",
                                     .good = R"(
FROM fedora:42
RUN rpm --import https://example.org/key.asc && rpm -i https://example.org/a.rpm
)",
                                     .fixed = false}};

constexpr Example tls_examples[] = {{.bad = R"(
FROM centos:7
RUN yum-config-manager --setopt=base.sslverify=0 --save
                                     ^^^^^^^^^^^ 'sslverify=0' turns off certificate checks of the repository; install its certificate authority
)",
                                     .good = R"(
FROM centos:7
RUN yum-config-manager --setopt=base.sslverify=1 --save
)",
                                     .fixed = false}};

constexpr std::string_view why =
    "The signature is all that tells a package of the distribution from one that a mirror, a proxy or a wrong download put in its place. "
    "Packages run scripts as root while they are installed, so one unsigned package owns the image.";

constexpr Check table[] = {
    {.id = "apk-allow-untrusted",
     .title = "apk installs unsigned packages.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_7"},
     .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
     .examples = apk_examples,
     .run = on(docker::Keyword::run, run<apk>)},
    {.id = "apt-force-yes",
     .title = "apt-get --force-yes.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_11"},
     .standards = {"CIS-Docker-4.11"},
     .examples = force_examples,
     .run = on(docker::Keyword::run, run<force>)},
    {.id = "apt-unauthenticated",
     .title = "apt told to accept unsigned packages.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_8", "mondoo:no-insecure-certificate-validation-apt"},
     .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
     .examples = apt_examples,
     .run = on(docker::Keyword::run, run<apt>)},
    {.id = "rpm-gpg-check-disabled",
     .title = "Package manager told to skip GPG checks.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_9", "mondoo:no-gpg-skip-yum"},
     .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
     .examples = gpg_examples,
     .run = on({docker::Keyword::run, docker::Keyword::copy, docker::Keyword::add}, run<gpg>)},
    {.id = "rpm-signature-skipped",
     .title = "rpm told to skip digest or signature checks.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"checkov:CKV2_DOCKER_10"},
     .standards = {"CIS-Docker-4.11"},
     .examples = rpm_examples,
     .run = on(docker::Keyword::run, run_rpm)},
    {.id = "yum-sslverify-disabled",
     .title = "yum/dnf repository TLS verification turned off.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "Without the certificate check anyone between the build and the repository can answer in its place, and hand out old packages with known holes "
            "even where signatures are still checked.",
     .aliases = {"checkov:CKV2_DOCKER_15"},
     .examples = tls_examples,
     .run = on({docker::Keyword::run, docker::Keyword::copy, docker::Keyword::add}, run<tls>)},
};

}

extern constinit const std::span<const Check> package_unverified = table;

}
