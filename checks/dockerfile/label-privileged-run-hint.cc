#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::label_privileged_run_hint {

static constexpr std::string_view option = "--privileged";

static void in_label(const docker::Instruction& label, Reporter& report) {
    for (const docker::Pair& pair : label.pairs) {
        const std::size_t at = pair.value.value.find(option);
        if (at != std::string_view::npos)
            report.at(pair.value.place(at, at + option.size()),
                      "this label tells its users to run the container with --privileged; name the capabilities it needs");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* label : file.all(docker::Keyword::label, true)) in_label(*label, report);
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (!code.script) continue;
        for (const shell::Command& command : code.script->commands()) {
            if (!command.is("docker") && !command.is("podman") && !command.is("nerdctl")) continue;
            for (const shell::Word& word : command.arguments())
                if (word == option || word == "--privileged=true")
                    report.at(word, command.words[0].value + " is asked for a privileged container; name the capabilities it needs");
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL RUN="docker run -d --privileged IMAGE"
                         ^^^^^^^^^^^^ this label tells its users to run the container with --privileged; name the capabilities it needs
CMD ["docker", "run", "--privileged", "alpine"]
                       ^^^^^^^^^^^^ docker is asked for a privileged container; name the capabilities it needs
)",
                                        .good = R"(
FROM alpine:3.22
LABEL RUN="docker run -d --cap-add NET_ADMIN IMAGE" description="needs no privileged mode"
CMD ["docker", "run", "--cap-add", "NET_ADMIN", "alpine"]
)"}};

extern constinit const Check label_privileged_run_hint = {
    .id = "label-privileged-run-hint",
    .title = "Label or RUN text asks for a privileged run.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A privileged container has every capability and every device of the host, so whoever takes it over has the host. "
           "Labels such as RUN are instructions that tools and people follow as they stand.",
    .aliases = {"dockerfile-lint:privileged_run_container"},
    .examples = examples,
    .run = on({docker::Keyword::label, docker::Keyword::run, docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
