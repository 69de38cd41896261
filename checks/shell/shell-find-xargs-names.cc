#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_find_xargs_names {

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.joint != shell::Joint::pipe || !command.is("find") || command.has_any({"-print0", "-printf", "-fprint0", "-exec", "-execdir"})) return;
        const shell::Command* reader = docker::next_in_pipe(code, command);
        if (!reader || !reader->is("xargs") || reader->has_any({"0", "null", "d", "delimiter"}) || !docker::is_sound(code)) return;
        report.at(reader->name_span(), "use find -print0 with xargs -0, or find -exec: xargs splits names at blanks and quotes");
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN find /src -name "*.pyc" | xargs rm -f
                              ^^^^^ use find -print0 with xargs -0, or find -exec: xargs splits names at blanks and quotes
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN find /src -name "*.pyc" -print0 | xargs -0 rm -f
RUN find /src -name "*.pyc" -exec rm -f {} +
)x"}};

extern constinit const Check shell_find_xargs_names = {
    .id = "shell-find-xargs-names",
    .title = "find hands names to xargs as text.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "xargs takes blanks, line breaks, quotes and backslashes in names for separators, so other files than those found may be touched.",
    .aliases = {"shellcheck:SC2038"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
