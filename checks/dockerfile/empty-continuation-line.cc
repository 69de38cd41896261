#include "analyzer/engine/check.h"

namespace plimsoll::checks::empty_continuation_line {

// The line with its line end.
static Span whole_line(std::string_view text, Span line) {
    while (line.begin > 0 && text[line.begin - 1] != '\n') --line.begin;
    while (line.end < text.size() && text[line.end] != '\n') ++line.end;
    if (line.end < text.size()) ++line.end;
    return line;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::string_view text = file.source().text();
    for (const docker::Instruction& in : file.instructions()) {
        for (std::size_t i = 0; i < in.empty_lines.size(); ++i) {
            const Span first = in.empty_lines[i];
            Span block = whole_line(text, first);
            // Empty lines that follow one another are one finding.
            for (; i + 1 < in.empty_lines.size() && in.empty_lines[i + 1].begin <= block.end; ++i) block.end = whole_line(text, in.empty_lines[i + 1]).end;
            report.at(first, "empty line inside " + std::string(in.name.value) + "; remove it or end the instruction above")
                .anchor(in.begin())
                .fix("Remove the empty lines", Safety::safe, {block, ""});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk add curl && \

^| empty line inside RUN; remove it or end the instruction above
    curl --version
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add curl && \
    curl --version
)"},
                                       {.bad = R"(
FROM alpine:3.22
RUN apk add \
    # comment lines are fine
    curl \

^| empty line inside RUN; remove it or end the instruction above

    git
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add \
    # comment lines are fine
    curl \
    git
)"}};

extern constinit const Check empty_continuation_line = {
    .id = "empty-continuation-line",
    .title = "Empty line inside a line continuation.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The instruction goes on below the empty line, though it looks finished: the next one may be swallowed unnoticed. "
           "The builder warns today and has announced an error.",
    .aliases = {"buildkit:NoEmptyContinuation"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
