#include "analyzer/engine/check.h"

namespace plimsoll::checks::instruction_before_from {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* in : file.before_first_from())
        if (in->keyword != docker::Keyword::arg && in->keyword != docker::Keyword::unknown)
            report.at(*in, std::string(docker::name_of(in->keyword)) + " stands before the first FROM, where only ARG may; move it below");
}

static constexpr Example examples[] = {{.bad = R"(
# Only comments and ARG may come first.
ARG VERSION=3.22
LABEL a=b
^^^^^ LABEL stands before the first FROM, where only ARG may; move it below
FROM alpine:$VERSION
)",
                                        .good = R"(
# Only comments and ARG may come first.
ARG VERSION=3.22
FROM alpine:$VERSION
LABEL a=b
)"},
                                       {.bad = R"(
RUN true
^^^ RUN stands before the first FROM, where only ARG may; move it below
ENV A=b
^^^ ENV stands before the first FROM, where only ARG may; move it below
)",
                                        .good = R"(
FROM alpine:3.22
RUN true
ENV A=b
)"}};

extern constinit const Check instruction_before_from = {
    .id = "instruction-before-from",
    .title = "Instruction other than ARG stands before FROM.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "There is no image yet that the instruction could change. The builder refuses the file.",
    .aliases = {"hadolint:DL3061", "dockerfilelint:from_first"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
