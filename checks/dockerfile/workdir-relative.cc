#include "analyzer/engine/check.h"

namespace plimsoll::checks::workdir_relative {

static bool is_absolute(std::string_view path) {
    if (path.starts_with('/') || path.starts_with('\\')) return true;
    const bool letter = !path.empty() && ((path[0] >= 'a' && path[0] <= 'z') || (path[0] >= 'A' && path[0] <= 'Z'));
    return letter && path.size() > 1 && path[1] == ':';
}

// What a stage and its ancestors have said so far.
struct State {
    bool absolute = false;   // an absolute or unknown path: whatever follows is settled
    bool relative = false;
};

static void judge(const docker::Dockerfile& file, const docker::Instruction& workdir, State& state, Reporter& report) {
    const std::optional<std::string> path = file.expand(workdir.argument, workdir);
    if (!path || path->empty() || is_absolute(*path)) {
        state.absolute = true;
        return;
    }
    if (state.absolute && report.flag("allow_after_absolute")) return;
    const Text bare = docker::unquoted(workdir.argument);
    auto finding = report.at(bare, "relative WORKDIR " + quote(bare.value) + " depends on the base image; write an absolute path such as " +
                                       quote("/" + std::string(bare.value)));
    // BuildKit stops at the first one.
    if (state.absolute || state.relative)
        finding.only({"hadolint:DL3000", "trivy:DS-0009", "checkov:CKV_DOCKER_10", "kics:6b376af8-cfe8-49ab-a08d-f32de23661a4", "terrascan:AC_DOCKER_0013",
                      "sonar:S7021", "mondoo:workdir-absolute-path"});
    else if (bare.value.find('$') == std::string_view::npos)
        finding.fix("Make the path absolute", Safety::unsafe, {{bare.span.begin, bare.span.begin}, "/"});
    state.relative = true;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<State> states(file.stages().size());
    const docker::Stage* stage = nullptr;
    for (const docker::Instruction& instruction : file.instructions()) {
        if (!instruction.stage || instruction.keyword == docker::Keyword::arg) continue;
        State& state = states[instruction.stage->index];
        if (instruction.stage != stage && instruction.stage->parent) state = states[instruction.stage->parent->index];
        stage = instruction.stage;
        if (instruction.keyword == docker::Keyword::workdir) judge(file, instruction, state, report);
    }
}

static constexpr Option options[] = {
    {.name = "allow_after_absolute", .type = Option::Type::flag, .value = "true", .what = "a relative path is fine below an absolute WORKDIR of the stage"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
WORKDIR "app/src"
         ^^^^^^^ relative WORKDIR 'app/src' depends on the base image; write an absolute path such as '/app/src'
RUN make
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR "/app/src"
RUN make
)"},
                                       {.bad = R"(
FROM alpine:3.22
ARG SUB=app
WORKDIR $SUB
        ^^^^ relative WORKDIR '$SUB' depends on the base image; write an absolute path such as '/$SUB'
WORKDIR src
        ^^^ relative WORKDIR 'src' depends on the base image; write an absolute path such as '/src'
)",
                                        .good = R"(
FROM alpine:3.22 AS base
WORKDIR /app
WORKDIR src
FROM base
WORKDIR lib
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:/app
FROM vendor/base:1
WORKDIR $VENDOR_HOME
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM alpine:3.22
WORKDIR /app
WORKDIR src
        ^^^ relative WORKDIR 'src' depends on the base image; write an absolute path such as '/src'
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR /app/src
)",
                                        .config = "checks: {workdir-relative: {allow_after_absolute: false}}",
                                        .fixed = false}};

extern constinit const Check workdir_relative = {
    .id = "workdir-relative",
    .title = "WORKDIR path is relative.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "A relative path continues from the working directory of the base image, which changes with that image and is seen by no reader of this file. "
           "Below an absolute WORKDIR of the same stage it is clear what is meant.",
    .aliases = {"hadolint:DL3000", "buildkit:WorkdirRelativePath", "trivy:DS-0009", "checkov:CKV_DOCKER_10", "kics:6b376af8-cfe8-49ab-a08d-f32de23661a4",
                "terrascan:AC_DOCKER_0013", "sonar:S7021", "mondoo:workdir-absolute-path"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::workdir, run),
};

}
