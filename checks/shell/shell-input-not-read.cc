#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_input_not_read {

static bool reads_nothing(std::string_view name) {
    static constexpr std::string_view names[] = {"alias", "basename", "bg",    "cal",    "cd",      "chgrp",  "chmod",   "chown", "cp",     "du",
                                                 "echo",  "export",   "fg",    "fuser",  "getconf", "getopt", "getopts", "ipcrm", "ipcs",   "jobs",
                                                 "kill",  "ln",       "ls",    "locale", "mv",      "printf", "ps",      "pwd",   "renice", "rm",
                                                 "rmdir", "set",      "sleep", "touch",  "trap",    "ulimit", "unalias", "uname"};
    return std::ranges::find(names, name) != std::end(names);
}

// A command inside the arguments may read the input.
static bool may_pass_on(const shell::Command& command) {
    return std::ranges::any_of(command.arguments(), [](const shell::Word& word) { return word.value.find_first_of("`(") != std::string::npos; });
}

static bool asks(const shell::Command& command) { return command.has_any({"i", "interactive"}) && (command.is("cp") || command.is("mv") || command.is("rm")); }

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.wrapper || !reads_nothing(command.name()) || may_pass_on(command) || asks(command)) return;
        const bool piped = command.before == shell::Joint::pipe && command.redirects.empty();
        if (!piped || !docker::is_sound(code)) return;
        report.at(command.name_span(),
                  std::string(command.name()) + " does not read its input: pass what the pipe brings with xargs, or use ; or && if nothing is to be passed");
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN find /tmp -name "*.o" | rm -f
                            ^^ rm does not read its input: pass what the pipe brings with xargs, or use ; or && if nothing is to be passed
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN find /tmp -name "*.o" -print0 | xargs -0 rm -f
RUN ls | cat; yes | cp -i a b; date | echo "$(cat)"
)x",
                                        .fixed = false}};

extern constinit const Check shell_input_not_read = {
    .id = "shell-input-not-read",
    .title = "Input is sent to a command that does not read it.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The command before the pipe writes to one that never looks: its output is lost, and it may die of a broken pipe.",
    .aliases = {"shellcheck:SC2216"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
