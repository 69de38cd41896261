#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/parts.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_literal_special {

// Whether a backslash is wasted on this character: it has no meaning that could be taken from it.
static bool is_ordinary(char c) { return c > ' ' && c < 0x7F && std::string_view("|&;<>()\\'\"$`?*@!+[]{}.,~#").find(c) == std::string_view::npos; }

// One finding for a word, at the first of its escapes.
static void escapes(const shell::Word& word, bool command_name, Reporter& report) {
    std::string_view text = word.text.value;
    if (text.find('\\') == std::string_view::npos) return;
    std::size_t first = std::string_view::npos;
    bool letters = false, controls = false;
    for (const shell::Part& part : shell::parts_of(text)) {
        if (part.kind != shell::Part::plain) continue;
        for (std::size_t i = part.begin; i + 1 < part.end; ++i) {
            if (text[i] != '\\') continue;
            char c = text[++i];
            // "\cp" is the way to call a command and not its alias.
            if (!is_ordinary(c) || (command_name && i == 1)) continue;
            first = std::min(first, i - 1);
            (c == 'n' || c == 't' || c == 'r' ? controls : letters) = true;
        }
    }
    if (first == std::string_view::npos) return;
    std::string_view sequence = text.substr(first, 2);
    report.at(word.text.place(first, first + 2), "unquoted " + quote(sequence) + " is just " + quote(sequence.substr(1)) + ": quote it to keep the backslash")
        .only({letters ? std::string_view("shellcheck:SC1001") : std::string_view(), controls ? std::string_view("shellcheck:SC1012") : std::string_view()});
}

// A brace that stands alone as an argument: the ';' before it is missing, or it is meant for another program.
static void lone_brace(const shell::Command& command, Reporter& report) {
    std::string_view name = command.base_name();
    if (name == "echo" || name == "printf") return;
    for (const shell::Word& word : command.arguments())
        if (word.text.value == "}" || word.text.value == "{")
            report.at(word, quote(word.text.value) + " is an argument here: write ';' before it, or quote it").only({"shellcheck:SC1083"});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run || !is_posix_family(code.shell.dialect) || !shell::parses(*code.script)) continue;
        for (const shell::Command& command : code.script->commands()) {
            if (command.wrapper || command.is("[[")) continue;
            for (const shell::Word& word : command.words) escapes(word, &word == &command.words.front(), report);
            for (const shell::Assignment& assignment : command.assignments) escapes(assignment.value, false, report);
            lone_brace(command, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN sed -i s/a\d*/x/ /etc/hosts
              ^^ unquoted '\d' is just 'd': quote it to keep the backslash
RUN sed -i s/\/srv/x/ /etc/hosts
             ^^ unquoted '\/' is just '/': quote it to keep the backslash
RUN printf a\nb > /list
            ^^ unquoted '\n' is just 'n': quote it to keep the backslash
)",
                                        .good = R"(
FROM alpine:3.22
RUN sed -i 's/a\d*/x/' /etc/hosts
RUN sed -i 's/\/srv/x/' /etc/hosts
RUN printf 'a\nb' > /list
RUN \cp -f /a /b; find . \( -name a -o -name \*.b \) -exec rm {} \; ; echo "\d" \$x a\ b
)"},
                                       {.bad = R"(
FROM alpine:3.22
RUN f() { id }; }; f
             ^ '}' is an argument here: write ';' before it, or quote it
)",
                                        .good = R"(
FROM alpine:3.22
RUN f() { id; }; f; git show HEAD@{1}; sed s#x#\${USER}# /etc/passwd
)",
                                        .fixed = false}};

extern constinit const Check shell_literal_special = {
    .id = "shell-literal-special",
    .title = "Special character is taken literally.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Outside quotes the shell removes a backslash, so what the program gets is the plain letter; and a brace is only syntax where a command may begin.",
    .aliases = {"shellcheck:SC1001", "shellcheck:SC1012", "shellcheck:SC1083"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
