#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::instruction_casing_inconsistent {

static bool all_lower(std::string_view word) {
    return std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}
static bool all_upper(std::string_view word) {
    return std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

static std::string cased(std::string_view word, bool lower) {
    std::string out(word);
    for (char& c : out) {
        if (lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!lower && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::size_t lower = 0, upper = 0;
    for (const docker::Instruction& in : file.instructions()) {
        if (in.keyword == docker::Keyword::unknown) continue;
        if (all_lower(in.name.value))
            ++lower;
        else if (all_upper(in.name.value))
            ++upper;
    }
    if (lower == 0 && upper == file.instructions().size()) return;
    const bool to_lower = lower > upper;
    for (const docker::Instruction& in : file.instructions()) {
        if (in.keyword == docker::Keyword::unknown || (to_lower ? all_lower(in.name.value) : all_upper(in.name.value))) continue;
        const std::string wanted = cased(in.name.value, to_lower);
        Draft draft = report.at(in, "write " + wanted + ": most keywords of this file are in " + (to_lower ? "lower" : "upper") + " case");
        // A keyword that a continuation breaks in two is left as it is.
        if (in.name.span.size() == wanted.size()) draft.fix("Change the case", Safety::safe, {in.name.span, wanted});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
copy a /a
^^^^ write COPY: most keywords of this file are in upper case
Run true
^^^ write RUN: most keywords of this file are in upper case
CMD ["/a"]
)",
                                        .good = R"(
FROM alpine:3.22
COPY a /a
RUN true
CMD ["/a"]
)"},
                                       {.bad = R"(
from alpine:3.22
run true
CMD ["/a"]
^^^ write cmd: most keywords of this file are in lower case
)",
                                        .good = R"(
from alpine:3.22
run true
cmd ["/a"]
)"}};

extern constinit const Check instruction_casing_inconsistent = {
    .id = "instruction-casing-inconsistent",
    .title = "Instruction keywords mix upper and lower case.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The builder takes any case. One spelling in the whole file keeps keywords apart from shell code at a glance and lets a plain search find them all.",
    .aliases = {"buildkit:ConsistentInstructionCasing"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
