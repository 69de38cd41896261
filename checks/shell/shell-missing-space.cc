#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_missing_space {

static Draft spaced(Reporter& report, const shell::Word& word, std::size_t at, std::size_t size, std::string message) {
    return report.at(word.text.place(at, at + size), std::move(message)).only({"shellcheck:SC1035"});
}

// "[-f x ]", "[ -f x]", "if[ -f x ]", "!grep x".
static void brackets(const shell::Command& command, Reporter& report) {
    const shell::Word& first = command.words.front();
    const shell::Word& last = command.words.back();
    std::string_view name = first.text.value, end = last.text.value;
    bool closed = end == "]" || end == "]]";
    if (name == "[" && command.words.size() > 1 && !closed && end.ends_with(']') && !end.ends_with("[]") && end.find('[') == std::string_view::npos) {
        spaced(report, last, end.size() - 1, 1, "write a blank before ']': as a part of " + quote(end) + " it does not end the test");
        return;
    }
    if (name.size() > 1 && name[0] == '[' && name != "[[" && (closed || (command.words.size() > 1 && end.ends_with(']')))) {
        std::size_t size = name.starts_with("[[") ? 2 : 1;
        spaced(report, first, 0, size, "write a blank behind " + quote(name.substr(0, size)) + ": " + quote(name) + " is one word and no test");
        return;
    }
    for (std::string_view keyword : {"if[", "elif[", "while[", "until["})
        if (name.starts_with(keyword)) {
            spaced(report, first, keyword.size() - 1, 1,
                   "write a blank between " + quote(keyword.substr(0, keyword.size() - 1)) + " and '[': together they are one word");
            return;
        }
    if (name.size() > 2 && name[0] == '!' && std::ranges::all_of(name.substr(1), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }))
        spaced(report, first, 0, 1, "write a blank behind '!': " + quote(name) + " is one word, the name of a command");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run) continue;
        const std::vector<shell::SyntaxProblem>& problems = shell::syntax_problems(*code.script);
        if (!problems.empty() && (code.script->joined().find("function ") != std::string::npos || code.script->has_error()))
            for (const shell::SyntaxProblem& problem : problems)
                if (problem.topic == shell::Topic::spacing) report.at(problem.span, problem.message).only({std::string("shellcheck:") += problem.code});
        for (const shell::Command& command : code.script->commands())
            if (!command.words.empty() && !command.wrapper && !command.words.front().text.value.empty()) brackets(command, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN [-f /a ] || touch /a
    ^ write a blank behind '[': '[-f' is one word and no test
RUN if [ -f /a]; then rm /a; fi
              ^ write a blank before ']': as a part of '/a]' it does not end the test
RUN !grep root /etc/shadow
    ^ write a blank behind '!': '!grep' is one word, the name of a command
)",
                                        .good = R"(
FROM alpine:3.22
RUN [ -f /a ] || touch /a
RUN if [ -f /a ]; then rm /a; fi
RUN ! grep root /etc/shadow
RUN ls [ab]* && [ "$x" = [a] ] && echo [x]
)"},
                                       {.bad = R"(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN function greet{ echo hi; }; greet
                  ^ write a blank between the name of the function and '{'
RUN for f in a b; do touch $f; done#two files
                                   ^ write a blank between 'done' and the comment: together they are one word
RUN [["$X" == a ]] && id
    ^^ write a blank behind '[[': '[["$X"' is one word and no test
)",
                                        .good = R"(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN function greet { echo hi; }; greet
RUN for f in a b; do touch $f; done #two files
RUN [[ "$X" == a ]] && id
)"}};

extern constinit const Check shell_missing_space = {
    .id = "shell-missing-space",
    .title = "Missing blank in shell syntax.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "'[', '!' and the keywords of the shell are words of their own: without a blank they run into the next word, and the shell looks for a command of "
           "that name.",
    .aliases = {"shellcheck:SC1035", "shellcheck:SC1095", "shellcheck:SC1099"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
