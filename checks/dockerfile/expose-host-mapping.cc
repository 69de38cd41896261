#include "analyzer/engine/check.h"
#include "ports.h"

namespace plimsoll::checks::expose_host_mapping {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Port& port : exposed_ports(file)) {
        if (port.host().empty() || !port.first || !port.last) continue;
        const Span place = port.place(0, port.port_begin);
        Draft draft = report.at(place, "EXPOSE names the container's port alone; leave " + quote(port.host()) + " out and use docker run -p");
        if (port.literal() && place.size() == port.port_begin) draft.fix("Keep the container's port", Safety::unsafe, {place, ""});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
EXPOSE 8080:80
       ^^^^^ EXPOSE names the container's port alone; leave '8080:' out and use docker run -p
EXPOSE 127.0.0.1:8443:443/tcp 9000
       ^^^^^^^^^^^^^^^ EXPOSE names the container's port alone; leave '127.0.0.1:8443:' out and use docker run -p
)",
                                        .good = R"(
FROM alpine:3.22
EXPOSE 80
EXPOSE 443/tcp 9000
)"}};

extern constinit const Check expose_host_mapping = {
    .id = "expose-host-mapping",
    .title = "EXPOSE contains an IP address or a host port.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "An image cannot choose ports of the host: the builder drops that part with a warning, and is to refuse it in future. "
           "Which port of the host leads to the container is said when it is started.",
    .aliases = {"buildkit:ExposeInvalidFormat", "dockerfilelint:expose_host_port"},
    .examples = examples,
    .run = on(docker::Keyword::expose, run),
};

}
