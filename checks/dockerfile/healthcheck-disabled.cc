#include "analyzer/engine/check.h"

namespace plimsoll::checks::healthcheck_disabled {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* last = file.target() ? file.target()->last(docker::Keyword::healthcheck) : nullptr;
    if (!last || last->words.size() != 1 || docker::keyword_of(last->words[0].value) == docker::Keyword::cmd) return;
    report.at(last->words[0], "HEALTHCHECK NONE turns health checking off, one inherited from the base image too; give a probe");
}

static constexpr Example examples[] = {{.bad = R"(
FROM nginx:1.29
HEALTHCHECK NONE
            ^^^^ HEALTHCHECK NONE turns health checking off, one inherited from the base image too; give a probe
)",
                                        .good = R"(
FROM nginx:1.29 AS base
HEALTHCHECK NONE
FROM base
HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
)",
                                        .fixed = false}};

extern constinit const Check healthcheck_disabled = {
    .id = "healthcheck-disabled",
    .title = "HEALTHCHECK NONE turns health checking off.",
    .category = Category::reliability,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Without a probe a container that hangs still counts as running. NONE also removes the check that the base image brought.",
    .aliases = {"mondoo:no-healthcheck-none"},
    .standards = {"CIS-Docker-4.6"},
    .examples = examples,
    .run = on(docker::Keyword::healthcheck, run),
};

}
