#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::cleartext_download {

// Programs that take what they fetch as it is. apt and apk are not here: they verify signatures.
static bool fetches(const shell::Command& command) {
    constexpr std::array<std::string_view, 18> names = {"git",    "pip", "pip3", "npm",         "yarn",   "pnpm",    "gem",
                                                        "rpm",    "yum", "dnf",  "microdnf",    "zypper", "apt-key", "yum-config-manager",
                                                        "aria2c", "svn", "axel", "lwp-download"};
    return std::ranges::find(names, command.base_name()) != names.end();
}

static bool is_proxy(std::string_view word) { return word.find("proxy") != std::string_view::npos; }

static void judge(const docker::Dockerfile& file, const docker::Instruction& at, const Text& text, std::string_view value, Reporter& report) {
    // Almost no word is a URL: look before anything is expanded.
    const std::size_t scheme = std::min({value.find("http://"), value.find("ftp://"), value.find("git://")});
    if (scheme == std::string_view::npos) return;
    std::optional<shell::Url> url = shell::parse_url(value.substr(scheme));
    if (!url) return;
    const std::optional<std::string> expanded = url->host.find('$') == std::string_view::npos ? std::nullopt : file.expand(text, at);
    if (expanded) {
        const std::size_t mark = expanded->find("://");
        url = mark == std::string::npos ? url : shell::parse_url(std::string_view(*expanded));
    }
    const std::string host(url->host);
    if (shell::is_internal_host(host)) return;
    const std::vector<std::string>& allowed = report.list("allow_hosts");
    if (std::ranges::any_of(allowed,
                            [&](const std::string& name) { return host == name || (host.ends_with(name) && host[host.size() - name.size() - 1] == '.'); }))
        return;
    const std::size_t begin = text.value.find("://");
    if (begin == std::string_view::npos) return;
    std::size_t first = begin;
    while (first > 0 && text.value[first - 1] >= 'a' && text.value[first - 1] <= 'z') --first;
    report.at(text.sub(first, begin), quote(host) + " is asked over clear text; use https");
}

static void judge_command(const docker::Dockerfile& file, const docker::Command& at, Reporter& report) {
    if (const std::optional<shell::Download> call = shell::download_call(*at.command)) {
        for (const shell::Word* word : call->urls) judge(file, at.instruction(), word->text, word->value, report);
        return;
    }
    if (!fetches(*at.command)) return;
    std::span<const shell::Word> words = at->arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (is_proxy(words[i].value) || (i > 0 && is_proxy(words[i - 1].value))) continue;
        judge(file, at.instruction(), words[i].text, words[i].value, report);
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true))
        for (const Text& source : add->sources()) judge(file, *add, source, source.value, report);
    for (const docker::Command& command : file.commands()) judge_command(file, command, report);
}

static constexpr Option options[] = {
    {"allow_hosts", Option::Type::list, "", "hosts that may be asked over clear text, those below them included"},
};

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
ADD http://example.org/a.tgz /
    ^^^^ 'example.org' is asked over clear text; use https
RUN curl -fo a "http://example.org/a" && git clone git://git.example.org/b
                ^^^^ 'example.org' is asked over clear text; use https
                                                   ^^^ 'git.example.org' is asked over clear text; use https
RUN pip install --index-url=http://pypi.example.org/simple app
                            ^^^^ 'pypi.example.org' is asked over clear text; use https
)",
                                        .good = R"(
FROM debian:12-slim
ADD https://example.org/a.tgz /
RUN curl -fo a https://example.org/a -x http://proxy.example.org && wget -q http://localhost:8080/x http://10.0.0.7/y
RUN echo "deb http://deb.example.org/debian stable main" > /etc/apt/sources.list
RUN npm config set proxy http://proxy.example.org:3128 && curl -f "http://$HOST/x"
)"},
                                       {.bad = R"(
FROM debian:12-slim
ARG HOST=example.net
RUN wget -q http://${HOST}/a http://mirror.example.org/a
            ^^^^ 'example.net' is asked over clear text; use https
)",
                                        .good = R"(
FROM debian:12-slim
RUN wget -q http://mirror.example.org/a
)",
                                        .config = "checks:\n  cleartext-download:\n    allow_hosts: [example.org]\n"}};

extern constinit const Check cleartext_download = {
    .id = "cleartext-download",
    .title = "A download goes over clear-text http, ftp or git.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Anybody on the way can read and replace what http, ftp and git:// carry, and the build installs it. "
           "Private addresses and names without a dot are left alone, and so are apt and apk, which verify signatures.",
    .aliases = {"dockerfile-lint:no_add_without_https", "dockerfile-lint:no_run_without_https", "sonar:S5332"},
    .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::add}, run),
};

}
