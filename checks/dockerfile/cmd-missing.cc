#include "analyzer/engine/check.h"

namespace plimsoll::checks::cmd_missing {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Stage* target = file.target();
    if (!target || target->last(docker::Keyword::cmd) || target->last(docker::Keyword::entrypoint)) return;
    const bool empty = target->root_scratch();
    report.at(*target->from, std::string("the final stage has neither CMD nor ENTRYPOINT, so the image starts ") +
                                 (empty ? "nothing" : "whatever its base image starts") + "; say what it runs");
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS build
CMD ["make"]
FROM scratch
^^^^ the final stage has neither CMD nor ENTRYPOINT, so the image starts nothing; say what it runs
COPY --from=build /app /app
)",
                                        .good = R"(
FROM alpine:3.22 AS base
ENTRYPOINT ["/app"]
FROM base
COPY app /app
)",
                                        .fixed = false}};

extern constinit const Check cmd_missing = {
    .id = "cmd-missing",
    .title = "Final stage defines neither CMD nor ENTRYPOINT.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "What the container starts is then decided by the base image, often an interactive shell, and may change with it.",
    .aliases = {"dockerfile-lint:required_CMD"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
