#include "analyzer/engine/check.h"

namespace plimsoll::checks::expose_missing {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Stage* target = file.target();
    if (!target || target->last(docker::Keyword::expose)) return;
    report.at(*target->from, "the image exposes no port; add EXPOSE when it offers a service");
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS build
EXPOSE 8080
FROM alpine:3.22
^^^^ the image exposes no port; add EXPOSE when it offers a service
)",
                                        .good = R"(
FROM alpine:3.22 AS base
EXPOSE 8080
FROM base
)"}};

extern constinit const Check expose_missing = {
    .id = "expose-missing",
    .title = "Image exposes no port.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "EXPOSE tells people and tools which ports a service listens on; docker run -P and many orchestrators read it. An image without a service needs none.",
    .aliases = {"dockerfile-lint:required_EXPOSE"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
