#include "analyzer/engine/check.h"

namespace plimsoll::checks::entrypoint_shell_form_drops_cmd {

// The script may use what Docker appends to it: $0, $1, $@ ...
static bool takes_arguments(std::string_view script) {
    for (std::size_t at = script.find('$'); at != std::string_view::npos; at = script.find('$', at + 1)) {
        std::size_t next = at + 1;
        if (next < script.size() && script[next] == '{') ++next;
        if (next < script.size() && (script[next] == '@' || script[next] == '*' || (script[next] >= '0' && script[next] <= '9'))) return true;
    }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    struct State {
        const docker::Instruction* entrypoint = nullptr;   // in force, inherited ones included
        const docker::Instruction* cmd = nullptr;          // of the stage itself: an ENTRYPOINT drops an inherited CMD
    };
    std::vector<State> states(file.stages().size());
    for (const docker::Stage& stage : file.stages()) {
        State& state = states[stage.index];
        if (stage.parent) state.entrypoint = states[stage.parent->index].entrypoint;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::entrypoint) state.entrypoint = instruction;
            if (instruction->keyword == docker::Keyword::cmd) state.cmd = instruction;
        }
        if (!state.entrypoint || !state.cmd || state.cmd->words.empty()) continue;
        const docker::Instruction& entrypoint = *state.entrypoint;
        if (entrypoint.form != docker::Form::shell || entrypoint.argument.empty() || takes_arguments(entrypoint.argument.value)) continue;
        report.at(*state.cmd, "this CMD is ignored: ENTRYPOINT is in shell form, which takes no arguments; write ENTRYPOINT as a JSON array")
            .related(entrypoint.name.span, "the ENTRYPOINT in shell form");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ENTRYPOINT exec /app $OPTIONS
CMD ["--port", "80"]
^^^ this CMD is ignored: ENTRYPOINT is in shell form, which takes no arguments; write ENTRYPOINT as a JSON array
)",
                                        .good = R"(
FROM alpine:3.22
ENTRYPOINT ["/app"]
CMD ["--port", "80"]
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS base
ENTRYPOINT /app
FROM base
CMD --port 80
^^^ this CMD is ignored: ENTRYPOINT is in shell form, which takes no arguments; write ENTRYPOINT as a JSON array
)",
                                        .good = R"(
FROM alpine:3.22 AS base
CMD ["--port", "80"]
FROM base AS other
ENTRYPOINT /app
FROM alpine:3.22
ENTRYPOINT exec /app "$0" "$@"
CMD ["--port", "80"]
)"}};

extern constinit const Check entrypoint_shell_form_drops_cmd = {
    .id = "entrypoint-shell-form-drops-cmd",
    .title = "CMD is ignored because ENTRYPOINT is in shell form.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Docker runs a shell-form ENTRYPOINT as /bin/sh -c TEXT and appends CMD, and the arguments of docker run, behind it. "
           "The text sees them as $0, $1 and so on only, so the program never gets them.",
    .examples = examples,
    .run = on(docker::Keyword::entrypoint, run),
};

}
