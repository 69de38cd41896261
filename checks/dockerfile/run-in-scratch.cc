#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/text/glob.h"

namespace plimsoll::checks::run_in_scratch {

static bool names_a_place_for_shells(std::string_view path) {
    if (path == "/" || path == "." || path == "./" || path.find("busybox") != std::string_view::npos) return true;
    for (std::string_view start : {"/bin", "/usr", "/lib", "/sbin", "/etc"})
        if (path.starts_with(start)) return true;
    return path.ends_with("/sh") || path.ends_with("/bash");
}

// Whether the instruction may bring /bin/sh: an archive, a whole tree, or something in the usual places.
static bool may_bring_a_shell(const docker::Dockerfile& file, const docker::Instruction& instruction) {
    if (instruction.keyword == docker::Keyword::shell) return true;
    if (instruction.keyword == docker::Keyword::run)
        return std::any_of(instruction.flags.begin(), instruction.flags.end(), [](const docker::Flag& f) { return f.name == "mount"; }) ||
               instruction.form == docker::Form::exec;
    if (instruction.keyword != docker::Keyword::copy && instruction.keyword != docker::Keyword::add) return false;
    const auto path = instruction.destination() ? file.expand(*instruction.destination(), instruction) : std::nullopt;
    if (!path || names_a_place_for_shells(*path)) return true;
    for (const Text& source : instruction.sources()) {
        const auto from = file.expand(source, instruction);
        if (!from || (instruction.keyword == docker::Keyword::add && (docker::is_archive(*from) || docker::is_remote(*from)))) return true;
        if (instruction.from() && names_a_place_for_shells(*from)) return true;
    }
    return false;
}

static bool is_shellless(const docker::Stage& stage, const std::vector<Glob>& images) {
    if (stage.parent) return false;
    if (stage.scratch) return true;
    if (!stage.image || stage.image->tag_value().find("debug") != std::string_view::npos || stage.image->tag_value().ends_with("-dev")) return false;
    const std::string name = stage.image->familiar().substr(0, stage.image->familiar().find_first_of("@"));
    const std::string bare = stage.image->has_tag() ? name.substr(0, name.rfind(':')) : name;
    return std::any_of(images.begin(), images.end(), [&](const Glob& g) { return g.matches(bare) || g.matches(name); });
}

// What a stage starts with: nothing, or a shell, or something unknown.
enum class Shell : std::uint8_t { none, perhaps };

static Shell walk(const docker::Dockerfile& file, const docker::Stage& stage, Shell shell, Reporter& report) {
    bool reported = false;
    for (const docker::Instruction* instruction : stage.instructions) {
        if (shell == Shell::perhaps) return shell;
        if (may_bring_a_shell(file, *instruction)) {
            shell = Shell::perhaps;
        } else if (instruction->keyword == docker::Keyword::run && !reported) {
            report.at(*instruction, "there is no /bin/sh in this stage to run this; build in another stage and COPY the result");
            reported = true;
        }
    }
    // What starts the container counts at the end of the stage.
    for (docker::Keyword keyword : {docker::Keyword::entrypoint, docker::Keyword::cmd}) {
        const docker::Instruction* start = stage.last(keyword);
        if (shell == Shell::none && start && start->stage == &stage && start->form == docker::Form::shell && !start->argument.empty())
            report.at(*start, "there is no /bin/sh in this stage to start this; write it as a JSON array");
    }
    return shell;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<Glob> images;
    for (const std::string& image : report.list("shellless_images")) images.emplace_back(image);
    std::vector<Shell> at_end(file.stages().size(), Shell::perhaps);
    for (const docker::Stage& stage : file.stages()) {
        const Shell start = stage.parent ? at_end[stage.parent->index] : is_shellless(stage, images) ? Shell::none : Shell::perhaps;
        at_end[stage.index] = walk(file, stage, start, report);
    }
}

static constexpr Option options[] = {{.name = "shellless_images",
                                      .value = "gcr.io/distroless/** cgr.dev/chainguard/static",
                                      .what = "images without a shell; tags with debug or -dev in the name are left out"}};

static constexpr Example examples[] = {{.bad = R"(
FROM scratch AS base
COPY hello /hello
RUN chmod +x /hello
^^^ there is no /bin/sh in this stage to run this; build in another stage and COPY the result
CMD /hello
^^^ there is no /bin/sh in this stage to start this; write it as a JSON array
FROM gcr.io/distroless/static-debian12:nonroot
ENTRYPOINT exec /hello
^^^^^^^^^^ there is no /bin/sh in this stage to start this; write it as a JSON array
)",
                                        .good = R"(
FROM scratch AS base
ADD rootfs.tar.xz /
RUN chmod +x /hello
FROM scratch
COPY --from=base /bin/busybox /bin/sh
RUN ls
FROM gcr.io/distroless/base-debian12:debug
RUN ls
FROM scratch
COPY hello /hello
RUN ["/hello", "install"]
CMD ["/hello"]
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM scratch AS base
COPY hello /hello
FROM base
CMD /hello
^^^ there is no /bin/sh in this stage to start this; write it as a JSON array
)",
                                        .good = R"(
FROM alpine:3.22
CMD /hello
)",
                                        .fixed = false}};

extern constinit const Check run_in_scratch = {
    .id = "run-in-scratch",
    .title = "RUN in a stage that has no shell.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Shell form hands its text to /bin/sh. An image from scratch, or one made to hold a single program, has none, so the build or the container fails "
           "at once.",
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
