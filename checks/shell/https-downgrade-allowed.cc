#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::https_downgrade_allowed {

static bool asks_https(const shell::Download& call) {
    return std::ranges::any_of(call.urls, [](const shell::Word* url) { return url->starts_with("https://"); });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        const std::optional<shell::Download> call = shell::download_call(*command.command);
        if (!call || !asks_https(*call)) continue;
        if (call->tool == shell::Downloader::curl) {
            const shell::DownloadOption* follow = call->option("location") ? call->option("location") : call->option("location-trusted");
            if (follow && !call->has("proto") && !call->has("proto-redir") && !call->has("max-redirs"))
                report.at(*follow->word, quote(follow->word->value) + " follows redirects to http; add --proto '=https'");
        } else if (!call->has("https-only") && !call->has("max-redirect")) {
            report.at(command->name_span(), "wget follows redirects to http; add --max-redirect=0, or use curl --proto '=https'");
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN curl -fsSL https://example.org/a -o a && wget -q https://example.org/b
         ^^^^^ '-fsSL' follows redirects to http; add --proto '=https'
                                             ^^^^ wget follows redirects to http; add --max-redirect=0, or use curl --proto '=https'
)",
                                        .good = R"(
FROM debian:12-slim
RUN curl -fsSL --proto '=https' https://example.org/a -o a && curl -fsS https://example.org/b -o b
RUN wget -q --max-redirect=0 https://example.org/b
)"}};

extern constinit const Check https_downgrade_allowed = {
    .id = "https-downgrade-allowed",
    .title = "Redirects may lead a download from https to http.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A server that is badly set up, or taken over, may answer an https request with a redirect to http. The file then comes over clear text "
           "although the Dockerfile says https.",
    .aliases = {"sonar:S6506"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
