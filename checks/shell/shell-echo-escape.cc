#include "analyzer/engine/check.h"
#include "analyzer/shell/parts.h"
#include "analyzer/shell/syntax.h"

namespace plimsoll::checks::shell_echo_escape {

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

// The shell whose echo a command is; nullopt when it is a program: sudo, env, xargs run /bin/echo.
static std::optional<shell::Dialect> echo_of(const docker::ShellCode& code, const shell::Command& command) {
    if (command.name() != "echo") return std::nullopt;
    if (!command.wrapper) return code.shell.dialect;
    const shell::Command& wrapper = code.script->commands()[*command.wrapper];
    if (wrapper.is("command") || wrapper.is("builtin")) return code.shell.dialect;
    shell::Dialect inner = shell::dialect_of(wrapper.name());
    return inner == shell::Dialect::other ? std::nullopt : std::optional(inner);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (code.exec || code.instruction->keyword != docker::Keyword::run || !is_posix_family(code.shell.dialect) || !shell::parses(*code.script)) continue;
        for (const shell::Command& command : code.script->commands()) {
            std::optional<shell::Dialect> dialect = command.arguments().empty() ? std::nullopt : echo_of(code, command);
            if (!dialect) continue;
            const shell::Word& first = command.arguments().front();
            std::string_view option = first.text.value;
            bool flags = option.size() > 1 && option[0] == '-' && option.find_first_not_of("neEs", 1) == std::string_view::npos;
            if ((dialect == shell::Dialect::posix || dialect == shell::Dialect::dash) && flags && option != "-n") {
                report.at(first, "echo takes no " + quote(option) + " in POSIX sh: use printf").only({"shellcheck:SC3037"});
                continue;
            }
            if ((flags && option.find('e') != std::string_view::npos) || dialect == shell::Dialect::zsh) continue;
            for (const shell::Word& word : command.arguments())
                if (std::size_t at = escape_in(word.text.value); at != std::string_view::npos) {
                    report.at(word.text.place(at, at + 2), "whether echo expands " + quote(word.text.value.substr(at, 2)) + " depends on the shell: use printf")
                        .only({"shellcheck:SC2028"});
                    break;
                }
        }
    }
}

static constexpr Example examples[] = {{.bad = R"-(
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
RUN sudo echo -e "a\nb"; bash -c 'echo -e "a\tb"'; /bin/echo -e "a\tb"
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
