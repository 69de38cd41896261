#include <algorithm>

#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::stage_unused {

namespace {

// FROM build-$TARGETARCH: what stands before and after the variables of a stage reference.
struct Pattern {
    std::string front, back;
    bool operator==(const Pattern&) const = default;
    bool takes(std::string_view name) const { return name.size() >= front.size() + back.size() && name.starts_with(front) && name.ends_with(back); }
};

// The stages that FROM may name with variables.
class Patterns {
public:
    explicit Patterns(const docker::Dockerfile& file) {
        for (const docker::Stage& stage : file.stages()) {
            const std::vector<docker::VariableReference> variables =
                stage.base.value.find('$') == std::string_view::npos ? std::vector<docker::VariableReference>{} : file.references(stage.base);
            if (variables.empty()) continue;
            const std::string_view text = stage.base.value, last = variables.back().whole.value;
            const std::size_t begin = text.find('$'), end = static_cast<std::size_t>(last.data() - text.data()) + last.size();
            add({docker::to_lower(text.substr(0, begin)), end < text.size() ? docker::to_lower(text.substr(end)) : std::string()});
        }
    }

    bool takes(const docker::Stage& stage) const {
        if (stage.key.empty()) return false;
        return too_many_ || std::ranges::any_of(all_, [&](const Pattern& pattern) { return pattern.takes(stage.key); });
    }

private:
    void add(Pattern pattern) {
        constexpr std::size_t enough = 64;
        if (too_many_ || std::ranges::find(all_, pattern) != all_.end()) return;
        all_.push_back(std::move(pattern));
        too_many_ = all_.size() > enough;
    }

    std::vector<Pattern> all_;
    bool too_many_ = false;
};

void run(const docker::Dockerfile& file, Reporter& report) {
    if (file.stages().size() < 2) return;
    const Patterns patterns(file);
    const std::vector<std::string>& targets = report.list("known_targets");
    for (const docker::Stage& stage : file.stages()) {
        if (&stage == &file.stages().back() || file.is_target(&stage) || file.use_of(stage) != docker::Use::none || patterns.takes(stage)) continue;
        if (stage.name.empty()) {
            report.at(*stage.from, "nothing uses this stage; remove it, or name it and copy from it");
            continue;
        }
        if (std::ranges::find(targets, stage.name.value) != targets.end()) continue;
        report.at(stage.name, "no later stage uses " + quote(stage.name.value) + "; remove it, or list it in known_targets when it is built with --target");
    }
}

constexpr Option options[] = {
    {.name = "known_targets", .value = {}, .what = "Stages that are built for their own sake with docker build --target."},
};

constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
FROM golang:1.25 AS lint
                    ^^^^ no later stage uses 'lint'; remove it, or list it in known_targets when it is built with --target
FROM node:24
^^^^ nothing uses this stage; remove it, or name it and copy from it
FROM alpine:3.22
COPY --from=build /app /app
)",
                                 .good = R"(
FROM golang:1.25 AS build
FROM alpine:3.22
COPY --from=build /app /app
)"},
                                {.bad = R"(
FROM alpine:3.22 AS one
                    ^^^ no later stage uses 'one'; remove it, or list it in known_targets when it is built with --target
FROM alpine:3.22
)",
                                 .good = R"(
FROM alpine:3.22 AS build-amd64
FROM alpine:3.22 AS tools
FROM alpine:3.22
FROM build-$TARGETARCH
COPY --from=2 /app /app
COPY --from=later /app /app
RUN --mount=type=bind,from=tools,target=/t true
FROM alpine:3.22 AS test
FROM alpine:3.22 AS later
FROM alpine:3.22
COPY --from=3 /app /app
)",
                                 .config = "checks:\n  stage-unused:\n    known_targets: [test]\n",
                                 .fixed = false}};

}

extern constinit const Check stage_unused = {
    .id = "stage-unused",
    .title = "Build stage is never used.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "BuildKit skips the stage, other builders spend time on it, and readers look for what it is good for. "
           "Often a reference was meant to name it and names something else.",
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
