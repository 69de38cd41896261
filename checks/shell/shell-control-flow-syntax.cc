#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_control_flow_syntax {

// $name[0], $name[@]: the subscript is text behind the first element.
static void array_elements(const shell::Script& script, Reporter& report) {
    if (script.dialect() != shell::Dialect::bash && script.dialect() != shell::Dialect::ksh) return;
    for (const shell::Command& command : script.commands())
        for (const shell::Word& word : command.words) {
            if (word.literal || command.wrapper) continue;
            std::string_view text = word.text.value;
            std::size_t open = text.find('[');
            std::size_t name = open == std::string_view::npos
                                   ? open
                                   : text.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", open - (open > 0));
            if (open == std::string_view::npos || name == std::string_view::npos || text[name] != '$' || name + 1 >= open ||
                (name > 0 && text[name - 1] == '\\'))
                continue;
            std::size_t close = text.find(']', open);
            std::string_view index = close == std::string_view::npos ? std::string_view() : text.substr(open + 1, close - open - 1);
            bool number = !index.empty() && index.find_first_not_of("0123456789") == std::string_view::npos;
            if (!number && index != "@" && index != "*") continue;
            std::string whole(text.substr(name, close + 1 - name));
            report
                .at(word.text.place(name, close + 1),
                    "write '${" + whole.substr(1) + "}': without braces only '" + whole.substr(0, open - name) + "' is expanded")
                .only({"shellcheck:SC1087"});
        }
}

// tree-sitter takes some of what the shell refuses, and knows some of what our grammar refuses.
static bool is_refused(const shell::Script& script) {
    if (shell::syntax_problems(script).empty()) return false;
    const std::string& text = script.joined();
    auto holds = [&](const char* what) { return text.find(what) != std::string::npos; };
    return holds(" (") || holds("If ") || holds("IF ") || holds("While ") || holds("For ") || holds("for $") || holds("&;") || holds("& ;") ||
           script.has_error();
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.instruction->keyword != docker::Keyword::run) continue;
        if (is_refused(*code.script))
            for (const shell::SyntaxProblem& problem : shell::syntax_problems(*code.script))
                if (problem.topic == shell::Topic::control_flow) report.at(problem.span, problem.message).only({std::string("shellcheck:") += problem.code});
        array_elements(*code.script, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN for f in a b; do touch $f done
                              ^^^^ write ';' or a newline before 'done': here it is an argument of the command
RUN { echo one; echo two } > /list
                         ^ write ';' or a newline before '}': here it is an argument of the command
RUN sleep 10 &; echo started
             ^^ unexpected ';' behind '&': '&' already ends the command
RUN for $f in a b; do touch x; done
        ^^ write the name of the loop variable without '$'
)",
                                        .good = R"(
FROM alpine:3.22
RUN for f in a b; do touch $f; done
RUN { echo one; echo two; } > /list
RUN sleep 10 & echo started
RUN for f in a b; do touch x; done
RUN echo done
)"},
                                       {.bad = R"(
FROM alpine:3.22
RUN If [ -f /a ]; then rm /a; fi
    ^^ 'If' is no keyword: shell keywords are written in lower case
RUN greet(name) { echo "$1"; }; greet you
         ^ unexpected '(': quote it when it is text; a function is declared with empty parentheses
)",
                                        .good = R"(
FROM alpine:3.22
RUN if [ -f /a ]; then rm /a; fi
RUN greet() { echo "$1"; }; greet you
)"},
                                       {.bad = R"(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN list=(a b); echo $list[1]
                     ^^^^^^^^ write '${list[1]}': without braces only '$list' is expanded
)",
                                        .good = R"(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN list=(a b); echo ${list[1]} "$HOME"/[ab]*
)"}};

extern constinit const Check shell_control_flow_syntax = {
    .id = "shell-control-flow-syntax",
    .title = "Malformed control flow.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A keyword counts only where a command may begin, '&' ends a command by itself, and functions have no parameter list. "
           "The shell refuses the whole RUN, or reads the keyword as an argument.",
    .aliases = {"shellcheck:SC1010", "shellcheck:SC1045", "shellcheck:SC1065", "shellcheck:SC1081", "shellcheck:SC1086", "shellcheck:SC1087"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
