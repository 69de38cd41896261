#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_backticks {

using shell::Kind;
using shell::Node;

// Inside backticks a backslash before $, ` or another one is taken away, inside $( ) it is not.
static bool can_move(Node node) {
    const std::string_view text = node.text().value;
    return text.find('\\') == std::string_view::npos && node.text().value.size() == node.span().size();
}

static void look_at(const docker::ShellCode& code, Reporter& report) {
    for (const Node node : code.script->all(Kind::command_substitution)) {
        const std::string_view text = node.text().value;
        if (!text.starts_with("`") || text.size() < 3 || !docker::is_sound(code)) continue;
        const Span span = node.span();
        Draft draft = report.at(span, "write $( ) instead of backticks: they nest and need no escapes");
        if (can_move(node)) draft.fix("Replace by $( )", Safety::safe, {{{span.begin, span.begin + 1}, "$("}, {{span.end - 1, span.end}, ")"}});
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (code->script->joined().find('`') != std::string::npos) look_at(*code, report);
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo "built `date`"
                ^^^^^^ write $( ) instead of backticks: they nest and need no escapes
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo "built $(date)"
)x"}};

extern constinit const Check shell_backticks = {
    .id = "shell-backticks",
    .title = "Backticks instead of $( ).",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Backticks cannot be nested without escapes, change what backslashes mean, and are easily taken for quotes.",
    .aliases = {"shellcheck:SC2006"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
