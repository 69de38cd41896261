#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/text/glob.h"

namespace plimsoll::checks::healthcheck_tool_not_in_image {

static constexpr std::string_view tools[] = {"curl", "wget", "nc", "ncat", "netcat", "bash", "sh", "grep", "ps", "pgrep", "python", "python3", "node"};

// Tools that a usual base image does not bring, although it has a shell and a package manager.
struct Lacking {
    std::string_view repository;
    std::string_view tools;   // blanks on both sides
};
static constexpr Lacking lacking[] = {
    {"alpine", " curl bash ncat python python3 node "},
    {"busybox", " curl bash ncat netcat python python3 node "},
    {"debian", " curl wget nc ncat netcat python python3 node "},
    {"ubuntu", " curl wget nc ncat netcat python python3 node "},
};

static bool mentions(std::string_view text, std::string_view tool) { return text.find(tool) != std::string_view::npos; }

// A copy may bring the tool when it names it, or fills a directory of programs, or copies a whole tree.
static bool copy_may_bring(const docker::Dockerfile& file, const docker::Instruction& copy, std::string_view tool) {
    const auto path = copy.destination() ? file.expand(*copy.destination(), copy) : std::nullopt;
    if (!path || *path == "/" || mentions(*path, tool) || mentions(*path, "bin") || path->starts_with("/usr")) return true;
    for (const Text& source : copy.sources())
        if (mentions(source.value, tool) || docker::is_archive(source.value)) return true;
    return false;
}

// A RUN may bring the tool unless all it does is well known: its text does not name the tool, it starts no script and
// installs nothing whose name is a variable.
static bool run_may_bring(const docker::Dockerfile& file, const docker::Instruction& run, std::string_view tool) {
    if (mentions(run.argument.value, tool) || !run.heredocs.empty() || run.form == docker::Form::exec) return true;
    for (const docker::Command& command : file.commands_of(run)) {
        const std::string_view name = command->name();
        if (name.find('/') != std::string_view::npos || name.starts_with('$') || name == "." || name == "source" || name == "sh" || name == "bash" ||
            name == "make")
            return true;
        const auto call = shell::package_call(*command.command);
        if (call && std::any_of(call->operands.begin(), call->operands.end(), [](const shell::Word* w) { return !w->literal; })) return true;
        if (call && call->has("requirement")) return true;
    }
    return false;
}

static bool may_bring(const docker::Dockerfile& file, const docker::Instruction& instruction, std::string_view tool) {
    switch (instruction.keyword) {
        case docker::Keyword::copy:
        case docker::Keyword::add: return copy_may_bring(file, instruction, tool);
        case docker::Keyword::run: return run_may_bring(file, instruction, tool);
        case docker::Keyword::shell: return true;
        default: return false;
    }
}

// Whether the image at the root of the stage surely lacks the tool.
static bool base_lacks(const docker::Stage& target, std::string_view tool, const std::vector<std::string>& minimal) {
    if (target.root_scratch()) return true;
    const auto& image = target.root_image();
    if (!image || image->tag_value().find("debug") != std::string_view::npos || image->tag_value().ends_with("-dev")) return false;
    const std::string registry = image->registry(), repository = image->repository();
    const std::string name = registry == "docker.io" && repository.starts_with("library/") ? repository.substr(8) : registry + "/" + repository;
    // Images that are one program bring that program.
    const std::string_view last = base_name(name);
    for (const std::string& pattern : minimal)
        if (Glob(pattern).matches(name)) return !mentions(last, tool.substr(0, 4));
    for (const Lacking& row : lacking)
        if (row.repository == name) return row.tools.find(" " + std::string(tool) + " ") != std::string_view::npos;
    return false;
}

// The program of the probe; an empty text when there is none to judge.
static Text program(const docker::Dockerfile& file, const docker::Instruction& probe) {
    if (probe.words.size() < 2 || docker::keyword_of(probe.words[0].value) != docker::Keyword::cmd) return {};
    if (probe.json) return probe.words[1];
    for (const docker::ShellCode* code : file.codes_of(probe))
        if (code->script)
            for (const shell::Command& command : code->script->commands())
                if (!command.words.empty() && !command.inner) return command.words[0].text;
    return {};
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Stage* target = file.target();
    const docker::Instruction* probe = target ? target->last(docker::Keyword::healthcheck) : nullptr;
    if (!probe) return;
    const Text word = program(file, *probe);
    const std::string_view tool = base_name(word.value);
    if (std::find(std::begin(tools), std::end(tools), tool) == std::end(tools) || !base_lacks(*target, tool, report.list("minimal_images"))) return;
    for (const docker::Stage* stage : target->chain())
        for (const docker::Instruction* instruction : stage->instructions)
            if (may_bring(file, *instruction, tool)) return;
    report.at(word, "nothing puts " + quote(tool) + " into this image, so the probe always fails; install it or use a program that is there");
}

static constexpr Option options[] = {{.name = "minimal_images",
                                      .value = "gcr.io/distroless/** cgr.dev/chainguard/static cgr.dev/chainguard/glibc-dynamic",
                                      .what = "images that hold no tools at all; tags with debug or -dev in the name are left out"}};

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
RUN apt-get install curl
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
                  ^^^^ nothing puts 'curl' into this image, so the probe always fails; install it or use a program that is there
)",
                                        .good = R"(
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
HEALTHCHECK CMD ["/app", "health"]
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache nginx
HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1
                              ^^^^ nothing puts 'curl' into this image, so the probe always fails; install it or use a program that is there
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add --no-cache nginx
HEALTHCHECK --interval=5s CMD wget -q -O /dev/null http://localhost/ || exit 1
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM scratch
COPY app /app
HEALTHCHECK CMD ["wget", "http://localhost/"]
                  ^^^^ nothing puts 'wget' into this image, so the probe always fails; install it or use a program that is there
)",
                                        .good = R"(
FROM debian:13 AS base
RUN ./install.sh
FROM base
HEALTHCHECK CMD ["curl", "http://localhost/"]
)",
                                        .fixed = false}};

extern constinit const Check healthcheck_tool_not_in_image = {
    .id = "healthcheck-tool-not-in-image",
    .title = "HEALTHCHECK runs a tool the image does not install.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A probe that cannot start counts as failed: the container turns unhealthy after three tries, and an orchestrator replaces it again and again.",
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::healthcheck, run),
};

}
