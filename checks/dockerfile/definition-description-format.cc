#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::definition_description_format {

namespace {

// The last comment between an instruction and the one before it. Empty lines do not part it from the instruction.
class Comments {
public:
    explicit Comments(const docker::Dockerfile& file) : text_(file.source().text()), instructions_(file.instructions()), all_(file.comments()) {}

    std::optional<Span> above(const docker::Instruction& in) const {
        auto after = std::ranges::upper_bound(all_, in.begin(), {}, &Span::begin);
        if (after == all_.begin()) return std::nullopt;
        const Span last = *(after - 1);
        const bool own = in.index == 0 || instructions_[in.index - 1].span.end <= last.begin;
        return own ? std::optional(last) : std::nullopt;
    }

    // Its first word, as the builder cuts it.
    std::string_view first_word(Span comment) const {
        std::string_view text = text_.substr(comment.begin, comment.size());
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r", 1), text.size()));
        return text.substr(0, text.find_first_of(" \r"));
    }

private:
    std::string_view text_;
    const std::deque<docker::Instruction>& instructions_;
    const std::vector<Span>& all_;
};

std::vector<std::string_view> names_of(const docker::Instruction& in) {
    std::vector<std::string_view> names;
    if (in.keyword == docker::Keyword::from && in.stage && !in.stage->name.empty()) names = {in.stage->name.value, in.stage->key};
    if (in.keyword == docker::Keyword::arg)
        for (const docker::Pair& pair : in.pairs) names.push_back(pair.key.value);
    return names;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    const Comments comments(file);
    for (const docker::Instruction& in : file.instructions()) {
        if (in.keyword != docker::Keyword::from && in.keyword != docker::Keyword::arg) continue;
        const std::vector<std::string_view> names = names_of(in);
        const std::optional<Span> comment = names.empty() ? std::nullopt : comments.above(in);
        if (!comment) continue;
        const std::string_view word = comments.first_word(*comment);
        if (word.empty() || std::ranges::find(names, word) != names.end()) continue;
        report.at(in, "the comment above is taken for the description of " + quote(names.front()) + "; begin it with that name or put an empty comment between")
            .related(*comment, "the comment")
            .fix("Put an empty comment between", Safety::unsafe, {{in.begin(), in.begin()}, "#\n"});
    }
}

constexpr Example examples[] = {{.bad = R"(
# The version to install.
ARG VERSION=3.22
^^^ the comment above is taken for the description of 'VERSION'; begin it with that name or put an empty comment between
# Compiles everything.
FROM alpine:$VERSION AS build
^^^^ the comment above is taken for the description of 'build'; begin it with that name or put an empty comment between
)",
                                 .good = R"(
# The version to install.
#
ARG VERSION=3.22
# Compiles everything.
#
FROM alpine:$VERSION AS build
)"},
                                {.bad = R"(
# VERSION is used below.
# It may be empty.

ARG VERSION=3.22
^^^ the comment above is taken for the description of 'VERSION'; begin it with that name or put an empty comment between
)",
                                 .good = R"(
# Notes first.
# VERSION the release of Alpine Linux
ARG VERSION=3.22
# build compiles everything
FROM alpine:$VERSION AS Build
# No name, no description.
FROM alpine:$VERSION
)",
                                 .fixed = false}};

}

extern constinit const Check definition_description_format = {
    .id = "definition-description-format",
    .title = "Comment above FROM/ARG does not start with the name.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "docker build --call=outline and --call=targets print such a comment as the description of the stage or argument, but only when it begins with the "
           "name.",
    .aliases = {"buildkit:InvalidDefinitionDescription"},
    .examples = examples,
    .run = on({docker::Keyword::from, docker::Keyword::arg}, run),
};

}
