#include <unordered_map>

#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::stage_name_casing {

namespace {

bool has_upper(std::string_view text) {
    for (char c : text)
        if (c >= 'A' && c <= 'Z') return true;
    return false;
}

// Every place that names a stage in upper case, by the stage's own key.
std::unordered_map<std::string, std::vector<Text>> mentions(const docker::Dockerfile& file) {
    std::unordered_map<std::string, std::vector<Text>> found;
    auto add = [&](const Text& text) {
        if (has_upper(text.value)) found[docker::to_lower(text.value)].push_back(text);
    };
    for (const docker::Stage& stage : file.stages())
        if (stage.parent) add(stage.base);
    for (const docker::Instruction& outer : file.instructions()) {
        const docker::Instruction& in = outer.trigger ? *outer.trigger : outer;
        if (in.flags.empty()) continue;
        if (auto from = in.from()) add(*from);
        for (const docker::Mount& mount : in.mounts())
            if (const docker::MountField* from = mount.field("from")) add(from->value);
    }
    return found;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    std::unordered_map<std::string, std::vector<Text>> found;
    bool read = false;
    for (const docker::Stage& stage : file.stages()) {
        if (!has_upper(stage.name.value)) continue;
        if (!read) found = mentions(file), read = true;
        std::vector<Edit> edits{{stage.name.span, stage.key}};
        // Once: of two stages with one name the first takes the mentions along.
        for (const Text& text : found[stage.key]) edits.push_back({text.span, stage.key});
        found.erase(stage.key);
        report.at(stage.name, "write stage name " + quote(stage.name.value) + " in lower case")
            .fix("Change the case, here and where the stage is named", Safety::safe, std::move(edits));
    }
}

constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS Builder
                    ^^^^^^^ write stage name 'Builder' in lower case
FROM Builder AS test
RUN --mount=type=bind,from=BUILDER,target=/b true
FROM alpine:3.22
COPY --from=Builder /app /app
COPY --from=builder /lib /lib
)",
                                 .good = R"(
FROM golang:1.25 AS builder
FROM builder AS test
RUN --mount=type=bind,from=builder,target=/b true
FROM alpine:3.22
COPY --from=builder /app /app
COPY --from=builder /lib /lib
)"}};

}

extern constinit const Check stage_name_casing = {
    .id = "stage-name-casing",
    .title = "Build stage name is not lower case.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Builders compare stage names without regard to case, other tools do not. "
           "A name in lower case is found by all of them, and it cannot be taken for a variable.",
    .aliases = {"buildkit:StageNameCasing"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
