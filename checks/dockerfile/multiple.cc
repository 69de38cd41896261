#include "analyzer/engine/check.h"

namespace plimsoll::checks::multiple {

// One finding for each instruction that a later one of its stage overrides. It lies on the dead instruction and is
// anchored to the one that replaces it, so that a comment above either of the two silences it.
template <docker::Keyword keyword>
static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::string name(docker::name_of(keyword));
    const docker::Instruction* dead = nullptr;
    for (const docker::Instruction* next : file.all(keyword)) {
        if (dead && dead->stage == next->stage) {
            report.at(*dead, "this " + name + " has no effect, a later " + name + " of the stage replaces it; keep one")
                .anchor(next->begin())
                .related(next->name.span, "replaced here")
                .fix("Remove the " + name + " without effect", Safety::unsafe, {file.source().whole_lines(dead->span), ""});
        }
        dead = next;
    }
}

static constexpr Example cmd_examples[] = {{.bad = R"(
FROM alpine:3.22
CMD ["first"]
^^^ this CMD has no effect, a later CMD of the stage replaces it; keep one
USER 1000
CMD ["second"]
)",
                                            .good = R"(
FROM alpine:3.22
USER 1000
CMD ["second"]
)"},
                                           {.bad = R"(
FROM alpine:3.22 AS build
CMD ["a"]
FROM build
CMD ["b", \
^^^ this CMD has no effect, a later CMD of the stage replaces it; keep one
     "c"]
# the one that counts
CMD ["d"]
)",
                                            .good = R"(
FROM alpine:3.22 AS build
CMD ["a"]
FROM build
# the one that counts
CMD ["d"]
)"},
                                           {.bad = R"(
FROM alpine:3.22
CMD ["a"]
^^^ this CMD has no effect, a later CMD of the stage replaces it; keep one
CMD ["b"]
)",
                                            .good = R"(
FROM alpine:3.22
ONBUILD CMD ["a"]
CMD ["b"]
)",
                                            .fixed = false}};

static constexpr Example entrypoint_examples[] = {{.bad = R"(
FROM alpine:3.22
ENTRYPOINT ["first"]
^^^^^^^^^^ this ENTRYPOINT has no effect, a later ENTRYPOINT of the stage replaces it; keep one
ENTRYPOINT ["second"]
)",
                                                   .good = R"(
FROM alpine:3.22
ENTRYPOINT ["second"]
)"}};

static constexpr Example healthcheck_examples[] = {{.bad = R"(
FROM alpine:3.22
HEALTHCHECK NONE
^^^^^^^^^^^ this HEALTHCHECK has no effect, a later HEALTHCHECK of the stage replaces it; keep one
HEALTHCHECK CMD ["/bin/probe"]
)",
                                                    .good = R"(
FROM alpine:3.22
HEALTHCHECK CMD ["/bin/probe"]
)"}};

static constexpr Check table[] = {
    {
        .id = "multiple-cmd",
        .title = "More than one CMD in a stage.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::bugs,
        .fix = Safety::unsafe,
        .why = "An image has one default command: each CMD overwrites the one before it, so the earlier ones never run.",
        .aliases = {"hadolint:DL4003", "buildkit:MultipleInstructionsDisallowed", "trivy:DS-0016", "kics:41c195f4-fc31-4a5c-8a1b-90605538d49f", "sonar:S6589",
                    "terrascan:AC_DOCKER_0053"},
        .examples = cmd_examples,
        .run = on(docker::Keyword::cmd, run<docker::Keyword::cmd>),
    },
    {
        .id = "multiple-entrypoint",
        .title = "More than one ENTRYPOINT in a stage.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .fix = Safety::unsafe,
        .why = "An image has one entry point: each ENTRYPOINT overwrites the one before it, so set-up work in an earlier one never happens.",
        .aliases = {"hadolint:DL4004", "buildkit:MultipleInstructionsDisallowed", "trivy:DS-0007", "kics:6938958b-3f1a-451c-909b-baeee14bdc97",
                    "semgrep:multiple-entrypoint-instructions", "sonar:S6589"},
        .examples = entrypoint_examples,
        .run = on(docker::Keyword::entrypoint, run<docker::Keyword::entrypoint>),
    },
    {
        .id = "multiple-healthcheck",
        .title = "More than one HEALTHCHECK in a stage.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::bugs,
        .fix = Safety::unsafe,
        .why = "A container is probed by one health check, the last of the stage; HEALTHCHECK NONE counts as one and switches the others off.",
        .aliases = {"hadolint:DL3012", "buildkit:MultipleInstructionsDisallowed", "trivy:DS-0023"},
        .examples = healthcheck_examples,
        .run = on(docker::Keyword::healthcheck, run<docker::Keyword::healthcheck>),
    },
};

extern constinit const std::span<const Check> multiple = table;

}
