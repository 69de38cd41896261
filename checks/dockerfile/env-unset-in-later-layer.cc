#include "analyzer/engine/check.h"

namespace plimsoll::checks::env_unset_in_later_layer {

using docker::Command;

// Nothing in the RUN comes after it that could profit: "unset X && make" is about make.
static bool is_last(const Command& command) {
    const std::vector<shell::Command>& all = command.code->script->commands();
    int seen = 0;
    for (auto later = all.rbegin(); later != all.rend() && &*later != command.command; ++later)
        if (++seen > 64 || (!later->is("unset") && !later->is("export") && !later->words.empty())) return false;
    return true;
}

// "unset NAME" and "export NAME=".
static std::string_view cleared(const Command& command, const shell::Word& word) {
    std::string_view text = word.text.value;
    if (text.starts_with('-')) return {};
    if (command->is("unset")) return text;
    return text.ends_with('=') ? text.substr(0, text.size() - 1) : std::string_view();
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Command& command : file.commands()) {
        if ((!command->is("unset") && !command->is("export")) || command->in_function || !command.stage() || !is_last(command)) continue;
        for (const shell::Word& word : command->arguments()) {
            const std::string_view name = cleared(command, word);
            if (name.empty()) continue;
            const docker::Variable variable = file.lookup(name, command.instruction());
            if (variable.kind != docker::Variable::Kind::env || !variable.set_by) continue;
            report.at(word, quote(name) + " stays in the image: a RUN cannot undo ENV; pass a secret with --mount=type=secret, a build setting with ARG")
                .related(variable.name.span, "set here");
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ENV TOKEN=abc MODE=fast
RUN make && unset TOKEN MODE
                  ^^^^^ 'TOKEN' stays in the image: a RUN cannot undo ENV; pass a secret with --mount=type=secret, a build setting with ARG
                        ^^^^ 'MODE' stays in the image: a RUN cannot undo ENV; pass a secret with --mount=type=secret, a build setting with ARG
RUN export MODE=
           ^^^^^ 'MODE' stays in the image: a RUN cannot undo ENV; pass a secret with --mount=type=secret, a build setting with ARG
)",
                                        .good = R"(
FROM alpine:3.22
ENV MODE=fast
RUN unset MODE && make
RUN export OTHER= && unset THIRD
RUN export MODE=slow && make
)"}};

extern constinit const Check env_unset_in_later_layer = {
    .id = "env-unset-in-later-layer",
    .title = "RUN unset does not remove an ENV value.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "ENV is written to the image configuration. A shell command changes its own process only: the next step, the container and everyone who inspects "
           "the image still see the value.",
    .aliases = {"sonar:S6581"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
