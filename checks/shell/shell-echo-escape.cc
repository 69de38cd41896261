#include "analyzer/engine/check.h"
#include "analyzer/shell/parts.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks {

static bool is_escape(std::string_view text, std::size_t at) {
    char c = at + 1 < text.size() ? text[at + 1] : '\0';
    return c != '\0' && std::string_view("abefnrtv01234567x").find(c) != std::string_view::npos;
}

// Place of the first backslash sequence that echo gets to see; npos when there is none. Offsets are those of the text as written.
static std::size_t escape_in(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return std::string_view::npos;
    for (const shell::Part& part : shell::parts_of(text)) {
        bool twice = part.kind == shell::Part::double_quoted;
        if (!twice && part.kind != shell::Part::single_quoted) continue;
        for (std::size_t i = part.begin; i + 1 < part.end; ++i) {
            // What a command prints is not ours to judge.
            if (twice && (text[i] == '`' || (text[i] == '$' && text[i + 1] == '('))) break;
            if (text[i] != '\\') continue;
            if (is_escape(text, i)) return i;
            if (!twice) continue;
            ++i;
            if (text[i] == '\\' && is_escape(text, i)) return i;
        }
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
