#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_glob_may_be_option {

// Commands for which "./name" means the same as "name".
static bool takes_paths(const shell::Command& command) {
    static constexpr std::string_view names[] = {"rm", "chmod", "chown", "chgrp", "mv", "cp", "cat", "touch", "sha256sum", "ls", "dpkg"};
    return std::ranges::find(names, command.base_name()) != std::end(names);
}

static bool begins_with_glob(const shell::Word& word) { return !word.literal && (word.text.value.starts_with("*") || word.text.value.starts_with("?")); }

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.inner || command.is("echo") || command.is("printf") || command.is("[") || command.is("[[") || command.is("((")) return;
        for (const shell::Word& word : command.arguments()) {
            if (word == "--" || word == ":::") return;
            if (!begins_with_glob(word) || !docker::is_sound(code)) continue;
            Draft draft = report.at(word, "write ./" + std::string(word.text.value) + ": a file name that starts with a dash would be taken for an option");
            if (takes_paths(command)) draft.fix("Put ./ in front", Safety::safe, {{word.span().begin, word.span().begin}, "./"});
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN cd /tmp && rm -rf *.tmp
                      ^^^^^ write ./*.tmp: a file name that starts with a dash would be taken for an option
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN cd /tmp && rm -rf ./*.tmp
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN cd /tmp && tar -cf all.tar *
                               ^ write ./*: a file name that starts with a dash would be taken for an option
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN cd /tmp && tar -cf all.tar -- * && rm /srv/* "*" && echo *
)x",
                                        .fixed = false}};

extern constinit const Check shell_glob_may_be_option = {
    .id = "shell-glob-may-be-option",
    .title = "Glob result may be read as an option.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why =
        "The shell puts the matching names in place of the pattern before the command runs. A file called -rf is then an option, not a file; ./ in front keeps "
        "every name a path.",
    .aliases = {"shellcheck:SC2035", "sonar:S6573"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
