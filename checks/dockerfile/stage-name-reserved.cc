#include "analyzer/engine/check.h"

namespace plimsoll::checks::stage_name_reserved {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages())
        if (stage.key == "scratch" || stage.key == "context")
            report.at(stage.name, quote(stage.name.value) + " has a meaning of its own for the builder; choose another stage name");
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS scratch
                    ^^^^^^^ 'scratch' has a meaning of its own for the builder; choose another stage name
FROM alpine:3.22 AS Context
                    ^^^^^^^ 'Context' has a meaning of its own for the builder; choose another stage name
)",
                                        .good = R"(
FROM alpine:3.22 AS from-scratch
FROM scratch AS context-files
)"}};

extern constinit const Check stage_name_reserved = {
    .id = "stage-name-reserved",
    .title = "Build stage is named scratch or context.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "scratch is the empty image and context is the folder that is sent to the builder. "
           "A stage of that name cannot be told from them, and FROM or --from may not mean the stage.",
    .aliases = {"hadolint:DL3063", "buildkit:ReservedStageName"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
