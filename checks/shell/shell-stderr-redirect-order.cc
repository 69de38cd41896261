#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_stderr_redirect_order {

// The standard output goes somewhere else: "2>&1 >/dev/null |" is how errors are sent through a pipe.
static bool is_captured(const shell::Command& command) {
    return command.in_substitution || command.joint == shell::Joint::pipe || command.joint == shell::Joint::pipe_all;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.redirects.size() != 2 || is_captured(command)) return;
        const shell::Redirect& first = command.redirects[0];
        const shell::Redirect& second = command.redirects[1];
        if (first.op != "2>&" || !(first.target == "1") || (second.op != ">" && second.op != ">>")) return;
        if (!docker::is_sound(code)) return;
        report.at(cover(code.script->node_of(first).span(), first.target.span()),
                  "put 2>&1 last: here errors still go to the old output, not to " + quote(second.target.text.value));
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN /setup.sh 2>&1 > /dev/null
              ^^^^ put 2>&1 last: here errors still go to the old output, not to '/dev/null'
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN /setup.sh > /dev/null 2>&1
RUN /setup.sh 2>&1 > /dev/null | grep error
)x",
                                        .fixed = false}};

extern constinit const Check shell_stderr_redirect_order = {
    .id = "shell-stderr-redirect-order",
    .title = "2>&1 stands before the redirection of standard output.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why =
        "Redirections are done from left to right: 2>&1 copies where standard output goes at that moment, and the redirection after it moves standard output "
        "only.",
    .aliases = {"shellcheck:SC2069"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
