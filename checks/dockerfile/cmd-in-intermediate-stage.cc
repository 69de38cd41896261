#include "analyzer/engine/check.h"

namespace plimsoll::checks::cmd_in_intermediate_stage {

static bool describes_the_container(docker::Keyword keyword) {
    return keyword == docker::Keyword::cmd || keyword == docker::Keyword::entrypoint || keyword == docker::Keyword::expose ||
           keyword == docker::Keyword::healthcheck;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        const docker::Use use = file.use_of(stage);
        if ((use != docker::Use::copy && use != docker::Use::mount) || file.is_target(&stage)) continue;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (!describes_the_container(instruction->keyword)) continue;
            const std::string name(docker::name_of(instruction->keyword));
            report.at(*instruction, name + " has no effect: others only copy files from stage " + quote(stage.label()) + "; remove it")
                .fix("Remove the " + name, Safety::safe, {file.source().whole_lines(instruction->span), ""});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
RUN go build -o /app
EXPOSE 80
^^^^^^ EXPOSE has no effect: others only copy files from stage 'build'; remove it
CMD ["/app"]
^^^ CMD has no effect: others only copy files from stage 'build'; remove it
FROM scratch
COPY --from=build /app /app
CMD ["/app"]
)",
                                        .good = R"(
FROM golang:1.25 AS build
RUN go build -o /app
FROM scratch
COPY --from=build /app /app
CMD ["/app"]
)"},
                                       {.bad = R"(
FROM golang:1.25 AS build
HEALTHCHECK NONE
^^^^^^^^^^^ HEALTHCHECK has no effect: others only copy files from stage 'build'; remove it
FROM scratch
RUN --mount=type=bind,from=build,target=/b ["/b/app"]
)",
                                        .good = R"(
FROM golang:1.25 AS base
CMD ["/app"]
FROM alpine:3.22 AS debug
CMD ["sh"]
FROM base
COPY --from=base /app /app
)",
                                        .fixed = false}};

extern constinit const Check cmd_in_intermediate_stage = {
    .id = "cmd-in-intermediate-stage",
    .title = "CMD, ENTRYPOINT, EXPOSE or HEALTHCHECK in a builder stage.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "COPY --from takes files, never the configuration of the image, so such a line only makes a reader look for its effect.",
    .examples = examples,
    .run = on({docker::Keyword::cmd, docker::Keyword::entrypoint, docker::Keyword::expose, docker::Keyword::healthcheck}, run),
};

}
