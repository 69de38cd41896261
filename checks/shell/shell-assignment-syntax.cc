#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_assignment_syntax {

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_name_letter(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

static bool is_name(std::string_view text) { return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, is_name_letter); }

// Programs for which '=' is an ordinary first argument.
static bool takes_equals(std::string_view name) {
    constexpr std::string_view names[] = {"chmod", "echo", "expr", "printf", "test", "setfacl"};
    return std::ranges::find(names, name) != std::ranges::end(names);
}

// "$x=1" as a command.
static void dollar(const shell::Command& command, Reporter& report) {
    std::string_view text = command.words.front().text.value;
    std::size_t end = 1;
    while (end < text.size() && is_name_letter(text[end])) ++end;
    if (text.size() < 3 || text[0] != '$' || !is_letter(text[1]) || end >= text.size() || text[end] != '=' || (end + 1 < text.size() && text[end + 1] == '='))
        return;
    report.at(command.words.front().text.place(0, 1), "leave the '$' out: " + quote(text.substr(1, end - 1)) + " is assigned to by its name")
        .only({"shellcheck:SC1066"});
}

// "x = 1" and "X =1".
static void blanks(const shell::Command& command, Reporter& report) {
    if (command.words.size() < 2 || !command.assignments.empty()) return;
    std::string_view name = command.words[0].text.value, second = command.words[1].text.value;
    if (!is_name(name) || takes_equals(name)) return;
    bool upper = std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
    bool apart = second == "=", joined = upper && command.words.size() == 2 && second.size() > 1 && second[0] == '=' && second[1] != '=';
    if (!apart && !joined) return;
    report.at(command.words[1].text.place(0, 1), "write no blanks around '=': " + quote(name) + " is run as a command here")
        .only({"shellcheck:SC1068", "shellcheck:SC2283"});
}

// "x= value": the value is run as a command with an empty x.
static void empty_value(const shell::Command& command, Reporter& report) {
    if (command.assignments.size() != 1 || command.words.size() != 1 || command.words[0].text.value.empty()) return;
    const shell::Assignment& assignment = command.assignments[0];
    std::string_view next = command.words[0].text.value;
    bool number = std::ranges::all_of(next, [](char c) { return c >= '0' && c <= '9'; });
    if (!assignment.value.text.value.empty() || (next[0] != '"' && next[0] != '\'' && next[0] != '$' && next[0] != '`' && !number)) return;
    report
        .at(cover(assignment.name.span, assignment.value.text.span),
            "write no blank behind '=': " + quote(next) + " is run as a command and " + quote(assignment.name.value) + " is empty for it")
        .only({"shellcheck:SC1007"});
}

// "x==y".
static void equals(const shell::Command& command, Reporter& report) {
    for (const shell::Assignment& assignment : command.assignments)
        if (!assignment.append && assignment.value.text.value.starts_with('=') && command.words.empty())
            report.at(assignment.value.text.place(0, 1), "'==' neither assigns nor compares here: write '=', or [ ] around a comparison")
                .only({"shellcheck:SC1097"});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run || !is_posix_family(code.shell.dialect) || !shell::parses(*code.script)) continue;
        for (const shell::Command& command : code.script->commands()) {
            if (command.wrapper) continue;
            equals(command, report);
            empty_value(command, report);
            if (command.words.empty()) continue;
            dollar(command, report);
            blanks(command, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN VERSION = 1.2 && echo "$VERSION"
            ^ write no blanks around '=': 'VERSION' is run as a command here
RUN VERSION= $(cat /version) && echo "$VERSION"
    ^^^^^^^^ write no blank behind '=': '$(cat /version)' is run as a command and 'VERSION' is empty for it
RUN $VERSION=1.2; echo "$VERSION"
    ^ leave the '$' out: 'VERSION' is assigned to by its name
RUN VERSION==1.2; echo "$VERSION"
            ^ '==' neither assigns nor compares here: write '=', or [ ] around a comparison
)",
                                        .good = R"(
FROM alpine:3.22
RUN VERSION=1.2 && echo "$VERSION"
RUN VERSION=$(cat /version) && echo "$VERSION"
RUN VERSION=; IFS= read -r a; CGO_ENABLED= go build; chmod =2775 /srv; pip install a==1; [ "$A" = b ]
)"}};

extern constinit const Check shell_assignment_syntax = {
    .id = "shell-assignment-syntax",
    .title = "Malformed assignment or comparison.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "An assignment is one word: name, '=' and value without blanks and without '$'. Anything else is the call of a command of that name, "
           "which fails, or an assignment that holds for another command only.",
    .aliases = {"shellcheck:SC1007", "shellcheck:SC1066", "shellcheck:SC1068", "shellcheck:SC1097", "shellcheck:SC2283"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
