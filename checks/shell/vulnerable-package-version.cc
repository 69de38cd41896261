#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::vulnerable_package_version {

namespace {

// Releases everybody should know by name: taken over by an attacker, or with a hole that made the news. Packages of Linux
// distributions are judged only where the attack was in the release itself: their other versions carry fixes of their own.
enum class Where : std::uint8_t { npm, pip, gem, system, url };

struct Release {
    Where where;
    std::string_view name;
    std::string_view versions;   // blank on both sides; "1.2*" stands for a beginning
    std::string_view why;
};

constexpr std::string_view taken_over = "was taken over by an attacker";

constexpr std::array<Release, 26> releases = {{
    {Where::npm, "event-stream", " 3.3.6 ", taken_over},
    {Where::npm, "flatmap-stream", " 0.1.1 ", taken_over},
    {Where::npm, "eslint-scope", " 3.7.2 ", taken_over},
    {Where::npm, "ua-parser-js", " 0.7.29 0.8.0 1.0.0 ", taken_over},
    {Where::npm, "coa", " 2.0.3 2.0.4 2.1.1 2.1.3 3.0.1 3.1.3 ", taken_over},
    {Where::npm, "rc", " 1.2.9 1.3.9 2.3.9 ", taken_over},
    {Where::npm, "node-ipc", " 10.1.1 10.1.2 ", "destroys files on some machines"},
    {Where::npm, "colors", " 1.4.1 1.4.2 1.4.44-liberty-2 ", "was sabotaged by its author"},
    {Where::npm, "faker", " 6.6.6 ", "was sabotaged by its author"},
    {Where::npm, "chalk", " 5.6.1 ", taken_over},
    {Where::npm, "debug", " 4.4.2 ", taken_over},
    {Where::pip, "ultralytics", " 8.3.41 8.3.42 8.3.45 8.3.46 ", taken_over},
    {Where::pip, "ctx", " 0.1.2 0.2.2 0.2.6 ", taken_over},
    {Where::gem, "rest-client", " 1.6.10 1.6.11 1.6.12 1.6.13 ", taken_over},
    {Where::gem, "strong_password", " 0.0.7 ", taken_over},
    {Where::gem, "bootstrap-sass", " 3.2.0.3 ", taken_over},
    {Where::system, "xz", " 5.6.0* 5.6.1-r0 5.6.1-r1 ", "holds a back door (CVE-2024-3094)"},
    {Where::system, "xz-utils", " 5.6.0* 5.6.1-1 ", "holds a back door (CVE-2024-3094)"},
    {Where::system, "liblzma5", " 5.6.0* 5.6.1-1 ", "holds a back door (CVE-2024-3094)"},
    {Where::url, "xz", " 5.6.0 5.6.1 ", "holds a back door (CVE-2024-3094)"},
    {Where::url, "openssl", " 3.0.0 3.0.1 3.0.2 3.0.3 3.0.4 3.0.5 3.0.6 ", "overflows on a crafted certificate (CVE-2022-3602)"},
    {Where::url, "openssl", " 1.0.1 1.0.1a 1.0.1b 1.0.1c 1.0.1d 1.0.1e 1.0.1f ", "leaks memory to the network (CVE-2014-0160)"},
    {Where::url, "log4j-core", " 2.0* 2.1 2.2 2.3 2.4 2.4.1 2.5 2.6* 2.7 2.8* 2.9* 2.10* 2.11* 2.12.0 2.12.1 2.13* 2.14* 2.15* 2.16* ",
     "runs code from log messages (CVE-2021-44228)"},
    {Where::url, "apache-log4j", " 2.13.0-bin 2.13.1-bin 2.13.2-bin 2.13.3-bin 2.14.0-bin 2.14.1-bin 2.15.0-bin 2.16.0-bin ",
     "runs code from log messages (CVE-2021-44228)"},
    {Where::url, "httpd", " 2.4.49 2.4.50 ", "serves files outside its root (CVE-2021-41773)"},
    {Where::url, "vsftpd", " 2.3.4 ", "holds a back door"},
}};

bool lists(std::string_view versions, std::string_view version) {
    while (!versions.empty()) {
        const std::size_t begin = versions.find_first_not_of(' ');
        if (begin == std::string_view::npos) return false;
        const std::size_t end = std::min(versions.find(' ', begin), versions.size());
        std::string_view one = versions.substr(begin, end - begin);
        versions.remove_prefix(end);
        if (one.ends_with('*') ? version.starts_with(one.substr(0, one.size() - 1)) : version == one) return true;
    }
    return false;
}

const Release* find_release(Where where, std::string_view name, std::string_view version) {
    auto found = std::ranges::find_if(releases, [&](const Release& r) { return r.where == where && r.name == name && lists(r.versions, version); });
    return found == releases.end() ? nullptr : &*found;
}

std::optional<Where> where_of(shell::Manager manager) {
    switch (manager) {
        case shell::Manager::npm:
        case shell::Manager::npx:
        case shell::Manager::yarn:
        case shell::Manager::pnpm: return Where::npm;
        case shell::Manager::pip:
        case shell::Manager::pipx: return Where::pip;
        case shell::Manager::gem: return Where::gem;
        case shell::Manager::apk:
        case shell::Manager::apt:
        case shell::Manager::apt_get: return Where::system;
        default: return std::nullopt;
    }
}

void complain(Span span, std::string_view name, std::string_view version, const Release& release, Reporter& report) {
    report.at(span, quote(std::string(name) + " " + std::string(version)) + " " + std::string(release.why) + "; take a fixed release");
}

// "name=1", "name==1", "name@1" and gem's "name:1"; a leading '@' is an npm scope.
void judge_package(Where where, const Text& text, Reporter& report) {
    const std::size_t mark = text.value.find_first_of(where == Where::npm ? "@" : where == Where::gem ? ":" : "=", 1);
    if (mark == std::string_view::npos) return;
    const std::size_t begin = text.value.find_first_not_of("=@:", mark);
    if (begin == std::string_view::npos) return;
    const std::string_view name = text.value.substr(0, mark), version = text.value.substr(begin);
    if (const Release* release = find_release(where, name, version)) complain(text.sub(begin).span, name, version, *release, report);
}

// ".../openssl-3.0.5.tar.gz": name, '-', version, ending.
void judge_url(const Text& text, Reporter& report) {
    std::string_view file = text.value.substr(0, text.value.find_first_of("?#"));
    const std::size_t slash = file.rfind('/');
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    file.remove_prefix(begin);
    for (std::string_view ending : {".tar.gz", ".tar.xz", ".tar.bz2", ".tgz", ".zip", ".jar"}) {
        if (!file.ends_with(ending)) continue;
        file.remove_suffix(ending.size());
        std::size_t dash = file.find('-');
        while (dash != std::string_view::npos && dash + 1 < file.size() && (file[dash + 1] < '0' || file[dash + 1] > '9')) dash = file.find('-', dash + 1);
        if (dash == std::string_view::npos) return;
        const std::string_view name = file.substr(0, dash), version = file.substr(dash + 1);
        if (const Release* release = find_release(Where::url, name, version))
            complain(text.sub(begin + dash + 1, begin + file.size()).span, name, version, *release, report);
        return;
    }
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true))
        for (const Text& source : add->sources()) judge_url(source, report);
    for (const docker::Command& command : file.commands()) {
        if (const std::optional<shell::PackageCall> call = shell::package_call(*command.command)) {
            const std::optional<Where> where = where_of(call->manager);
            if (!where) continue;
            for (const shell::Word* operand : call->operands) judge_package(*where, docker::unquoted(operand->text), report);
        } else if (const std::optional<shell::Download> download = shell::download_call(*command.command)) {
            for (const shell::Word* url : download->urls) judge_url(docker::unquoted(url->text), report);
        }
    }
}

constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
ADD https://example.org/openssl-3.0.5.tar.gz /src/
                                ^^^^^ 'openssl 3.0.5' overflows on a crafted certificate (CVE-2022-3602); take a fixed release
RUN npm install event-stream@3.3.6 && pip install ultralytics==8.3.41
                             ^^^^^ 'event-stream 3.3.6' was taken over by an attacker; take a fixed release
                                                               ^^^^^^ 'ultralytics 8.3.41' was taken over by an attacker; take a fixed release
RUN curl -fO "https://example.org/log4j-core-2.14.1.jar"
                                             ^^^^^^ 'log4j-core 2.14.1' runs code from log messages (CVE-2021-44228); take a fixed release
)",
                                 .good = R"(
FROM debian:12-slim
ADD https://example.org/openssl-3.0.16.tar.gz /src/
RUN npm install event-stream@4.0.1 @scope/debug@4.4.2 && apt-get install -y openssl=3.0.2-0ubuntu1.18 && apk add xz=5.6.1-r3
RUN curl -fO https://example.org/log4j-core-2.24.3.jar
)"}};

}

extern constinit const Check vulnerable_package_version = {
    .id = "vulnerable-package-version",
    .title = "A pinned package version is a known-bad one.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::strict,
    .why = "Some releases are known by name: an attacker got code into them, or they have a hole that every scanner of the internet tries. "
           "The table is small and does not replace a scan of the built image.",
    .aliases = {"kics-dir:vulnerable_openssl_version"},
    .standards = {"CIS-Docker-4.4", "NIST-800-190-4.1.1"},
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::add}, run),
};

}
