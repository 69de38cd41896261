#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_sudo_redirect {

static bool is_for_all(std::string_view target) { return target.starts_with("/dev/") || target.starts_with("/tmp/") || target.starts_with("/proc/self/"); }

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        const shell::Command* outer = &command;
        while (outer->wrapper) outer = &code.script->commands()[*outer->wrapper];
        if (command.inner || !outer->is("sudo")) return;
        for (const shell::Redirect& redirect : command.redirects.empty() ? outer->redirects : command.redirects) {
            const bool writes = redirect.op == ">" || redirect.op == ">>" || redirect.op == "&>" || redirect.op == "1>" || redirect.op == "2>";
            if (!writes || is_for_all(redirect.target.value) || !docker::is_sound(code)) continue;
            report.at(redirect.target, "write with sudo tee: the file is opened by the shell, without the rights of sudo");
            return;
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN sudo echo "a" >> /etc/hosts
                     ^^^^^^^^^^ write with sudo tee: the file is opened by the shell, without the rights of sudo
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo "a" | sudo tee -a /etc/hosts
RUN sudo make > /dev/null
)x"}};

extern constinit const Check shell_sudo_redirect = {
    .id = "shell-sudo-redirect",
    .title = "sudo does not cover the redirection.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The shell does redirections before it starts sudo, with the rights of the current user.",
    .aliases = {"shellcheck:SC2024"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
