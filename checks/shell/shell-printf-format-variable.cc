#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_printf_format_variable {

using shell::Kind;
using shell::Node;

static const shell::Word* format_of(const shell::Command& command) {
    const std::span<const shell::Word> words = command.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "-v")
            ++i;
        else if (!(words[i] == "--"))
            return &words[i];
    }
    return nullptr;
}

// A format of its own stands around the variable: "%s\n$x" is as wrong, but the author knows what a format is.
static bool has_directive(Node node) {
    if (node.is(Kind::simple_expansion) || node.is(Kind::expansion) || node.is(Kind::command_substitution)) return false;
    if (!node.first_child()) return node.text().value.find('%') != std::string_view::npos;
    for (Node child = node.first_child(); child; child = child.next())
        if (has_directive(child)) return true;
    return node.is(Kind::string) && !node.child(Kind::simple_expansion) && !node.child(Kind::expansion) &&
           node.text().value.find('%') != std::string_view::npos;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("printf") || command.inner) return;
        const shell::Word* format = format_of(command);
        if (!format || format->literal || format->value.find_first_of("$`") == std::string::npos || has_directive(code.script->node_of(*format))) return;
        if (!docker::is_sound(code)) return;
        report.at(*format, "give printf a constant format such as '%s' and pass the value as an argument: % and \\ in " + quote(format->text.value) +
                               " are read as directives");
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN printf "deb $URL main" > /a
           ^^^^^^^^^^^^^^^ give printf a constant format such as '%s' and pass the value as an argument: % and \ in '"deb $URL main"' are read as directives
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN printf 'deb %s main' "$URL" > /a
RUN printf "%s is $x" a && printf 'plain\n' 
)x",
                                        .fixed = false}};

extern constinit const Check shell_printf_format_variable = {
    .id = "shell-printf-format-variable",
    .title = "printf takes its format from a variable.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .why = "The first argument of printf is a format. A percent sign or a backslash in the variable's value changes what is printed or makes printf fail.",
    .aliases = {"shellcheck:SC2059"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
