#include "analyzer/engine/check.h"

namespace plimsoll::checks::copy_from_self {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* copy : file.all(docker::Keyword::copy)) {
        const std::optional<Text> from = copy->from();
        if (!from || !copy->stage || file.stage_named(from->value) != copy->stage) continue;
        report.at(*from, quote(from->value) + " is the stage that is being built here; name another stage or use RUN cp");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS build
COPY --from=build /a /b
            ^^^^^ 'build' is the stage that is being built here; name another stage or use RUN cp
)",
                                        .good = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22
COPY --from=build /a /b
COPY --from=0 /a /c
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22 AS Final
COPY --from=1 /a /b
            ^ '1' is the stage that is being built here; name another stage or use RUN cp
COPY --from=final /a /b
            ^^^^^ 'final' is the stage that is being built here; name another stage or use RUN cp
)",
                                        .good = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22
COPY --from=nginx:1.29 /a /b
)"}};

extern constinit const Check copy_from_self = {
    .id = "copy-from-self",
    .title = "COPY --from refers to its own stage.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "--from reads the finished files of another stage. A stage that waits for itself never starts, and the builder refuses the file.",
    .aliases = {"hadolint:DL3023", "trivy:DS-0006", "kics:cdddb86f-95f6-4fc4-b5a1-483d9afceb2b"},
    .examples = examples,
    .run = on(docker::Keyword::copy, run),
};

}
