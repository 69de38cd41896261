#include "analyzer/engine/check.h"

#include <algorithm>
#include <unordered_map>

namespace plimsoll::checks::env_same_line_reference {

using docker::Instruction;
using docker::Pair;
using docker::Variable;
using docker::VariableReference;

// Ends the ENV before this pair and starts another one. Nothing but blanks and a continuation may stand between the two.
static void offer_split(const docker::Dockerfile& file, const Instruction& env, std::size_t pair, Draft& draft) {
    const std::uint32_t begin = env.pairs[pair - 1].value.span.end, end = env.pairs[pair].key.span.begin;
    const std::string_view gap = file.source().slice({begin, end});
    const char continuation[] = {' ', '\t', '\r', '\n', file.escape(), '\0'};
    if (gap.find_first_not_of(continuation) != std::string_view::npos) return;
    const std::string line_end = gap.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
    draft.fix("Start another ENV", Safety::unsafe, {{begin, end}, line_end + std::string(env.name.value) + " "});
}

static void judge(const docker::Dockerfile& file, const Instruction& env, Reporter& report) {
    std::unordered_map<std::string_view, std::size_t> set_at;   // the first pair of each name
    for (std::size_t i = 0; i < env.pairs.size(); ++i) set_at.emplace(env.pairs[i].key.value, i);
    bool split = false;
    for (std::size_t i = 0; i < env.pairs.size(); ++i)
        for (const VariableReference& reference : file.references(env.pairs[i].value)) {
            const auto other = set_at.find(reference.name.value);
            if (other == set_at.end() || reference.name.value == env.pairs[i].key.value || reference.guarded()) continue;
            const Variable::Kind known = file.lookup(reference.name.value, env).kind;
            if (known == Variable::Kind::arg || known == Variable::Kind::env) continue;
            Draft draft = report.at(reference.whole, quote(reference.whole.value) + " does not see the value set in the same ENV; use an ENV of its own");
            draft.related(env.pairs[other->second].key.span, "set here, from the next instruction on");
            // One split may settle the rest, so the others wait for what comes of it.
            if (other->second < i && !env.is_trigger && !split) offer_split(file, env, i, draft);
            split = true;
        }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Instruction* env : file.all(docker::Keyword::env, true))
        if (env->pairs.size() > 1 && env->stage) judge(file, *env, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ENV BASE=/srv \
    BIN=${BASE}/bin PATH=$PATH:$BASE/bin
        ^^^^^^^ '${BASE}' does not see the value set in the same ENV; use an ENV of its own
                               ^^^^^ '$BASE' does not see the value set in the same ENV; use an ENV of its own
)",
                                        .good = R"(
FROM alpine:3.22
ENV BASE=/srv
ENV BIN=${BASE}/bin PATH=$PATH:$BASE/bin
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV A=$B B=1
      ^^ '$B' does not see the value set in the same ENV; use an ENV of its own
)",
                                        .good = R"(
FROM alpine:3.22
ARG ROOT
ENV ROOT=/r BIN=$ROOT/bin
ENV OLD=${NEW:-x} NEW=1
ENV LIBS=/l:$LIBS BINS='$LIBS'
ENV PATH=/bin:$PATH
ENV PATH=/usr/bin:$PATH ALL=/opt:$PATH
)"}};

extern constinit const Check env_same_line_reference = {
    .id = "env-same-line-reference",
    .title = "ENV refers to a variable set on the same line.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "All values of one ENV are computed before any of them is set, so the reference gives what the variable held before: nothing.",
    .aliases = {"hadolint:DL3044"},
    .examples = examples,
    .run = on(docker::Keyword::env, run),
};

}
