#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::volume_docker_socket {

static constexpr std::string_view sockets[] = {"docker.sock", "containerd.sock", "crio.sock", "podman.sock"};

// The socket a path names; "" when it names none.
static std::string_view socket_in(std::string_view path) {
    for (std::string_view name : sockets)
        if (path.ends_with(name) && (path.size() == name.size() || path[path.size() - name.size() - 1] == '/')) return name;
    return "";
}

// The source of a volume option's value: "/var/run/docker.sock:/x", "type=bind,source=/var/run/docker.sock,...".
static std::string_view source_of(std::string_view value) {
    for (std::string_view key : {"source=", "src="})
        if (const std::size_t at = value.find(key); at != std::string_view::npos) {
            value.remove_prefix(at + key.size());
            return value.substr(0, value.find(','));
        }
    return value.substr(0, value.find(':'));
}

static void in_command(const shell::Command& command, Reporter& report) {
    const auto words = command.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view value = words[i].value;
        const bool separate = value == "-v" || value == "--volume" || value == "--mount";
        const bool joined = value.starts_with("--volume=") || value.starts_with("--mount=") || (value.starts_with("-v") && value.size() > 2);
        if (separate && i + 1 < words.size())
            value = words[++i].value;
        else if (joined)
            value.remove_prefix(value.starts_with("--") ? value.find('=') + 1 : 2);
        else
            continue;
        if (!socket_in(source_of(value)).empty())
            report.at(words[i], "whoever has " + quote(socket_in(source_of(value))) + " is root on the host; do not mount it");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* volume : file.all(docker::Keyword::volume, true))
        for (const Text& word : volume->words) {
            const std::optional<std::string> path = file.expand(word, *volume);
            if (path && !socket_in(*path).empty()) report.at(word, "whoever has " + quote(socket_in(*path)) + " is root on the host; do not mount it");
        }
    for (const docker::ShellCode& code : file.shell_codes())
        if (code.script)
            for (const shell::Command& command : code.script->commands())
                if (command.is("docker") || command.is("podman") || command.is("nerdctl")) in_command(command, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM docker:28-cli
VOLUME /var/run/docker.sock
       ^^^^^^^^^^^^^^^^^^^^ whoever has 'docker.sock' is root on the host; do not mount it
CMD docker run -v /var/run/docker.sock:/var/run/docker.sock app
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whoever has 'docker.sock' is root on the host; do not mount it
RUN podman run --mount=type=bind,src=/run/podman/podman.sock,dst=/s app
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whoever has 'podman.sock' is root on the host; do not mount it
)",
                                        .good = R"(
FROM docker:28-cli
VOLUME /data /var/run/my-docker.sock
ENV DOCKER_HOST=unix:///var/run/docker.sock
CMD docker run -v /data:/var/run/docker.sock.d app
)",
                                        .fixed = false}};

extern constinit const Check volume_docker_socket = {
    .id = "volume-docker-socket",
    .title = "VOLUME or run text mounts the container runtime socket.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The runtime's socket starts containers with any mount and any privilege, so access to it is access to the whole host.",
    .aliases = {"semgrep:dockerfile-dockerd-socket-mount"},
    .standards = {"CIS-Docker-5.32", "NIST-800-190-4.4.3"},
    .examples = examples,
    .run = on({docker::Keyword::volume, docker::Keyword::run, docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
