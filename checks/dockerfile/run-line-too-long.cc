#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::run_line_too_long {

// A command of the outermost list: where a line may break in front of the operator before it.
static bool is_outer(const shell::Command& c) { return !c.wrapper && !c.in_substitution && !c.in_subshell && !c.in_function && !c.condition; }

// The place before "&&" or "||" in front of the command; nullopt when something else stands there.
static std::optional<std::uint32_t> operator_before(const Source& source, const shell::Command& command, std::uint32_t line_begin) {
    if (command.before != shell::Joint::and_then && command.before != shell::Joint::or_else) return std::nullopt;
    std::uint32_t at = command.span.begin;
    const std::string_view text = source.text();
    while (at > line_begin && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
    const std::string_view sign = command.before == shell::Joint::and_then ? "&&" : "||";
    if (at < line_begin + 2 || text.substr(at - 2, 2) != sign) return std::nullopt;
    return at - 2;
}

static void judge(const docker::Dockerfile& file, const docker::Instruction& instruction, std::uint32_t limit, Reporter& report) {
    const Source& source = file.source();
    Span line = source.whole_lines({instruction.span.begin, instruction.span.begin});
    while (line.size() > 0 && (source.text()[line.end - 1] == '\n' || source.text()[line.end - 1] == '\r')) --line.end;
    if (line.size() <= limit || instruction.form != docker::Form::shell || !instruction.heredocs.empty()) return;
    std::size_t arguments = 0, commands = 0;
    std::vector<Edit> breaks;
    for (const docker::Command& command : file.commands_of(instruction)) {
        if (!line.contains(command->span.begin)) break;
        if (!command->wrapper) ++commands;
        arguments += command->words.size();
        const bool broken = !command.code->exec && is_outer(*command.command);
        const auto at = broken ? operator_before(source, *command.command, line.begin) : std::nullopt;
        if (!at) continue;
        std::uint32_t begin = *at;
        while (source.text()[begin - 1] == ' ' || source.text()[begin - 1] == '\t') --begin;
        breaks.push_back({{begin, *at}, std::string(" ") + file.escape() + "\n    "});
    }
    if (commands < 2 && arguments < 10) return;
    auto finding = report.at(instruction, "this line has " + std::to_string(line.size()) + " bytes; put each command or package on a line of its own");
    if (!breaks.empty() && std::is_sorted(breaks.begin(), breaks.end(), [](const Edit& a, const Edit& b) { return a.span < b.span; }))
        finding.fix("Break the line at && and ||", Safety::unsafe, std::move(breaks));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::uint32_t limit = static_cast<std::uint32_t>(std::max(report.number("max_length"), 20L));
    for (const docker::Instruction* instruction : file.all(docker::Keyword::run)) judge(file, *instruction, limit, report);
}

static constexpr Option options[] = {{.name = "max_length", .type = Option::Type::number, .value = "120", .what = "bytes that a line may have"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache build-base && ./configure --prefix=/usr/local && make && (cd docs && make) || echo "the build has failed"
^^^ this line has 128 bytes; put each command or package on a line of its own
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add --no-cache build-base \
    && ./configure --prefix=/usr/local \
    && make \
    && (cd docs && make) \
    || echo "the build has failed"
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM alpine:3.22
RUN first command && second
^^^ this line has 27 bytes; put each command or package on a line of its own
)",
                                        .good = R"(
FROM alpine:3.22
RUN first command \
    && second
RUN curl https://example.org/
)",
                                        .config = "checks: {run-line-too-long: {max_length: 26}}",
                                        .fixed = false}};

extern constinit const Check run_line_too_long = {
    .id = "run-line-too-long",
    .title = "Long RUN instruction on one line.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "One command a line can be read, reviewed and changed on its own; a long line shows up as one change whatever was touched.",
    .aliases = {"sonar:S7020"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
