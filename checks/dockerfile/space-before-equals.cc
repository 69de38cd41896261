#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::space_before_equals {

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool is_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// "ENV NAME = value" is the old form: the value begins with "=".
static void legacy(const docker::Pair& pair, Reporter& report) {
    if (!pair.legacy || !pair.value.value.starts_with('=')) return;
    auto finding =
        report.at(pair.value.place(0, 1), "the value of " + quote(pair.key.value) + " begins with this equals sign; write NAME=value without blanks");
    std::size_t start = 1;
    while (start < pair.value.value.size() && is_blank(pair.value.value[start])) ++start;
    const std::string_view rest = pair.value.value.substr(start);
    const bool quoted = docker::unquoted(pair.value.sub(start)).value.size() + 2 == rest.size();
    const bool plain = rest.find_first_of(" \t\"'\\`") == std::string_view::npos;
    if (rest.empty() || (!plain && !quoted)) return;
    finding.fix("Remove the blanks", Safety::unsafe, {{pair.key.span.end, pair.value.place(start, start + 1).begin}, "="});
}

// ARG takes several words, so "ARG NAME = value" declares three names, the second of them without a name.
static void argument(const docker::Instruction& arg, Reporter& report) {
    for (std::size_t i = 0; i < arg.words.size(); ++i) {
        const Text& word = arg.words[i];
        const bool before = i > 0 && word.value.starts_with('='), after = !before && word.value.ends_with('=') && i + 1 < arg.words.size();
        const bool stray = after && arg.words[i + 1].value.find('=') == std::string_view::npos && !is_name(arg.words[i + 1].value);
        if (!before && !stray) continue;
        const Span sign = before ? word.place(0, 1) : word.place(word.value.size() - 1, word.value.size());
        auto finding = report.at(sign, "a blank beside this equals sign cuts the name from its value; write NAME=value without blanks");
        const bool alone = before && word.value == "=";
        const std::uint32_t begin = before ? arg.words[i - 1].span.end : word.span.end;
        const Text* value = before && !alone ? &word : i + 1 < arg.words.size() ? &arg.words[i + 1] : nullptr;
        if (!value || (before && arg.words[i - 1].value.find('=') != std::string_view::npos)) continue;
        finding.fix("Remove the blanks", Safety::unsafe, {{begin, value->span.begin}, alone ? "=" : ""});
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::env, docker::Keyword::label})
        for (const docker::Instruction* instruction : file.all(keyword, true))
            for (const docker::Pair& pair : instruction->pairs) legacy(pair, report);
    for (const docker::Instruction* arg : file.all(docker::Keyword::arg, true)) argument(*arg, report);
}

static constexpr Example examples[] = {{.bad = R"(
ARG BASE = alpine
         ^ a blank beside this equals sign cuts the name from its value; write NAME=value without blanks
FROM alpine:3.22
ARG VERSION= 1.2
           ^ a blank beside this equals sign cuts the name from its value; write NAME=value without blanks
ARG PATCH =3
          ^ a blank beside this equals sign cuts the name from its value; write NAME=value without blanks
ENV NAME = value
         ^ the value of 'NAME' begins with this equals sign; write NAME=value without blanks
LABEL title ="A b"
            ^ the value of 'title' begins with this equals sign; write NAME=value without blanks
)",
                                        .good = R"(
ARG BASE=alpine
FROM alpine:3.22
ARG VERSION=1.2
ARG PATCH=3
ENV NAME=value
LABEL title="A b"
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV NAME = two words
         ^ the value of 'NAME' begins with this equals sign; write NAME=value without blanks
)",
                                        .good = R"(
FROM alpine:3.22
ARG EMPTY= OTHER
ENV CFLAGS -O2 -march=native
ENV A="= b"
)",
                                        .fixed = false}};

extern constinit const Check space_before_equals = {
    .id = "space-before-equals",
    .title = "Space around = in ARG, ENV or LABEL.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .fix = Safety::unsafe,
    .why = "ENV and LABEL then fall back to their old form and store a value that begins with an equals sign. "
           "ARG reads the parts as names of their own, one of them empty, and the build stops.",
    .aliases = {"sonar:S6574"},
    .examples = examples,
    .run = on({docker::Keyword::arg, docker::Keyword::env, docker::Keyword::label}, run),
};

}
