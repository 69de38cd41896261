#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::arg_busts_cache {

using docker::Instruction;
using docker::Keyword;

static bool mentions(std::string_view text, std::string_view name) {
    const auto part_of_name = [](char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !part_of_name(text[at - 1])) && (end == text.size() || !part_of_name(text[end]))) return true;
    }
    return false;
}

static void judge(const docker::Dockerfile& file, const docker::Stage& stage, std::size_t at, const docker::Pair& pair, Reporter& report) {
    const std::size_t end = std::min(stage.instructions.size(), at + 200);   // far below nobody looks for the reason
    for (std::size_t i = at + 1; i < end; ++i) {
        const Instruction& later = *stage.instructions[i];
        if (later.keyword == Keyword::arg) continue;
        if (mentions(file.source().slice(later.span), pair.key.value)) return;
        if (later.keyword != Keyword::run) continue;
        report.at(pair.key, quote(pair.key.value) + " changes with every build and makes the steps below run again; declare it just before its first use")
            .related(later.name.span, "the first step that runs again without using it");
        return;
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& names = report.list("volatile_names");
    for (const docker::Stage& stage : file.stages())
        for (std::size_t i = 0; i < stage.instructions.size(); ++i) {
            if (stage.instructions[i]->keyword != Keyword::arg) continue;
            for (const docker::Pair& pair : stage.instructions[i]->pairs)
                if (std::find(names.begin(), names.end(), pair.key.value) != names.end()) judge(file, stage, i, pair, report);
        }
}

static constexpr Option options[] = {
    {.name = "volatile_names",
     .value = "BUILD_DATE BUILD_TIME BUILD_TIMESTAMP BUILDTIME BUILD_NUMBER BUILD_ID GIT_SHA GIT_COMMIT GIT_HASH GIT_REVISION GIT_REV GIT_REF COMMIT "
              "COMMIT_SHA COMMIT_HASH VCS_REF "
              "REVISION CI_JOB_ID CI_PIPELINE_ID CI_COMMIT_SHA GITHUB_SHA GITHUB_RUN_ID",
     .what = "Arguments that get another value in every build."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ARG BUILD_DATE
    ^^^^^^^^^^ 'BUILD_DATE' changes with every build and makes the steps below run again; declare it just before its first use
ENV LANG=C.UTF-8
RUN ./install
LABEL created=$BUILD_DATE
)",
                                        .good = R"(
FROM debian:13
ENV LANG=C.UTF-8
RUN ./install
ARG BUILD_DATE
LABEL created=$BUILD_DATE
ARG GIT_SHA=none
RUN ./build "$GIT_SHA"
)",
                                        .fixed = false}};

extern constinit const Check arg_busts_cache = {
    .id = "arg-busts-cache",
    .title = "Volatile ARG declared before expensive layers.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Every RUN after an ARG gets its value in the environment, used or not, so another value means that none of them comes from the cache.",
    .options = options,
    .examples = examples,
    .run = on(Keyword::arg, run),
};

}
