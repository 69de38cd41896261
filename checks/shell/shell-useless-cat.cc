#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_useless_cat {

// The command behind the pipe, when a redirection can be written behind it.
static const shell::Command* reader_of(const docker::ShellCode& code, const shell::Command& cat) {
    const std::vector<shell::Command>& all = code.script->commands();
    const std::size_t next = static_cast<std::size_t>(&cat - all.data()) + 1;
    if (next >= all.size() || all[next].pipeline != cat.pipeline || !code.script->node_of(all[next]).is(shell::Kind::command)) return nullptr;
    return all[next].before == shell::Joint::pipe && !all[next].inner && all[next].redirects.empty() ? &all[next] : nullptr;
}

static bool is_one_file(const shell::Word& word) {
    const bool whole = word.literal || (word.text.value.starts_with("\"") && word.text.value.ends_with("\""));
    return whole && word.text.value != "-" && !word.starts_with("-") && word.text.value.size() == word.span().size();
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("cat") || command.joint != shell::Joint::pipe || command.before == shell::Joint::pipe || command.wrapper) return;
        if (command.arguments().size() != 1 || !command.redirects.empty() || !is_one_file(command.arguments().front())) return;
        if (!docker::is_sound(code)) return;
        const Text& name = command.arguments().front().text;
        Draft draft = report.at(command.name_span(), "let the next command read " + quote(name.value) + " itself: cat has nothing to join here");
        if (const shell::Command* reader = reader_of(code, command))
            draft.fix("Redirect the file", Safety::safe,
                      {{{command.span.begin, reader->span.begin}, ""}, {{reader->span.end, reader->span.end}, " < " + std::string(name.value)}});
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN cat /etc/passwd | grep root | wc -l
    ^^^ let the next command read '/etc/passwd' itself: cat has nothing to join here
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN grep root < /etc/passwd | wc -l
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN cat "$f" | while read -r x; do echo "$x"; done
    ^^^ let the next command read '"$f"' itself: cat has nothing to join here
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN cat a b | sort && cat *.txt | sort && cat -n a | sort
)x",
                                        .fixed = false}};

extern constinit const Check shell_useless_cat = {
    .id = "shell-useless-cat",
    .title = "Useless use of cat.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "cat joins files; for a single one it is a process and a pipe for nothing, and its failure is lost unless pipefail is set.",
    .aliases = {"shellcheck:SC2002"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
