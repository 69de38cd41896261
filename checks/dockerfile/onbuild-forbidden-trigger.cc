#include "analyzer/engine/check.h"

namespace plimsoll::checks::onbuild_forbidden_trigger {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* onbuild : file.all(docker::Keyword::onbuild)) {
        if (!onbuild->trigger) continue;
        const docker::Instruction& trigger = *onbuild->trigger;
        if (trigger.keyword == docker::Keyword::onbuild || trigger.keyword == docker::Keyword::from || trigger.keyword == docker::Keyword::maintainer)
            report.at(trigger.name, std::string(docker::name_of(trigger.keyword)) + " cannot be an ONBUILD trigger, the build stops here; remove it");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ONBUILD ONBUILD RUN make
        ^^^^^^^ ONBUILD cannot be an ONBUILD trigger, the build stops here; remove it
ONBUILD FROM alpine:3.22
        ^^^^ FROM cannot be an ONBUILD trigger, the build stops here; remove it
ONBUILD maintainer Ada
        ^^^^^^^^^^ MAINTAINER cannot be an ONBUILD trigger, the build stops here; remove it
)",
                                        .good = R"(
FROM alpine:3.22
ONBUILD RUN make
)",
                                        .fixed = false}};

extern constinit const Check onbuild_forbidden_trigger = {
    .id = "onbuild-forbidden-trigger",
    .title = "ONBUILD wraps ONBUILD, FROM or MAINTAINER.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why =
        "A trigger runs inside the stage of another Dockerfile, where it can neither open a stage nor plant a further trigger. The builder rejects all three.",
    .aliases = {"hadolint:DL3043"},
    .examples = examples,
    .run = on(docker::Keyword::onbuild, run),
};

}
