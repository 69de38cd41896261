#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::curl_without_fail {

// The answer is kept or read by something that cannot tell it from an error page.
static bool keeps_answer(const shell::Download& call) {
    const shell::Command& command = *call.command;
    auto to_file = [](const shell::Redirect& redirect) {
        return (redirect.op == ">" || redirect.op == ">>" || redirect.op == "1>" || redirect.op == "&>") && redirect.target.value != "/dev/null";
    };
    if (const shell::DownloadOption* output = call.option("output")) return output->value != "/dev/null";
    return call.has("remote-name") || call.has("remote-name-all") || command.joint == shell::Joint::pipe || command.in_substitution ||
           std::ranges::any_of(command.redirects, to_file);
}

// Calls that look at the status themselves, or for which there is none.
static bool minds_status(const shell::Download& call) {
    using namespace std::string_view_literals;
    constexpr std::array keys = {"fail"sv, "fail-with-body"sv, "fail-early"sv, "head"sv, "include"sv, "write-out"sv, "config"sv, "upload-file"sv};
    if (std::ranges::any_of(keys, [&](std::string_view key) { return call.has(key); }) || call.only_informs()) return true;
    auto over_http = [](const shell::Word* url) { return !url->starts_with("file:") && !url->starts_with("ftp"); };
    return call.urls.empty() || std::ranges::none_of(call.urls, over_http);
}

// Options that come from a variable may hold -f.
static bool has_unknown_option(const shell::Download& call) {
    auto bare = [](const shell::Word* word) { return word->value.starts_with('$') && !word->quoted; };
    return call.urls.size() > 1 && std::ranges::any_of(call.urls, bare);
}

static Edit insertion(const shell::Command& curl) {
    const Text& first = curl.words[1].text;
    const std::string_view text = first.value;
    const bool letters = text.size() > 1 && text[0] == '-' && ((text[1] >= 'a' && text[1] <= 'z') || (text[1] >= 'A' && text[1] <= 'Z'));
    if (letters) {
        const std::uint32_t at = first.place(0, 1).end;
        return {Span{at, at}, "f"};
    }
    const std::uint32_t at = curl.name_span().end;
    return {Span{at, at}, " -f"};
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command->is("curl") || command->words.size() < 2) continue;
        const std::optional<shell::Download> call = shell::download_call(*command.command);
        if (minds_status(*call) || !keeps_answer(*call) || has_unknown_option(*call)) continue;
        report.at(command->name_span(), "curl takes an HTTP error page for the file and exits with 0; add --fail")
            .fix("Add -f", Safety::safe, insertion(*command.command));
    }
}

static constexpr Example examples[] = {{.bad = R"df(
FROM debian:12-slim
RUN curl -sSL https://example.org/a.tgz | tar xz
    ^^^^ curl takes an HTTP error page for the file and exits with 0; add --fail
RUN curl --silent -o /a https://example.org/a && curl https://example.org/b > /b
    ^^^^ curl takes an HTTP error page for the file and exits with 0; add --fail
                                                 ^^^^ curl takes an HTTP error page for the file and exits with 0; add --fail
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN curl -fsSL https://example.org/a.tgz | tar xz
RUN curl -f --silent -o /a https://example.org/a && curl -f https://example.org/b > /b
)df"},
                                       {.bad = R"df(
FROM debian:12-slim
RUN VERSION="$(curl -s https://example.org/latest)" && echo "$VERSION"
               ^^^^ curl takes an HTTP error page for the file and exits with 0; add --fail
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN VERSION="$(curl -fs https://example.org/latest)" && echo "$VERSION"
RUN curl https://example.org/ping && curl -sI https://example.org | grep 200 && curl --version | head -n1
RUN test "$(curl -s -o /dev/null -w '%{http_code}' https://example.org)" = 200
RUN curl $OPTIONS https://example.org/a -o a && curl --fail-with-body -O https://example.org/a
)df",
                                        .fixed = false}};

extern constinit const Check curl_without_fail = {
    .id = "curl-without-fail",
    .title = "curl without --fail saves error pages.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "For curl a 404 is an answer like any other: it writes the error page and exits with 0, and the build goes on with the wrong file. "
           "With -f it fails where the download fails.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
