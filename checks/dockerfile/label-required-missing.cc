#include <set>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"

namespace plimsoll::checks::label_required_missing {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const LabelSchema& schema = report.settings().label_schema;
    if (schema.empty() || !file.target()) return;
    std::set<std::string, std::less<>> present;
    for (const docker::Stage* stage : file.target()->chain())
        for (const docker::Instruction* instruction : stage->instructions) {
            if (instruction->keyword != docker::Keyword::label) continue;
            for (const docker::Pair& pair : instruction->pairs) {
                const std::optional<std::string> key = file.expand(pair.key, *instruction);
                if (!key) return;   // it may be any of them
                present.insert(*key);
            }
        }
    for (const auto& [key, type] : schema)
        if (!present.contains(key)) report.at(*file.target()->from, "the final stage lacks the label " + quote(key) + "; add LABEL " + key + "=...");
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS build
LABEL vendor=acme
FROM alpine:3.22
^^^^ the final stage lacks the label 'vendor'; add LABEL vendor=...
LABEL version=1
)",
                                        .good = R"(
FROM alpine:3.22 AS base
LABEL "vendor"=acme
FROM base
LABEL version=1
)",
                                        .config = "label-schema: {vendor: text, version: text}"}};

extern constinit const Check label_required_missing = {
    .id = "label-required-missing",
    .title = "Required image label is missing.",
    .category = Category::compliance,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "The label schema of the configuration lists what every image has to carry, so that its owner, source or version can be looked up. "
           "Labels of a stage that is only copied from do not reach the image.",
    .aliases = {"hadolint:DL3049", "sonar:S7028", "mondoo:image-source-label", "mondoo:image-authors-label", "dockerfile-lint:defined_namevals"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
