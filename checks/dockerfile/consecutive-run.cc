#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::consecutive_run {

static bool same_flags(const docker::Instruction& a, const docker::Instruction& b) {
    return std::equal(a.flags.begin(), a.flags.end(), b.flags.begin(), b.flags.end(),
                      [](const docker::Flag& x, const docker::Flag& y) { return x.whole.value == y.whole.value; });
}

// Statements of a PowerShell or cmd text, by the joints outside quotes; an assignment is no command.
static long windows_commands(std::string_view text, bool powershell) {
    long count = 0;
    char quote = 0;
    const auto end_at = [&](std::size_t begin, std::size_t end) {
        const std::string_view statement = text.substr(begin, end - begin);
        const std::size_t first = statement.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) return;
        const bool assignment = powershell && statement[first] == '$' && statement.find(" = ") != std::string_view::npos;
        count += assignment ? 0 : 1;
    };
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || (powershell && c == '\''))
            quote = c;
        else if (c == '|' || c == '&' || (powershell && c == ';')) {
            end_at(begin, i);
            begin = i + 1;
        }
    }
    end_at(begin, text.size());
    return count;
}

// Commands as a reader counts them: "sudo make" is one, a test "[ -e x ]" none.
static long commands(const docker::Dockerfile& file, const docker::Instruction& run) {
    if (run.form == docker::Form::exec) return 1;
    const shell::Dialect dialect = file.shell_at(run).dialect;
    if (dialect == shell::Dialect::powershell || dialect == shell::Dialect::cmd)
        return windows_commands(run.argument.value, dialect == shell::Dialect::powershell);
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

static constexpr Option options[] = {
    {.name = "max_commands", .type = Option::Type::number, .value = "1", .what = "RUN instructions with more commands are left alone"}};

static constexpr Example examples[] = {{.bad = R"(
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
)"},
                                       {.bad = R"(
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
