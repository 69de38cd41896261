#include <algorithm>

#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::parser_directive_misplaced {

namespace {

// NAME=VALUE of a comment, blanks around '=' allowed; an empty name when it is nothing of the kind.
struct Assignment {
    std::string name;
    std::string_view value;
};

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

Assignment assignment(std::string_view comment) {
    if (comment.starts_with('#')) comment.remove_prefix(1);
    const std::size_t equals = comment.find('=');
    if (equals == std::string_view::npos) return {};
    return {docker::to_lower(trim(comment.substr(0, equals))), trim(comment.substr(equals + 1))};
}

// Prose may hold an '=' as well: the value must be one that the directive can have.
bool directive(const Assignment& found) {
    if (found.name == "escape") return found.value == "\\" || found.value == "`";
    if (found.name == "syntax") return found.value.find('/') != std::string_view::npos && found.value.find(' ') == std::string_view::npos;
    return found.name == "check" && (found.value.starts_with("skip=") || found.value.starts_with("error=") || found.value.starts_with("experimental="));
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (Span comment : file.comments()) {
        const Assignment found = assignment(file.source().slice(comment));
        if (!directive(found)) continue;
        report.at(comment, "the builder takes this directive for a comment here; move it to the top of the file").anchor(comment.begin);
    }
}

constexpr Example examples[] = {{.bad = R"(
# My image
# syntax=docker/dockerfile:1
^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the builder takes this directive for a comment here; move it to the top of the file
FROM alpine:3.22
# check=skip=all
^^^^^^^^^^^^^^^^ the builder takes this directive for a comment here; move it to the top of the file
)",
                                 .good = R"(# syntax=docker/dockerfile:1
# check=skip=all
# My image
# escape = what is behind the backslash
# the syntax=key form
FROM alpine:3.22
)"}};

}

extern constinit const Check parser_directive_misplaced = {
    .id = "parser-directive-misplaced",
    .title = "Parser directive is ignored because of its place.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Directives count only before everything else: an ordinary comment, an empty line or an instruction ends them. "
           "Further down the line reads as if it had an effect and has none.",
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
