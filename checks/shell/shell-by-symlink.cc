#include <vector>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_by_symlink {

static bool is_sh(std::string_view path) { return path == "/bin/sh" || path == "/usr/bin/sh"; }

// The words of ln that are no options.
static std::vector<const shell::Word*> operands_of(const shell::Command& ln) {
    std::vector<const shell::Word*> operands;
    for (const shell::Word& word : ln.arguments())
        if (!word.starts_with("-") || word == "-") operands.push_back(&word);
    return operands;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        // An image from scratch has no shell yet.
        if (!command->is("ln") || !command.stage() || command.stage()->root_scratch()) continue;
        const std::vector<const shell::Word*> operands = operands_of(*command.command);
        // The last operand is the link; whatever it points to is free.
        if (operands.size() != 2 || !is_sh(operands.back()->value)) continue;
        report.at(*operands.back(), quote(operands.back()->value) + " is replaced for the whole image; use SHELL to choose the shell of RUN");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN ln -sf /bin/bash /bin/sh
                     ^^^^^^^ '/bin/sh' is replaced for the whole image; use SHELL to choose the shell of RUN
)",
                                        .good = R"(
FROM debian:12-slim
SHELL ["/bin/bash", "-c"]
RUN ln -s /bin/sh /usr/local/bin/mysh
FROM scratch
COPY busybox /bin/
RUN ["/bin/busybox", "ln", "-s", "busybox", "/bin/sh"]
)"}};

extern constinit const Check shell_by_symlink = {
    .id = "shell-by-symlink",
    .title = "/bin/sh is replaced by ln instead of SHELL.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Scripts of the distribution are written for its own /bin/sh, and the next package update may put the link back. "
           "SHELL chooses the shell for the following RUN instructions and leaves the system alone.",
    .aliases = {"hadolint:DL4005", "kics:8a301064-c291-4b20-adcb-403fe7fd95fd", "semgrep:use-shell-instruction", "terrascan:AC_DOCKER_0020"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
