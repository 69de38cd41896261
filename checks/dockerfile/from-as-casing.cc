#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::from_as_casing {

static bool lower(std::string_view word) {
    return std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}
static bool upper(std::string_view word) {
    return std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        if (stage.name.empty()) continue;
        const Text& as = stage.from->words[1];
        const std::string_view from = stage.from->name.value;
        const std::string_view wanted = upper(from) ? "AS" : lower(from) ? "as" : as.value;
        if (as == wanted) continue;
        report.at(as, "write " + std::string(wanted) + " in the same case as " + std::string(from))
            .fix("Change the case", Safety::safe, {as.span, std::string(wanted)});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 as build
                 ^^ write AS in the same case as FROM
FROM alpine:3.22 As test
                 ^^ write AS in the same case as FROM
)",
                                        .good = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22 AS test
)"},
                                       {.bad = R"(
from alpine:3.22 AS build
                 ^^ write as in the same case as from
)",
                                        .good = R"(
from alpine:3.22 as build
)"}};

extern constinit const Check from_as_casing = {
    .id = "from-as-casing",
    .title = "Case of AS differs from case of FROM.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The builder takes both, but two spellings in one line read as if they meant two things, and simple searches for stages miss one of them.",
    .aliases = {"buildkit:FromAsCasing"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
