#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_useless_echo {

using shell::Kind;
using shell::Node;

static bool is_substitution(Node node) {
    if (node.is(Kind::string)) {
        const std::vector<Node> parts = node.named_children();
        return parts.size() == 1 && is_substitution(parts.front());
    }
    return node.is(Kind::command_substitution);
}

// Wildcards and braces need a command to expand them.
static bool expands_names(const shell::Script& script, const shell::Word& word) {
    if (word.literal) return false;
    const Node node = script.node_of(word);
    if (node.is(Kind::string) || shell::is_expansion(node) || node.is(Kind::raw_string)) return false;
    for (const Node part : node.children())
        if (part.is(Kind::word) && part.text().value.find_first_of("*?[{") != std::string_view::npos) return true;
    return !node.is(Kind::concatenation);
}

static bool is_one_substitution(const shell::Script& script, std::span<const shell::Word> words) {
    return words.size() == 1 && words.front().value.find_first_of("(`") != std::string::npos && is_substitution(script.node_of(words.front()));
}

// "$(echo $x)": the text is at hand without a command.
static void look_inside(const docker::ShellCode& code, const shell::Command& echo, Reporter& report) {
    if (!echo.in_substitution || !echo.redirects.empty()) return;
    const Node node = code.script->node_of(echo), up = node.parent();
    if (!up.is(Kind::command_substitution) || shell::only_command(up) != node) return;
    const std::span<const shell::Word> words = echo.arguments();
    if (words.empty() || words.front().starts_with("-") || is_one_substitution(*code.script, words)) return;
    if (std::ranges::any_of(words, [&](const shell::Word& word) { return expands_names(*code.script, word); }) || !docker::is_sound(code)) return;
    report.at(echo.name_span(), "leave out echo and $( ): the text can stand there by itself").only({"shellcheck:SC2116"});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.name() != "echo" || command.wrapper) return;
        look_inside(code, command, report);
        const std::span<const shell::Word> words = command.arguments();
        if (!is_one_substitution(*code.script, words) || !docker::is_sound(code)) return;
        report.at(command.name_span(), "run the command without echo and $( ): it prints its output itself").only({"shellcheck:SC2005"});
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN eval "$(echo "$SETUP")"
            ^^^^ leave out echo and $( ): the text can stand there by itself
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN eval "$SETUP"
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN echo "$(date)" > /built
    ^^^^ run the command without echo and $( ): it prints its output itself
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN date > /built
RUN echo "built $(date)" && ls "$(echo *.txt)" && x=$(echo "$y" | tr a b)
)x"}};

extern constinit const Check shell_useless_echo = {
    .id = "shell-useless-echo",
    .title = "Useless use of echo.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "echo around a command substitution, or as the only command in one, starts a process to hand on a text that is already there, and changes blanks and "
        "backslashes in it.",
    .aliases = {"shellcheck:SC2116", "shellcheck:SC2005"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
