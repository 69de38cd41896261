#include "analyzer/engine/check.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks {

static bool is_escape(std::string_view text, std::size_t at) {
    char c = at + 1 < text.size() ? text[at + 1] : '\0';
    return c != '\0' && std::string_view("abefnrtv01234567x").find(c) != std::string_view::npos;
}

// Place of the first backslash sequence in what the word says literally; npos when there is none. Offsets are those of the text as written.
static std::size_t escape_in(std::string_view text) {
    bool single = false, twice = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '\'' && !twice) single = !single;
        else if (c == '"' && !single) twice = !twice;
        else if (c == '$' && !single && i + 1 < text.size() && text[i + 1] == '(') return std::string_view::npos;
        else if (c == '`' && !single) return std::string_view::npos;
        if (c != '\\') continue;
        if (single && is_escape(text, i)) return i;
        if (twice && text[i + 1 < text.size() ? i + 1 : i] == '\\' && is_escape(text, i + 1)) return i;
        if (twice && is_escape(text, i)) return i;
        if (!single) ++i;
    }
    return std::string_view::npos;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run || !is_posix_family(code.shell.dialect) || !shell::parses(*code.script)) continue;
        bool plain = code.shell.dialect == shell::Dialect::posix || code.shell.dialect == shell::Dialect::dash;
        for (const shell::Command& command : code.script->commands()) {
            if (!command.is("echo") || command.arguments().empty()) continue;
            const shell::Word& first = command.arguments().front();
            bool flags = first.text.value.size() > 1 && first.text.value[0] == '-' && first.text.value.find_first_not_of("neEs", 1) == std::string_view::npos;
            bool escapes = flags && first.text.value.find('e') != std::string_view::npos;
            if (plain && flags && first != "-n") {
                report.at(first, "echo takes no " + quote(first.text.value) + " in POSIX sh: use printf").only({"shellcheck:SC3037"});
                continue;
            }
            if (escapes || code.shell.dialect == shell::Dialect::zsh) continue;
            for (const shell::Word& word : command.arguments())
                if (std::size_t at = escape_in(word.text.value); at != std::string_view::npos) {
                    report.at(word.text.place(at, at + 2), "whether echo expands " + quote(word.text.value.substr(at, 2)) + " depends on the shell: use printf").only({"shellcheck:SC2028"});
                    break;
                }
        }
    }
}

static constexpr Example examples[] = {
    {.bad = R"-(
FROM debian:13
RUN echo -e "a\nb" > /list
         ^^ echo takes no '-e' in POSIX sh: use printf
RUN echo "a\nb" > /list && echo '\tc' >> /list
           ^^ whether echo expands '\n' depends on the shell: use printf
                                 ^^ whether echo expands '\t' depends on the shell: use printf
)-",
     .good = R"-(
FROM debian:13
RUN printf 'a\nb\n' > /list
RUN printf 'a\nb\n' > /list && printf '\tc\n' >> /list
RUN echo -n yes | cat && echo '\.php$' "$(printf 'a\nb')" a\ b
)-"},
    {.bad = R"-(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN echo "a\tb"
           ^^ whether echo expands '\t' depends on the shell: use printf
)-",
     .good = R"-(
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN echo -e "a\tb"
)-"}};

extern constinit const Check shell_echo_escape = {
    .id = "shell-echo-escape",
    .title = "echo does not expand escapes portably.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "The echo of dash expands backslash sequences and prints '-e' as text; those of bash and busybox do neither. "
           "The same RUN writes another file as soon as the base image or SHELL changes. printf does the same everywhere.",
    .aliases = {"shellcheck:SC2028", "shellcheck:SC3037"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
