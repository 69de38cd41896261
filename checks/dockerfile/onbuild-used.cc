#include "analyzer/engine/check.h"

namespace plimsoll::checks::onbuild_used {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* onbuild : file.all(docker::Keyword::onbuild))
        report.at(*onbuild, "ONBUILD acts in the builds of other people's images, and only in Docker's image format; move the step to those Dockerfiles");
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
ONBUILD COPY . /srv
^^^^^^^ ONBUILD acts in the builds of other people's images, and only in Docker's image format; move the step to those Dockerfiles
)",
                                        .good = R"(
FROM node:22
COPY . /srv
)",
                                        .fixed = false}};

extern constinit const Check onbuild_used = {
    .id = "onbuild-used",
    .title = "ONBUILD trigger is used.",
    .category = Category::reliability,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A trigger runs right after the FROM of a build that never mentions it, which surprises its author. "
           "The OCI image format has no field for triggers, so other builders drop them.",
    .examples = examples,
    .run = on(docker::Keyword::onbuild, run),
};

}
