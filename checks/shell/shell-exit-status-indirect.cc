#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_exit_status_indirect {

static bool is_status(const shell::Word& word) { return word.value == "$?" || word.value == "${?}"; }

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("[") && !command.is("[[") && !command.is("test")) return;
        const std::vector<shell::Word>& words = command.words;
        for (std::size_t i = 1; i + 2 < words.size(); ++i) {
            const std::string_view op = words[i + 1].value;
            const bool compares = op == "-eq" || op == "-ne" || op == "-gt" || op == "=" || op == "==" || op == "!=";
            if (!compares || !is_status(words[i]) || !(words[i + 2] == "0") || !docker::is_sound(code)) continue;
            report.at(words[i], "put the command itself behind if, && or ||: $? is lost with any command in between");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN make; if [ $? -ne 0 ]; then exit 1; fi
               ^^ put the command itself behind if, && or ||: $? is lost with any command in between
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN if ! make; then exit 1; fi
RUN make; if [ $? -eq 3 ]; then exit 1; fi
)x",
                                        .fixed = false}};

extern constinit const Check shell_exit_status_indirect = {
    .id = "shell-exit-status-indirect",
    .title = "Exit status is compared instead of used.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "if, && and || look at the status themselves. A comparison of $? breaks as soon as a line is added in front of it, and never gets that far under set "
        "-e.",
    .aliases = {"shellcheck:SC2181"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
