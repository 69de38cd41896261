#include "analyzer/engine/check.h"

namespace plimsoll::checks::healthcheck_missing {

static void lacking(const docker::Stage& stage, Reporter& report) {
    report.at(*stage.from,
              "no HEALTHCHECK in stage " + quote(stage.label()) + ", so Docker cannot tell a hung container from a healthy one; add HEALTHCHECK CMD, or NONE");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    if (report.text("stages") != "all") {
        if (file.target() && !file.target()->last(docker::Keyword::healthcheck)) lacking(*file.target(), report);
        return;
    }
    std::vector<bool> has(file.stages().size());
    for (const docker::Instruction* instruction : file.all(docker::Keyword::healthcheck))
        if (instruction->stage) has[instruction->stage->index] = true;
    for (const docker::Stage& stage : file.stages()) {
        if (stage.parent && has[stage.parent->index]) has[stage.index] = true;
        if (!has[stage.index]) lacking(stage, report);
    }
}

static constexpr Option options[] = {{.name = "stages", .type = Option::Type::text, .value = "final", .what = "which stages need one: final or all"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22
^^^^ no HEALTHCHECK in stage '1', so Docker cannot tell a hung container from a healthy one; add HEALTHCHECK CMD, or NONE
CMD ["app"]
)",
                                        .good = R"(
FROM alpine:3.22
HEALTHCHECK CMD ["wget", "-q", "-O", "/dev/null", "http://localhost/"]
CMD ["app"]
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS build
HEALTHCHECK CMD ["true"]
FROM alpine:3.22 AS run
^^^^ no HEALTHCHECK in stage 'run', so Docker cannot tell a hung container from a healthy one; add HEALTHCHECK CMD, or NONE
ONBUILD HEALTHCHECK CMD ["true"]
)",
                                        .good = R"(
FROM alpine:3.22 AS base
HEALTHCHECK NONE
FROM base
CMD ["app"]
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS build
^^^^ no HEALTHCHECK in stage 'build', so Docker cannot tell a hung container from a healthy one; add HEALTHCHECK CMD, or NONE
FROM alpine:3.22
HEALTHCHECK NONE
)",
                                        .good = R"(
FROM alpine:3.22 AS build
HEALTHCHECK CMD ["true"]
FROM build
)",
                                        .config = "checks: {healthcheck-missing: {stages: all}}"}};

extern constinit const Check healthcheck_missing = {
    .id = "healthcheck-missing",
    .title = "Final image has no HEALTHCHECK.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Docker and Swarm restart or drain a container that hangs only when the image says how to probe it. "
           "Kubernetes ignores the instruction and has probes of its own, which is why the check is off by default.",
    .aliases = {"hadolint:DL3057", "trivy:DS-0026", "checkov:CKV_DOCKER_2", "kics:b03a748a-542d-44f4-bb86-9199ab4fd2d5", "dockle:CIS-DI-0006",
                "terrascan:AC_DOCKER_0047", "mondoo:healthcheck-defined"},
    .standards = {"CIS-Docker-4.6"},
    .options = options,
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
