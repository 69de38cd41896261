#include <charconv>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::stage_referenced_by_index {

namespace {

// The name for a stage that has none, unless it is taken.
std::string new_name(const docker::Dockerfile& file, const docker::Stage& stage) {
    std::string name = "stage-" + std::to_string(stage.index);
    return file.stage_named(name) ? std::string() : name;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* copy : file.all(docker::Keyword::copy)) {
        const std::optional<Text> from = copy->from();
        if (!from || from->empty() || from->value.find_first_not_of("0123456789") != std::string_view::npos) continue;
        const docker::Stage* stage = file.stage_named(from->value);
        if (!stage || stage == copy->stage) continue;
        if (!stage->name.empty()) {
            // Of several stages with this name only one is meant by it.
            Draft draft = report.at(*from, "name the stage instead of its number: --from=" + std::string(stage->name.value));
            if (file.stage_named(stage->key) == stage) draft.fix("Use the stage's name", Safety::unsafe, {from->span, std::string(stage->name.value)});
            continue;
        }
        Draft draft = report.at(*from, "give stage " + std::string(from->value) + " a name and use that instead of its number");
        const std::string name = new_name(file, *stage);
        if (name.empty() || stage->base.empty() || stage->from->words.size() != 1) continue;
        const std::string as = stage->from->name == "from" ? " as " : " AS ";
        draft.fix("Name the stage", Safety::unsafe, std::vector<Edit>{{{stage->base.span.end, stage->base.span.end}, as + name}, {from->span, name}});
    }
}

constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
FROM node:24
FROM alpine:3.22
COPY --from=0 /app /app
            ^ name the stage instead of its number: --from=build
COPY --from=1 /web /web
            ^ give stage 1 a name and use that instead of its number
)",
                                 .good = R"(
FROM golang:1.25 AS build
FROM node:24 AS stage-1
FROM alpine:3.22
COPY --from=build /app /app
COPY --from=stage-1 /web /web
)"}};

}

extern constinit const Check stage_referenced_by_index = {
    .id = "stage-referenced-by-index",
    .title = "COPY --from uses a stage number.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "A stage that is put in or taken out above shifts the numbers, and the files then come from another stage without any error.",
    .aliases = {"kics:68a51e22-ae5a-4d48-8e87-b01a323605c9"},
    .examples = examples,
    .run = on(docker::Keyword::copy, run),
};

}
