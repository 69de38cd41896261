#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_quotes_end_early {

using shell::Kind;
using shell::Node;

static bool holds_one_expansion(Node string) {
    const std::vector<Node> parts = string.named_children();
    return parts.size() == 1 && shell::is_expansion(parts.front());
}

static bool may_end_early(const shell::Script& script) {
    return std::ranges::any_of(script.unquoted_expansions(),
                               [&](const shell::Expansion& one) { return one.begin > 0 && script.joined()[one.begin - 1] == '"'; });
}

static void look_at(const docker::ShellCode& code, Reporter& report) {
    for (const Node word : code.script->all(Kind::concatenation)) {
        const std::vector<Node> parts = word.children();
        for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
            if (!parts[i].is(Kind::string) || !parts[i + 2].is(Kind::string) || !shell::is_expansion(parts[i + 1])) continue;
            if (holds_one_expansion(parts[i]) || holds_one_expansion(parts[i + 2]) || !docker::is_sound(code)) continue;
            report.at(parts[i + 1].span(), "escape the quotes around " + quote(parts[i + 1].text().value) +
                                               " or remove them: they end the string, and the value stands outside of it");
        }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (may_end_early(*code->script)) look_at(*code, report);
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo "user="$USER_NAME" is set"
                ^^^^^^^^^^ escape the quotes around '$USER_NAME' or remove them: they end the string, and the value stands outside of it
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo "user=$USER_NAME is set"
RUN echo "$a"$b"$c"
)x",
                                        .fixed = false}};

extern constinit const Check shell_quotes_end_early = {
    .id = "shell-quotes-end-early",
    .title = "Quotes inside quotes end the string.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why =
        "A double quote inside a string closes it. The expansion between the two strings is unquoted, and the quotes that were meant to be printed are gone.",
    .aliases = {"shellcheck:SC2027"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
