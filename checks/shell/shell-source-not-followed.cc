#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_source_not_followed {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (command.code->exec || (command->name() != "." && command->name() != "source") || command->arguments().empty()) continue;
        const shell::Word& script = command->arguments().front();
        if (script.literal)
            report.at(script, quote(script.value) + " lies in the image and is not looked into: what it sets or runs is unknown here")
                .only({"shellcheck:SC1091"});
        else
            report.at(script, "which file " + quote(script.text.value) + " names is known only in the build: it is not looked into")
                .only({"shellcheck:SC1090"});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
RUN . /etc/os-release && echo "$VERSION_ID"
      ^^^^^^^^^^^^^^^ '/etc/os-release' lies in the image and is not looked into: what it sets or runs is unknown here
RUN . "$HOME/.cargo/env" && cargo build
      ^^^^^^^^^^^^^^^^^^ which file '"$HOME/.cargo/env"' names is known only in the build: it is not looked into
)",
                                        .good = R"(
FROM debian:13
RUN echo . /etc/os-release
)"}};

extern constinit const Check shell_source_not_followed = {
    .id = "shell-source-not-followed",
    .title = "Sourced file cannot be followed.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A file that a RUN sources comes from the base image or an earlier layer, so its variables and functions cannot be checked. That is the nature of a "
           "Dockerfile, "
           "not a defect: the finding only marks where the view ends.",
    .aliases = {"shellcheck:SC1090", "shellcheck:SC1091"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
