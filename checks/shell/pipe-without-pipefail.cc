#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/shell_options.h"

namespace plimsoll::checks::pipe_without_pipefail {

namespace {

// What is known while the commands of one shell code go by.
struct Watch {
    const docker::ShellCode* code = nullptr;
    bool pipefail = false;
    bool done = false;         // one finding for each RUN
    std::uint32_t piped = 0;   // pipeline of the last command in front of a pipe
};

}

// Code of "bash -o pipefail -c '...'".
static bool wrapper_has_pipefail(const docker::Command& at) {
    const std::vector<shell::Command>& commands = at.code->script->commands();
    for (std::optional<std::uint32_t> outer = at->wrapper; outer; outer = commands[*outer].wrapper)
        for (const shell::Word& word : commands[*outer].arguments())
            if (word == "pipefail") return true;
    return false;
}

// Commands that cannot fail, or whose failure in a pipe means nothing: yes and cat of a here-document.
static bool cannot_fail(const shell::Command& left) {
    constexpr std::array<std::string_view, 7> harmless = {"echo", "printf", "yes", "true", ":", "env", "pwd"};
    if (left.words.empty() || std::ranges::find(harmless, left.base_name()) != harmless.end()) return true;
    if (!left.is("cat")) return false;
    return std::ranges::any_of(left.redirects, [](const shell::Redirect& redirect) { return redirect.op.starts_with("<<"); });
}

static bool is_noop(const shell::Command& command) { return command.is("true") || command.is(":"); }

// "a | b || true": whatever fails is ignored on purpose.
static bool result_ignored(std::span<const docker::Command> commands, std::size_t first) {
    const docker::ShellCode* code = commands[first].code;
    for (std::size_t i = first; i + 1 < commands.size() && commands[i + 1].code == code; ++i) {
        if (commands[i]->pipeline != commands[first]->pipeline) continue;
        if (commands[i]->joint != shell::Joint::or_else) {
            if (commands[i]->joint != shell::Joint::pipe && commands[i]->joint != shell::Joint::pipe_all) return false;
            continue;
        }
        return is_noop(*commands[i + 1].command);
    }
    return false;
}

// The last command of "{ a; b; } | c" or "while ...; done | c", for the command behind the pipe.
static const shell::Command* end_of_compound(std::span<const docker::Command> commands, std::size_t right) {
    for (std::size_t i = right; i-- > 0 && commands[i].code == commands[right].code;)
        if (commands[i]->in_substitution == commands[right]->in_substitution) return commands[i].command;
    return nullptr;
}

static bool is_pipe(shell::Joint joint) { return joint == shell::Joint::pipe || joint == shell::Joint::pipe_all; }

// The command whose status a pipe at this command drops; null when there is none.
static const shell::Command* left_of_pipe(std::span<const docker::Command> commands, std::size_t i, Watch& watch) {
    const shell::Command& at = *commands[i].command;
    const bool compound = is_pipe(at.before) && at.pipeline != watch.piped;
    if (is_pipe(at.joint)) {
        watch.piped = at.pipeline;
        // The inner command of a wrapper stands for the wrapper.
        return at.inner ? nullptr : &at;
    }
    return compound && !at.wrapper ? end_of_compound(commands, i) : nullptr;
}

static bool judged_here(const docker::ShellCode& code) { return !code.exec && shell::is_posix_family(code.shell.dialect) && !code.shell.pipefail; }

// SHELL for the stage where the finding is the first one of its SHELL; the others go with it.
static void offer_shell(const docker::Dockerfile& file, const docker::Command& at, Draft& draft) {
    const docker::Instruction& run = at.instruction();
    if (run.is_trigger || at.code->heredoc || !run.stage || file.shell_at(run).set_by) return;
    const std::optional<docker::Reference>& image = run.stage->root_image();
    if (!image) return;
    const bool alpine = image->familiar() == "alpine" || image->tag_value().find("alpine") != std::string_view::npos;
    const std::string shell = alpine ? "/bin/ash" : "/bin/bash";
    draft.fix("Set pipefail with SHELL", Safety::unsafe, {Span{run.begin(), run.begin()}, "SHELL [\"" + shell + "\", \"-o\", \"pipefail\", \"-c\"]\n"});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Watch watch;
    const docker::Stage* offered = nullptr;
    std::span<const docker::Command> commands = file.commands();
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const docker::Command& at = commands[i];
        if (watch.code != at.code) watch = {at.code, false, !judged_here(*at.code), 0};
        if (watch.done) continue;
        if (const std::optional<bool> set = shell::sets_option(*at.command, '\0', "pipefail")) watch.pipefail = *set;
        const shell::Command* left = left_of_pipe(commands, i, watch);
        if (!left || watch.pipefail || cannot_fail(*left) || result_ignored(commands, i) || wrapper_has_pipefail(at)) continue;
        watch.done = true;
        Draft draft = report.at(left->name_span(), "a failure of " + quote(left->name()) + " is lost in the pipe; set -o pipefail, for instance with SHELL");
        if (offered != at.stage()) offer_shell(file, at, draft);
        offered = at.stage();
    }
}

static constexpr Example examples[] = {{.bad = R"df(
FROM debian:12-slim
RUN wget -qO- https://example.org/list | grep -v x > /l
    ^^^^ a failure of 'wget' is lost in the pipe; set -o pipefail, for instance with SHELL
)df",
                                        .good = R"df(
FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN wget -qO- https://example.org/list | grep -v x > /l
)df"},
                                       {.bad = R"df(
FROM alpine:3.22
RUN V="$(curl -fs https://example.org/v | tr -d v)" && echo "$V"
         ^^^^ a failure of 'curl' is lost in the pipe; set -o pipefail, for instance with SHELL
RUN curl -fs https://example.org/a.tgz | sudo tar xz
    ^^^^ a failure of 'curl' is lost in the pipe; set -o pipefail, for instance with SHELL
)df",
                                        .good = R"df(
FROM alpine:3.22 AS base
SHELL ["/bin/ash", "-o", "pipefail", "-c"]
FROM base
RUN V="$(curl -fs https://example.org/v | tr -d v)" && echo "$V"
)df",
                                        .fixed = false},
                                       {.bad = R"df(
FROM debian:12-slim
RUN { echo a; make list; } | tee /x
              ^^^^ a failure of 'make' is lost in the pipe; set -o pipefail, for instance with SHELL
)df",
                                        .good = R"df(
FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN { echo a; make list; } | tee /x
)df"},
                                       {.bad = R"df(
FROM debian:12-slim
RUN <<EOF
curl -fs https://example.org/a.tgz | tar xz
^^^^ a failure of 'curl' is lost in the pipe; set -o pipefail, for instance with SHELL
EOF
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN <<EOF bash
set -euo pipefail
curl -fs https://example.org/a.tgz | tar xz
EOF
RUN bash -o pipefail -c 'curl -fs https://example.org/a.tgz | tar xz'
RUN { echo a; echo b; } | tee /x && yes | unminimize && echo "a b" | tr ' ' _ && dpkg -l | grep x || true
)df"}};

extern constinit const Check pipe_without_pipefail = {
    .id = "pipe-without-pipefail",
    .title = "RUN pipes commands without pipefail.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The status of a pipe is that of its last command, so a failed download in front of it goes unseen and the build succeeds with half of its files. "
           "With pipefail the first failure counts. The option exists in bash, zsh, ksh and busybox ash, not in older dash.",
    .aliases = {"hadolint:DL4006", "kics:efbf148a-67e9-42d2-ac47-02fa1c0d0b22", "semgrep:set-pipefail"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
