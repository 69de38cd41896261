#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_ls_output_parsed {

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.joint != shell::Joint::pipe || !command.is("ls") || command.option("N") || !docker::is_sound(code)) return;
        const shell::Command* reader = docker::next_in_pipe(code, command);
        if (reader && reader->is("grep")) {
            report.at(command.name_span(), "use a wildcard or find -name instead of ls and grep: names with odd characters are garbled")
                .only({"shellcheck:SC2010"});
        } else if (reader && reader->is("xargs")) {
            report.at(command.name_span(), "use find -exec or find -print0 with xargs -0: xargs splits the names at blanks and quotes")
                .only({"shellcheck:SC2011"});
        } else {
            report.at(command.name_span(), "use a wildcard or find instead of reading the output of ls: names with odd characters are garbled")
                .only({"shellcheck:SC2012"});
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN ls /tmp | sort | tail -1
    ^^ use a wildcard or find instead of reading the output of ls: names with odd characters are garbled
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN find /tmp -maxdepth 1 | sort | tail -1
)x",
                                        .fixed = false},
                                       {.bad = R"x(
FROM alpine:3.22
RUN ls /tmp | grep tar
    ^^ use a wildcard or find -name instead of ls and grep: names with odd characters are garbled
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN ls /tmp/*tar*
)x",
                                        .fixed = false},
                                       {.bad = R"x(
FROM alpine:3.22
RUN ls | xargs rm
    ^^ use find -exec or find -print0 with xargs -0: xargs splits the names at blanks and quotes
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN find . -print0 | xargs -0 rm
)x",
                                        .fixed = false}};

extern constinit const Check shell_ls_output_parsed = {
    .id = "shell-ls-output-parsed",
    .title = "Output of ls is read by a command.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "ls prints for people: blanks, line breaks and unprintable characters in names cannot be told from separators. Wildcards and find hand over the names "
        "as they are.",
    .aliases = {"shellcheck:SC2012", "shellcheck:SC2010", "shellcheck:SC2011"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
