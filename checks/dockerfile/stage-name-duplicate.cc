#include <unordered_map>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::stage_name_duplicate {

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::unordered_map<std::string_view, const docker::Stage*> seen;
    for (const docker::Stage& stage : file.stages()) {
        if (stage.key.empty()) continue;
        auto [first, is_new] = seen.try_emplace(stage.key, &stage);
        if (is_new) continue;
        report.at(stage.name, "an earlier stage is called " + quote(first->second->name.value) + " too; give this one a name of its own")
            .related(first->second->name.span, "the earlier stage");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
FROM node:24 AS Build
                ^^^^^ an earlier stage is called 'build' too; give this one a name of its own
FROM alpine:3.22
COPY --from=build /app /app
)",
                                        .good = R"(
FROM golang:1.25 AS build
FROM node:24 AS build-web
FROM alpine:3.22
COPY --from=build /app /app
)"}};

extern constinit const Check stage_name_duplicate = {
    .id = "stage-name-duplicate",
    .title = "Two build stages share a name.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Names of stages are compared without regard to case, and a reference reaches only one of those that share a name. "
           "Which one differs between FROM, COPY --from and the builders, so files come from the wrong stage without an error.",
    .aliases = {"hadolint:DL3024", "buildkit:DuplicateStageName", "trivy:DS-0012", "checkov:CKV_DOCKER_11", "kics:f2daed12-c802-49cd-afed-fe41d0b82fed"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
