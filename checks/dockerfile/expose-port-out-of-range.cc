#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"
#include "ports.h"

namespace plimsoll::checks::expose_port_out_of_range {

static void run(const docker::Dockerfile& file, Reporter& report) {
    constexpr std::uint64_t highest = 65535;
    for (const Port& port : exposed_ports(file)) {
        const std::string_view protocol = port.protocol();
        const std::string_view text = port.port();
        if (!port.first || !port.last) {
            report.at(port.place(0, port.value.size()), quote(port.value) + " is no port; write a number from 1 to 65535")
                .only({"semgrep:invalid-port", "dockerfilelint:invalid_port"});
        } else if (*port.first > highest || *port.last > highest) {
            report.at(port.place(), "there is no port " + quote(text) + "; the highest is 65535");
        } else if (*port.first == 0) {
            report.at(port.place(), "nothing can listen on port 0; write the port of the service")
                .only({"dockerfilelint:invalid_port", "mondoo:port-out-of-range"});
        } else if (*port.first > *port.last) {
            report.at(port.place(), "port range " + quote(text) + " ends before it begins").only({"dockerfilelint:invalid_port"});
        } else if (!docker::equal_ignoring_case(protocol, "tcp") && !docker::equal_ignoring_case(protocol, "udp") &&
                   !docker::equal_ignoring_case(protocol, "sctp")) {
            report.at(port.place(port.port_end, port.value.size()), quote(protocol) + " is no protocol of EXPOSE; write tcp, udp or sctp")
                .only({"dockerfilelint:invalid_port"});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
EXPOSE 80 65536
          ^^^^^ there is no port '65536'; the highest is 65535
EXPOSE 65530-65540/udp
       ^^^^^^^^^^^ there is no port '65530-65540'; the highest is 65535
EXPOSE 0
       ^ nothing can listen on port 0; write the port of the service
EXPOSE 8010-8000
       ^^^^^^^^^ port range '8010-8000' ends before it begins
EXPOSE 80 # web
          ^ '#' is no port; write a number from 1 to 65535
            ^^^ 'web' is no port; write a number from 1 to 65535
EXPOSE 80/http
         ^^^^^ 'http' is no protocol of EXPOSE; write tcp, udp or sctp
)",
                                        .good = R"(
FROM alpine:3.22
ARG PORT
EXPOSE 1 65535 8000-8010/tcp 53/UDP $PORT 8080:80
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV PORT=99999
EXPOSE ${PORT}
       ^^^^^^^ there is no port '99999'; the highest is 65535
)",
                                        .good = R"(
FROM alpine:3.22
ENV PORT=9999
EXPOSE ${PORT}
)"}};

extern constinit const Check expose_port_out_of_range = {
    .id = "expose-port-out-of-range",
    .title = "EXPOSE port is outside 0-65535.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Ports are numbers of 16 bits. The builder refuses what is larger or no number at all, and port 0 or a reversed range opens nothing. "
           "A comment behind the ports is read as more ports.",
    .aliases = {"hadolint:DL3011", "trivy:DS-0008", "kics:71bf8cf8-f0a1-42fa-b9d2-d10525e0a38e", "semgrep:invalid-port", "dockerfilelint:invalid_port",
                "terrascan:AC_DOCKER_0011", "mondoo:port-out-of-range"},
    .examples = examples,
    .run = on(docker::Keyword::expose, run),
};

}
