#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_cd_without_exit {

// "/", "..", "./.." always exist.
static bool always_there(std::string_view path) { return path.find_first_not_of("./") == std::string_view::npos && path.find("...") == std::string_view::npos; }

static bool stops_on_failure(const docker::ShellCode& code) {
    if (code.shell.errexit) return true;
    for (const shell::Command& command : code.script->commands()) {
        if (!command.is("set")) continue;
        const std::span<const shell::Word> words = command.arguments();
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (words[i].starts_with("-") && words[i].value.find('e') != std::string::npos) return true;
            if (words[i] == "errexit") return true;
        }
    }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("cd") && !command.is("pushd") && !command.is("popd")) return;
        if (command.condition || command.inner || command.wrapper || command.option("n")) return;
        // Followed by && or || the failure is seen; as the last command it is the status of all.
        if (command.joint != shell::Joint::semicolon && command.joint != shell::Joint::newline) return;
        if (command.arguments().size() == 1 && always_there(command.arguments().front().value)) return;
        if (stops_on_failure(code) || !docker::is_sound(code)) return;
        const std::uint32_t end = command.span.end;
        report
            .at(command.name_span(), "add || exit 1: when this " + std::string(command.base_name()) + " fails the commands after it run in the wrong directory")
            .fix("Stop when it fails", Safety::unsafe, {{end, end}, " || exit 1"});
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN cd /src; make
    ^^ add || exit 1: when this cd fails the commands after it run in the wrong directory
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN cd /src || exit 1; make
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN if true; then cd /src; make; fi
                  ^^ add || exit 1: when this cd fails the commands after it run in the wrong directory
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN cd /src && make
RUN set -e; cd /src; make
RUN make; cd ..; cd /src
)x",
                                        .fixed = false}};

extern constinit const Check shell_cd_without_exit = {
    .id = "shell-cd-without-exit",
    .title = "cd may fail unnoticed.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Without set -e the shell goes on after a failed cd, and what follows, rm -rf for instance, works on the directory the shell happens to be in.",
    .aliases = {"shellcheck:SC2164"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
