#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"
#include "ports.h"

namespace plimsoll::checks::expose_ssh_port {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& ports = report.list("ports");
    for (const Port& port : exposed_ports(file)) {
        if (!docker::equal_ignoring_case(port.protocol(), "tcp") || !may_run(file, port.expose->stage)) continue;
        for (const std::string& text : ports) {
            const std::optional<std::uint64_t> number = port_number(text);
            if (!number || !port.contains(*number)) continue;
            report.at(port.place(), "port " + text + " is for SSH; leave it out and use docker exec");
            break;
        }
    }
}

static constexpr Option options[] = {
    {.name = "ports", .value = "22", .what = "Ports that SSH servers listen on."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
EXPOSE 80 22
          ^^ port 22 is for SSH; leave it out and use docker exec
EXPOSE 20-25/tcp
       ^^^^^ port 22 is for SSH; leave it out and use docker exec
)",
                                        .good = R"(
FROM alpine:3.22 AS build
EXPOSE 22
FROM alpine:3.22
COPY --from=build /a /a
EXPOSE 80 2222 22/udp
)"},
                                       {.bad = R"(
ARG PORT=22
FROM alpine:3.22
ARG PORT
EXPOSE $PORT
       ^^^^^ port 22 is for SSH; leave it out and use docker exec
)",
                                        .good = R"(
FROM alpine:3.22
ARG PORT
EXPOSE $PORT
)"}};

extern constinit const Check expose_ssh_port = {
    .id = "expose-ssh-port",
    .title = "EXPOSE opens port 22.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "An SSH server in a container needs keys, users and updates of its own, and it is one more way in. "
           "docker exec and kubectl exec give a shell without it.",
    .aliases = {"trivy:DS-0004", "checkov:CKV_DOCKER_1", "kics:5907595b-5b6d-4142-b173-dbb0e73fbff8", "terrascan:AC_DOCKER_0026", "sonar:S6473",
                "mondoo:no-management-ports"},
    .standards = {"CIS-Docker-5.7", "NIST-800-190-4.1.2"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::expose, run),
};

}
