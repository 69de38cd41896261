#include "analyzer/engine/check.h"

namespace plimsoll::checks::add_remote_url {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true))
        for (const Text& source : add->sources()) {
            const std::optional<std::string> value = file.expand(source, *add);
            if (value && docker::is_remote(*value) && !docker::is_git_url(*value))
                report.at(docker::unquoted(source), "download in a RUN that also checks, unpacks and removes the file");
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ADD https://example.org/tool.tar.gz /tmp/
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ download in a RUN that also checks, unpacks and removes the file
)",
                                        .good = R"(
FROM debian:13
RUN curl -fsSLo /tmp/tool.tar.gz https://example.org/tool.tar.gz
ADD tool.tar.gz /opt/
ADD https://git.example.org/a/b.git /src/
)"}};

extern constinit const Check add_remote_url = {
    .id = "add-remote-url",
    .title = "ADD downloads from a URL.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "What ADD downloads stays in a layer of its own: it cannot be unpacked, verified by signature or removed in the same step.",
    .aliases = {"kics:4b410d24-1cbe-4430-a632-62c9a931cf1c", "terrascan:AC_DOCKER_0035"},
    .standards = {"CIS-Docker-4.9"},
    .examples = examples,
    .run = on(docker::Keyword::add, run),
};

}
