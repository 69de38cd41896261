#include "analyzer/engine/check.h"

namespace plimsoll::checks::instruction_not_uppercase {

static void judge(const docker::Instruction& in, Reporter& report) {
    if (in.keyword == docker::Keyword::unknown || in.name == docker::name_of(in.keyword)) return;
    const std::string wanted(docker::name_of(in.keyword));
    Draft draft = report.at(in, "write " + wanted + " in upper case");
    // A keyword that a continuation breaks in two is left as it is.
    if (in.name.span.size() == wanted.size()) draft.fix("Write it in upper case", Safety::safe, {in.name.span, wanted});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction& in : file.instructions()) {
        judge(in, report);
        if (in.trigger) judge(*in.trigger, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
from alpine:3.22
^^^^ write FROM in upper case
Copy a /a
^^^^ write COPY in upper case
ONBUILD run true
        ^^^ write RUN in upper case
)",
                                        .good = R"(
FROM alpine:3.22
COPY a /a
ONBUILD RUN true
)"}};

extern constinit const Check instruction_not_uppercase = {
    .id = "instruction-not-uppercase",
    .title = "Instruction keyword is not upper case.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Upper case is the convention of the Dockerfile reference; it sets keywords apart from their arguments.",
    .aliases = {"dockerfilelint:uppercase_commands", "sonar:S6476"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
