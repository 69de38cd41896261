#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_egrep_deprecated {

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        const std::string_view name = command.name();
        if ((name != "egrep" && name != "fgrep") || !docker::is_sound(code)) return;
        const bool extended = name == "egrep";
        const std::string better = extended ? "grep -E" : "grep -F";
        Draft draft = report.at(command.name_span(), "use " + better + ": GNU grep prints a warning for " + std::string(name) + " since 3.8");
        draft.only({extended ? "shellcheck:SC2196" : "shellcheck:SC2197"});
        if (command.name_span().size() == name.size()) draft.fix("Replace by " + better, Safety::safe, {command.name_span(), better});
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN ls | egrep -q "a|b"
         ^^^^^ use grep -E: GNU grep prints a warning for egrep since 3.8
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN ls | grep -E -q "a|b"
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN fgrep -q "a|b" /f
    ^^^^^ use grep -F: GNU grep prints a warning for fgrep since 3.8
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN grep -F -q "a|b" /f
)x"}};

extern constinit const Check shell_egrep_deprecated = {
    .id = "shell-egrep-deprecated",
    .title = "egrep and fgrep are deprecated.",
    .category = Category::deprecation,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Both names are leftovers: POSIX has dropped them and GNU grep 3.8 and later warns on every use.",
    .aliases = {"shellcheck:SC2196", "shellcheck:SC2197"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
