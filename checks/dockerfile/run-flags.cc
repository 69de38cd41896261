#include "analyzer/engine/check.h"

// RUN flags that open the sandbox of a build step.

namespace plimsoll::checks::run_flags {

struct Row {
    std::string_view flag, value, message;
};

static constexpr Row network = {"network", "host", "this step runs in the network of the build host and reaches its local services; remove the flag"};
static constexpr Row security = {"security", "insecure", "this step runs without seccomp and AppArmor and with all capabilities; remove the flag"};

template <const Row& row>
static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* instruction : file.all(docker::Keyword::run, true))
        for (const docker::Flag& flag : instruction->flags)
            if (flag.name == row.flag && flag.value == row.value) report.at(flag.whole, std::string(row.message));
}

static constexpr Example network_examples[] = {{.bad = R"(
FROM alpine:3.22
RUN --network=host apk add curl
    ^^^^^^^^^^^^^^ this step runs in the network of the build host and reaches its local services; remove the flag
ONBUILD RUN --network=host make
            ^^^^^^^^^^^^^^ this step runs in the network of the build host and reaches its local services; remove the flag
)",
                                                .good = R"(
FROM alpine:3.22
RUN --network=none make
RUN curl --network=host
)",
                                                .fixed = false}};

static constexpr Example security_examples[] = {{.bad = R"(
FROM alpine:3.22
RUN --security=insecure mount /dev/loop0 /mnt
    ^^^^^^^^^^^^^^^^^^^ this step runs without seccomp and AppArmor and with all capabilities; remove the flag
)",
                                                 .good = R"(
FROM alpine:3.22
RUN --security=sandbox make
)",
                                                 .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "run-network-host",
        .title = "RUN uses the host network.",
        .category = Category::security,
        .severity = Severity::medium,
        .why = "Code that the build downloads can then talk to everything that listens on the build host, cloud metadata and local daemons included, "
               "and the result depends on that host.",
        .aliases = {"sonar:S6431", "mondoo:no-run-network-host"},
        .examples = network_examples,
        .run = on(docker::Keyword::run, run<network>),
    },
    {
        .id = "run-security-insecure",
        .title = "RUN asks for an unsandboxed build step.",
        .category = Category::security,
        .severity = Severity::high,
        .why = "The step is as good as root on the build host. Builders refuse it unless they were started with an entitlement for it, "
               "so the file also builds in few places only.",
        .aliases = {"sonar:S6502", "mondoo:no-run-security-insecure"},
        .examples = security_examples,
        .run = on(docker::Keyword::run, run<security>),
    },
};

extern constinit const std::span<const Check> run_flags = table;

}
