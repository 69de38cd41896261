#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks {

static bool same_flags(const docker::Instruction& a, const docker::Instruction& b) {
    return std::equal(a.flags.begin(), a.flags.end(), b.flags.begin(), b.flags.end(),
                      [](const docker::Flag& x, const docker::Flag& y) { return x.whole.value == y.whole.value; });
}

// Commands as a reader counts them: "sudo make" is one, a test "[ -e x ]" none. Of a PowerShell or cmd text only the joints are known.
static long commands(const docker::Dockerfile& file, const docker::Instruction& run) {
    if (!shell::is_posix_family(file.shell_at(run).dialect) && run.form == docker::Form::shell)
        return 1 + std::count_if(run.argument.value.begin(), run.argument.value.end(), [](char c) { return c == ';' || c == '|' || c == '&'; });
    const auto all = file.commands_of(run);
    return std::count_if(all.begin(), all.end(), [](const docker::Command& c) { return !c->wrapper && !c->words.empty() && c->name() != "["; });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const long most = report.number("max_commands");
    const docker::Instruction* before = nullptr;
    for (const docker::Instruction& instruction : file.instructions()) {
        if (instruction.keyword != docker::Keyword::run) {
            before = nullptr;
            continue;
        }
        if (before && same_flags(*before, instruction) && commands(file, *before) <= most && commands(file, instruction) <= most)
            report.at(instruction, "this RUN directly follows another; join the two with && to save a layer").related(before->name.span, "the RUN before it");
        before = &instruction;
    }
}

static constexpr Option options[] = {{.name = "max_commands", .type = Option::Type::number, .value = "1", .what = "RUN instructions with more commands are left alone"}};

static constexpr Example examples[] = {{
    .bad = R"(
FROM alpine:3.22
RUN apk update
# comments do not count
RUN apk upgrade
^^^ this RUN directly follows another; join the two with && to save a layer
)",
    .good = R"(
FROM alpine:3.22
RUN apk update \
 && apk upgrade
)"}, {
    .bad = R"(
FROM alpine:3.22
RUN a
RUN ["b", "c"]
^^^ this RUN directly follows another; join the two with && to save a layer
RUN [ -f /x ] || sudo c
^^^ this RUN directly follows another; join the two with && to save a layer
)",
    .good = R"(
FROM alpine:3.22
RUN a
ENV A=1
RUN b
RUN --mount=type=cache,target=/c c
RUN d && e
RUN f

)"}};

extern constinit const Check consecutive_run = {
    .id = "consecutive-run",
    .title = "Consecutive RUN instructions could be merged.",
    .category = Category::efficiency,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Each RUN makes a layer, and what a later layer deletes still ships in the earlier one. "
           "Steps kept apart on purpose, to reuse the build cache, are a good reason to leave them so.",
    .aliases = {"hadolint:DL3059", "kics:0008c003-79aa-42d8-95b8-1c2fe37dbfe6", "sonar:S7031"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
