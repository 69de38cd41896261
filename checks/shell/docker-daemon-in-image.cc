#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::docker_daemon_in_image {

static bool is_daemon(std::string_view program) {
    constexpr std::array<std::string_view, 3> daemons = {"dockerd", "containerd", "dockerd-entrypoint.sh"};
    return std::ranges::find(daemons, program) != daemons.end();
}

static bool is_daemon_package(shell::Manager manager, std::string_view package) {
    constexpr std::array<std::string_view, 5> packages = {"docker.io", "docker-ce", "docker-engine", "moby-engine", "docker-ee"};
    const std::string_view name = package.substr(0, package.find_first_of("=<>~@"));
    return std::ranges::find(packages, name) != packages.end() || (manager == shell::Manager::apk && name == "docker");
}

static void judge_install(const shell::Command& command, Reporter& report) {
    const std::optional<shell::PackageCall> call = shell::package_call(command);
    if (!call || call->action != "install") return;
    for (const shell::Word* operand : call->operands)
        if (is_daemon_package(call->manager, operand->value))
            report.at(*operand, quote(operand->value) + " puts a container daemon into the image; install only the client");
}

static void judge_script(const shell::Command& command, Reporter& report) {
    const std::optional<shell::Download> call = shell::download_call(command);
    if (!call) return;
    for (const shell::Word* word : call->urls)
        if (word->value.find("://get.docker.com") != std::string::npos) report.at(*word, "this script installs a container daemon; install only the client");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        if (!code.stage || !file.in_result(*code.stage)) continue;
        const bool builds = code.instruction->keyword == docker::Keyword::run;
        for (const shell::Command& command : code.script->commands()) {
            if (is_daemon(command.base_name()) && !command.has_any({"version", "v", "help"}))
                report.at(command.name_span(), quote(command.name()) + " needs a privileged container; use the daemon of the host or a rootless builder");
            if (!builds) continue;
            judge_install(command, report);
            judge_script(command, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN apt-get update && apt-get install -y docker-ce=5:27.1.1-1 docker-ce-cli
                                         ^^^^^^^^^^^^^^^^^^^^ 'docker-ce=5:27.1.1-1' puts a container daemon into the image; install only the client
CMD ["dockerd", "--host=unix:///run/docker.sock"]
      ^^^^^^^ 'dockerd' needs a privileged container; use the daemon of the host or a rootless builder
)",
                                        .good = R"(
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y docker.io
FROM alpine:3.22
RUN apk add docker-cli && dockerd --version
CMD ["docker", "ps"]
)"}};

extern constinit const Check docker_daemon_in_image = {
    .id = "docker-daemon-in-image",
    .title = "The image runs its own container daemon.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A daemon inside a container works only in a privileged one, which gives its processes the host. It also makes the image several hundred megabytes "
           "larger.",
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
