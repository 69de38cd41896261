#include "analyzer/engine/check.h"

namespace plimsoll::checks::noninteractive_env_persisted {

using docker::Instruction;
using docker::Keyword;

// The pair in force at the end of the stage; null when there is none.
static const docker::Pair* last_setting(const docker::Stage& stage, const Instruction*& holder) {
    for (const docker::Stage* at : stage.chain())
        for (auto in = at->instructions.rbegin(); in != at->instructions.rend(); ++in) {
            if ((*in)->keyword != Keyword::env) continue;
            for (auto pair = (*in)->pairs.rbegin(); pair != (*in)->pairs.rend(); ++pair) {
                if (pair->key != "DEBIAN_FRONTEND") continue;
                holder = *in;
                return &*pair;
            }
        }
    return nullptr;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    if (!file.target()) return;
    const Instruction* env = nullptr;
    const docker::Pair* pair = last_setting(*file.target(), env);
    if (!pair || file.expand(pair->value, *env) != "noninteractive") return;
    Draft draft = report.at(pair->key, "DEBIAN_FRONTEND stays set in the image; use ARG, or set it in the RUN that needs it");
    if (env->pairs.size() > 1) return;
    std::vector<Edit> edits = {{env->name.span, env->name.value == "env" ? "arg" : "ARG"}};
    if (pair->legacy) edits.push_back({{pair->key.span.end, pair->value.span.begin}, "="});
    draft.fix("Replace ENV with ARG", Safety::unsafe, std::move(edits));
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ENV DEBIAN_FRONTEND=noninteractive
    ^^^^^^^^^^^^^^^ DEBIAN_FRONTEND stays set in the image; use ARG, or set it in the RUN that needs it
)",
                                        .good = R"(
FROM debian:13
ARG DEBIAN_FRONTEND=noninteractive
)"},
                                       {.bad = R"(
FROM debian:13
ENV DEBIAN_FRONTEND noninteractive
    ^^^^^^^^^^^^^^^ DEBIAN_FRONTEND stays set in the image; use ARG, or set it in the RUN that needs it
)",
                                        .good = R"(
FROM debian:13
ARG DEBIAN_FRONTEND=noninteractive
)"},
                                       {.bad = R"(
FROM debian:13 AS base
ENV LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
                 ^^^^^^^^^^^^^^^ DEBIAN_FRONTEND stays set in the image; use ARG, or set it in the RUN that needs it
FROM base
)",
                                        .good = R"(
FROM debian:13 AS base
ENV DEBIAN_FRONTEND=noninteractive
FROM debian:13
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update
ENV DEBIAN_FRONTEND=
)"}};

extern constinit const Check noninteractive_env_persisted = {
    .id = "noninteractive-env-persisted",
    .title = "DEBIAN_FRONTEND=noninteractive kept in the image.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The setting is for the build. As ENV it also goes for everyone who later works in a container of the image and for every image built on it: "
           "packages silently take their defaults there.",
    .examples = examples,
    .run = on(Keyword::env, run),
};

}
