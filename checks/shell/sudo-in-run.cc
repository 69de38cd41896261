#include "analyzer/engine/check.h"

namespace plimsoll::checks::sudo_in_run {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands())
        if (command->is("sudo"))
            report.at(command->name_span(), "sudo is not needed in a build; switch with USER, or use gosu where a process must change its user");
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN sudo apk add git
    ^^^^ sudo is not needed in a build; switch with USER, or use gosu where a process must change its user
)",
                                        .good = R"(
FROM alpine:3.22
USER root
RUN apk add git sudo && adduser app sudo
USER app
)"},
                                       {.bad = R"(
FROM alpine:3.22
ONBUILD RUN if test -f setup; then cat setup | sudo -E bash -; fi
                                               ^^^^ sudo is not needed in a build; switch with USER, or use gosu where a process must change its user
)",
                                        .good = R"(
FROM alpine:3.22
ONBUILD RUN echo "run sudo setup" > /etc/sudo.txt && command -v sudo
)"}};

extern constinit const Check sudo_in_run = {
    .id = "sudo-in-run",
    .title = "RUN uses sudo.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A build step runs as the user that USER names, so sudo adds nothing there. It has surprising effects on terminals, signals and the environment, "
           "and it has to be in the image, where it hands root to whoever gets in.",
    .aliases = {"hadolint:DL3004", "trivy:DS-0010", "checkov:CKV2_DOCKER_1", "kics:8ada6e80-0ade-439e-b176-0b28f6bce35a", "semgrep:no-sudo-in-dockerfile",
                "dockle:DKL-DI-0001", "dockerfilelint:sudo_usage", "terrascan:AC_DOCKER_0007", "dockerfile-lint:no_run_with_sudo", "mondoo:no-sudo-commands"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
