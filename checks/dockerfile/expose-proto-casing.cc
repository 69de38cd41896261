#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"
#include "ports.h"

namespace plimsoll::checks::expose_proto_casing {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Port& port : exposed_ports(file)) {
        if (port.port_end >= port.value.size()) continue;
        const std::string lower = docker::to_lower(port.protocol());
        if (lower == port.protocol()) continue;
        const Span place = port.place(port.port_end + 1, port.value.size());
        Draft draft = report.at(place, "write " + quote(lower) + " in lower case");
        if (port.literal() && place.size() == lower.size()) draft.fix("Write it in lower case", Safety::safe, {place, lower});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
EXPOSE 80/TCP 53/Udp 443/tcp
          ^^^ write 'tcp' in lower case
                 ^^^ write 'udp' in lower case
)",
                                        .good = R"(
FROM alpine:3.22
EXPOSE 80/tcp 53/udp 443/tcp
)"}};

extern constinit const Check expose_proto_casing = {
    .id = "expose-proto-casing",
    .title = "EXPOSE protocol is not lower case.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The image stores the protocol in lower case whatever is written, so searches and tools that compare the text miss the port.",
    .aliases = {"buildkit:ExposeProtoCasing"},
    .examples = examples,
    .run = on(docker::Keyword::expose, run),
};

}
