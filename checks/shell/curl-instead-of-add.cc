#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::curl_instead_of_add {

// What ADD cannot do: other methods, headers, credentials, proxies, special certificates.
static bool beyond_add(const shell::Download& call) {
    using namespace std::string_view_literals;
    constexpr std::array keys = {"header"sv,         "user"sv,         "data"sv,         "data-raw"sv, "data-binary"sv,   "form"sv,
                                 "request"sv,        "json"sv,         "cert"sv,         "cacert"sv,   "cookie"sv,        "proxy"sv,
                                 "netrc"sv,          "config"sv,       "insecure"sv,     "password"sv, "http-password"sv, "no-check-certificate"sv,
                                 "post-data"sv,      "input-file"sv,   "recursive"sv,    "head"sv,     "write-out"sv,     "spider"sv,
                                 "ca-certificate"sv, "load-cookies"sv, "oauth2-bearer"sv};
    return std::ranges::any_of(keys, [&](std::string_view key) { return call.has(key); });
}

static bool stores(const shell::Download& call) {
    if (call.tool == shell::Downloader::curl) return call.has("output") || call.has("remote-name");
    const shell::DownloadOption* output = call.option("output-document");
    return !output || (output->value != "-" && output->value != "/dev/stdout" && output->value != "/dev/null");
}

static bool is_url_for_add(const docker::Dockerfile& file, const docker::Instruction& run, const shell::Word& url) {
    const std::optional<shell::Url> parsed = shell::parse_url(url.value);
    if (!parsed || (parsed->scheme != "https" && parsed->scheme != "http")) return false;
    if (url.value.find_first_of("`*[(") != std::string::npos) return false;
    for (const docker::VariableReference& reference : file.references(url.text)) {
        const docker::Variable variable = file.lookup(reference.name.value, run);
        if (variable.kind != docker::Variable::Kind::arg && variable.kind != docker::Variable::Kind::env) return false;
    }
    return true;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* current = nullptr;
    for (const docker::Command& command : file.commands()) {
        const bool first = current != &command.instruction();
        current = &command.instruction();
        if (!first || file.commands_of(*current).size() != 1) continue;
        const std::optional<shell::Download> call = shell::download_call(*command.command);
        if (!call || call->urls.size() != 1 || !command->redirects.empty() || !stores(*call) || beyond_add(*call)) continue;
        if (!current->mounts().empty() || !is_url_for_add(file, *current, *call->urls.front())) continue;
        report.at(command->name_span(), "ADD " + std::string(call->urls.front()->value.size() < 60 ? call->urls.front()->value : "URL") +
                                            " does the same, with --checksum and a cache that notices changes");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN curl -fsSL -o /srv/a.tgz https://example.org/a.tgz
    ^^^^ ADD https://example.org/a.tgz does the same, with --checksum and a cache that notices changes
)",
                                        .good = R"(
FROM debian:12-slim
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/a.tgz /srv/a.tgz
RUN curl -fsSL https://example.org/b.tgz | tar xz
RUN curl -fsSLO -H "Accept: x" https://example.org/c && tar xf c
RUN curl -fsSLO -u bot:x https://example.org/d
)"}};

extern constinit const Check curl_instead_of_add = {
    .id = "curl-instead-of-add",
    .title = "RUN downloads a file that ADD could fetch.",
    .category = Category::efficiency,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "ADD checks the file against --checksum, fetches again only when the server says it changed, and needs no curl in the image. "
           "The layer of a RUN is reused for as long as its text stays the same, however old the file.",
    .aliases = {"sonar:S7026"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
