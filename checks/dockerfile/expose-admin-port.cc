#include "analyzer/engine/check.h"
#include "ports.h"

namespace plimsoll::checks::expose_admin_port {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& listed = report.list("ports");
    for (const Port& port : exposed_ports(file)) {
        if (!may_run(file, port.expose->stage)) continue;
        for (const std::string& entry : listed) {
            const std::string_view row = entry;
            const std::size_t equals = row.find('=');
            const std::optional<std::uint64_t> number = port_number(row.substr(0, equals));
            if (!number || !port.contains(*number)) continue;
            std::string message = "port " + std::to_string(*number);
            if (equals != std::string_view::npos)
                message += " is for " + std::string(row.substr(equals + 1));
            else
                message += " is for administration";
            report.at(port.place(), message + ", not for users; do not expose it in an image that is shipped");
            break;
        }
    }
}

static constexpr Option options[] = {
    {.name = "ports",
     .value = "21=FTP 23=telnet 2345=Delve 2375=Docker 2376=Docker 3389=RDP 5005=JDWP 5900=VNC 5901=VNC 5902=VNC 5903=VNC 6000=X11 9222=DevTools "
              "9229=inspector 40000=Delve",
     .what = "Ports for administration and debuggers, each as port or port=name."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
EXPOSE 8080 2375/tcp
            ^^^^ port 2375 is for Docker, not for users; do not expose it in an image that is shipped
EXPOSE 5890-5910
       ^^^^^^^^^ port 5900 is for VNC, not for users; do not expose it in an image that is shipped
)",
                                        .good = R"(
FROM alpine:3.22
EXPOSE 8080 443
)"},
                                       {.bad = R"(
FROM alpine:3.22
EXPOSE 9999
       ^^^^ port 9999 is for administration, not for users; do not expose it in an image that is shipped
)",
                                        .good = R"(
FROM alpine:3.22
EXPOSE 5005
)",
                                        .config = "checks:\n  expose-admin-port:\n    ports: [\"9999\"]\n"}};

extern constinit const Check expose_admin_port = {
    .id = "expose-admin-port",
    .title = "EXPOSE opens an administration or debugger port.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Who reaches a debugger or a remote desktop runs code in the container, mostly without a password. "
           "EXPOSE says that the service is meant to run, and docker run -P publishes it on the host.",
    .aliases = {"sonar:S6473", "mondoo:no-management-ports"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::expose, run),
};

}
