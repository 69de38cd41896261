#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::todo_comment {

static bool word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

static void judge(const docker::Dockerfile& file, Span comment, const std::vector<std::string>& tags, Reporter& report) {
    const std::string_view text = file.source().slice(comment);
    for (const std::string& tag : tags) {
        for (std::size_t at = text.find(tag); at != std::string_view::npos && !tag.empty(); at = text.find(tag, at + tag.size())) {
            const std::size_t end = at + tag.size();
            if (word(text[at - (at > 0)]) || (end < text.size() && word(text[end]))) continue;
            const auto begin = comment.begin + static_cast<std::uint32_t>(at);
            report.at(Span{begin, begin + static_cast<std::uint32_t>(tag.size())}, "finish what this " + tag + " asks for, or move it to the issue tracker");
            return;
        }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& tags = report.list("tags");
    for (Span comment : file.comments()) judge(file, comment, tags, report);
    for (const docker::Instruction& in : file.instructions())
        for (Span comment : in.comments) judge(file, comment, tags, report);
}

static constexpr Option options[] = {
    {.name = "tags", .value = "TODO FIXME", .what = "Words that mark unfinished work; case counts."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
# TODO: pin the version
  ^^^^ finish what this TODO asks for, or move it to the issue tracker
RUN apk add \
    # (FIXME) for tests only
       ^^^^^ finish what this FIXME asks for, or move it to the issue tracker
    curl
)",
                                        .good = R"(
FROM alpine:3.22
# TODOS are elsewhere, as is todo
RUN echo TODO
)"},
                                       {.bad = R"(
# HACK around the proxy
  ^^^^ finish what this HACK asks for, or move it to the issue tracker
FROM alpine:3.22
)",
                                        .good = R"(
# TODO later
FROM alpine:3.22
)",
                                        .config = "checks:\n  todo-comment:\n    tags: [HACK]\n"}};

extern constinit const Check todo_comment = {
    .id = "todo-comment",
    .title = "TODO or FIXME comment left in the file.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Notes to oneself in a file are found by nobody else; an issue has an owner and an end.",
    .aliases = {"sonar:S1135"},
    .options = options,
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
