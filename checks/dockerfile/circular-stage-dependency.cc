#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::circular_stage_dependency {

namespace {

struct Need {
    std::size_t stage;
    Text written;
};

using Needs = std::vector<std::vector<Need>>;

// What each stage takes from others. Triggers belong to the stages of other files. COPY --from its own stage has a check of its own.
Needs needs_of(const docker::Dockerfile& file) {
    Needs needs(file.stages().size());
    for (const docker::Stage& stage : file.stages()) {
        auto add = [&](const Text& value, bool self) {
            const docker::Stage* other = file.stage_named(value.value);
            if (other && (self || other != &stage)) needs[stage.index].push_back({other->index, value});
        };
        if (stage.parent) needs[stage.index].push_back({stage.parent->index, stage.base});
        for (const docker::Instruction* in : stage.instructions) {
            if (in->flags.empty()) continue;
            if (auto from = in->from()) add(*from, false);
            if (in->keyword != docker::Keyword::run) continue;
            for (const docker::Mount& mount : in->mounts())
                if (const docker::MountField* from = mount.field("from")) add(from->value, true);
        }
    }
    return needs;
}

// Walks the needs depth first; a need of a stage that is still open closes a circle.
class Walk {
public:
    Walk(const docker::Dockerfile& file, Reporter& report) : file_(file), report_(report), needs_(needs_of(file)), state_(needs_.size(), State::fresh) {}

    void run() {
        for (std::size_t stage = 0; stage < needs_.size(); ++stage)
            if (state_[stage] == State::fresh) from(stage);
    }

private:
    enum class State : unsigned char { fresh, open, done };

    void from(std::size_t start) {
        path_.push_back({start, 0});
        state_[start] = State::open;
        while (!path_.empty()) {
            auto& [stage, next] = path_.back();
            if (next == needs_[stage].size()) {
                state_[stage] = State::done;
                path_.pop_back();
                continue;
            }
            const Need& need = needs_[stage][next++];
            if (state_[need.stage] == State::open && ++circles_ <= enough) circle(need);
            if (state_[need.stage] != State::fresh) continue;
            state_[need.stage] = State::open;
            path_.push_back({need.stage, 0});
        }
    }

    void circle(const Need& need) {
        constexpr std::size_t longest = 6;
        auto begin = std::find_if(path_.begin(), path_.end(), [&](const auto& step) { return step.first == need.stage; });
        std::string way;
        for (auto step = begin; step != path_.end(); ++step)
            if (static_cast<std::size_t>(step - begin) < longest)
                way += file_.stages()[step->first].label() + " needs ";
            else if (static_cast<std::size_t>(step - begin) == longest)
                way += "... needs ";
        report_.at(need.written, "stages depend on each other in a circle: " + way + file_.stages()[need.stage].label());
    }

    const docker::Dockerfile& file_;
    Reporter& report_;
    static constexpr int enough = 64;   // findings; the builder stops at the first
    int circles_ = 0;
    Needs needs_;
    std::vector<State> state_;
    std::vector<std::pair<std::size_t, std::size_t>> path_;   // stage, next of its needs
};

void run(const docker::Dockerfile& file, Reporter& report) { Walk(file, report).run(); }

constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS one
COPY --from=two /b /b
FROM alpine:3.22 AS two
COPY --from=one /a /a
            ^^^ stages depend on each other in a circle: one needs two needs one
)",
                                 .good = R"(
FROM alpine:3.22 AS one
COPY --from=two /b /b
FROM alpine:3.22 AS two
COPY a /a
)"},
                                {.bad = R"(
FROM alpine:3.22 AS base
RUN --mount=type=bind,from=tools,target=/t true
FROM base AS tools
     ^^^^ stages depend on each other in a circle: base needs tools needs base
)",
                                 .good = R"(
FROM alpine:3.22 AS base
ONBUILD COPY --from=tools /t /t
FROM base AS tools
)"}};

}

extern constinit const Check circular_stage_dependency = {
    .id = "circular-stage-dependency",
    .title = "Build stages depend on each other in a circle.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Each of the stages waits for the files of another one, so none can be built first. The builder refuses the file, whatever the target.",
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::run}, run),
};

}
