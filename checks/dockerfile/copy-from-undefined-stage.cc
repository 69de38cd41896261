#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/text/distance.h"

namespace plimsoll::checks::copy_from_undefined_stage {

namespace {

bool number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

std::string hint(const docker::Dockerfile& file, std::string_view name) {
    std::vector<std::string_view> names;
    // Among very many stages no near name means anything, and looking for it takes long.
    if (file.stages().size() > 256) return {};
    for (const docker::Stage& stage : file.stages())
        if (!stage.name.empty()) names.push_back(stage.name.value);
    const std::string_view near = nearest_name(name, names);
    return near.empty() ? std::string() : " (did you mean " + quote(near) + "?)";
}

// Says what the builder makes of a value that names no earlier stage; "" when that is fine.
class Judge {
public:
    Judge(const docker::Dockerfile& file, Reporter& report) : file_(file), report_(report) {}

    void copy(const docker::Instruction& in, const Text& from) {
        const std::string_view name = from.value;
        if (name.empty() || !in.stage) return;
        if (const docker::Stage* stage = file_.stage_named(name)) {
            if (stage->index > in.stage->index) later(from, *stage);
            return;
        }
        if (listed(name)) return;
        if (number(name)) {
            report_.at(from, "there is no stage " + std::string(name) + ": the stages are 0 to " + std::to_string(file_.stages().size() - 1));
        } else if (name.find('$') != std::string_view::npos) {
            report_.at(from, "--from takes no variables; write FROM " + std::string(name) + " AS name and copy from that stage");
        } else if (!docker::parse_reference(name)) {
            report_.at(from, quote(name) + " is neither a stage nor a valid image name" + hint(file_, name));
        } else if (name.find_first_of(":/@") == std::string_view::npos) {
            image(from);
        }
    }

private:
    bool listed(std::string_view name) const {
        const std::vector<std::string>& contexts = report_.list("build_contexts");
        return name == "scratch" || std::ranges::find(contexts, name) != contexts.end() || is_context_in_comment(name);
    }

    // A comment that shows how to build the file: "docker build --build-context name=folder".
    bool is_context_in_comment(std::string_view name) const {
        constexpr std::string_view option = "--build-context";
        for (const Span comment : file_.comments()) {
            const std::string_view text = file_.source().slice(comment);
            for (std::size_t at = text.find(option); at != std::string_view::npos; at = text.find(option, at + 1)) {
                const std::size_t begin = text.find_first_not_of(" =\t\"'", at + option.size());
                if (begin != std::string_view::npos && text.substr(begin).starts_with(name) && text.substr(begin + name.size()).starts_with('=')) return true;
            }
        }
        return false;
    }

    void later(const Text& from, const docker::Stage& stage) {
        report_.at(from, "stage " + quote(from.value) + " comes later in the file, which only BuildKit can build; move it up")
            .severity(Severity::low)
            .related(stage.from->name.span, "the stage begins here");
    }

    // Right for the builder, and yet a misspelt stage looks the same. A near miss is not taken for an image.
    void image(const Text& from) {
        const std::string near = hint(file_, from.value);
        Draft draft = report_.at(from, "no stage is called " + quote(from.value) + ", so the image " + std::string(from.value) + ":latest is pulled" +
                                           (near.empty() ? "; name a stage, or the image with its tag" : near));
        if (near.empty()) draft.severity(Severity::low);
    }

    const docker::Dockerfile& file_;
    Reporter& report_;
};

void run(const docker::Dockerfile& file, Reporter& report) {
    Judge judge(file, report);
    for (const docker::Instruction* copy : file.all(docker::Keyword::copy))
        if (const std::optional<Text> from = copy->from()) judge.copy(*copy, *from);
}

constexpr Option options[] = {
    {.name = "build_contexts", .value = {}, .what = "Names that docker build --build-context gives to other folders or images."},
};

constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS builder
FROM alpine:3.22
COPY --from=bulider /app /app
            ^^^^^^^ no stage is called 'bulider', so the image bulider:latest is pulled (did you mean 'builder'?)
COPY --from=busybox /bin/sh /bin/sh
            ^^^^^^^ no stage is called 'busybox', so the image busybox:latest is pulled; name a stage, or the image with its tag
COPY --from=2 /app /app
            ^ there is no stage 2: the stages are 0 to 1
)",
                                 .good = R"(
FROM golang:1.25 AS builder
FROM alpine:3.22
COPY --from=Builder /app /app
COPY --from=0 /app /app
COPY --from=busybox:1.37 /bin/sh /bin/sh
COPY --from=ghcr.io/example/tool /tool /tool
)"},
                                {.bad = R"(
ARG SOURCE=builder
FROM alpine:3.22 AS builder
COPY --from=last /a /a
            ^^^^ stage 'last' comes later in the file, which only BuildKit can build; move it up
FROM alpine:3.22 AS last
COPY --from=$SOURCE /app /app
            ^^^^^^^ --from takes no variables; write FROM $SOURCE AS name and copy from that stage
COPY --from=Nobody /app /app
            ^^^^^^ 'Nobody' is neither a stage nor a valid image name
)",
                                 .good = R"(
ARG SOURCE=builder
FROM alpine:3.22 AS builder
FROM $SOURCE AS source
FROM alpine:3.22 AS last
COPY --from=source /app /app
)"},
                                {.bad = R"(
FROM alpine:3.22
COPY --from=rootfs2 / /srv/
            ^^^^^^^ no stage is called 'rootfs2', so the image rootfs2:latest is pulled; name a stage, or the image with its tag
)",
                                 .good = R"(
FROM alpine:3.22
COPY --from=rootfs / /srv/
)",
                                 .config = "checks:\n  copy-from-undefined-stage:\n    build_contexts: [rootfs]\n"},
                                {.bad = R"(
# docker build --build-context=tools=../tools .
FROM alpine:3.22
COPY --from=tool /bin /bin
            ^^^^ no stage is called 'tool', so the image tool:latest is pulled; name a stage, or the image with its tag
)",
                                 .good = R"(
# docker build --build-context=tools=../tools .
# The packages come from a named context (--build-context rpms=docker-image://example/rpms).
FROM alpine:3.22
COPY --from=tools /bin /bin
COPY --from=rpms / /rpms/
)"}};

}

extern constinit const Check copy_from_undefined_stage = {
    .id = "copy-from-undefined-stage",
    .title = "COPY --from names no earlier stage.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A name that belongs to no stage is taken for an image and pulled from Docker Hub, so a spelling mistake copies files from a stranger's image. "
           "A number without a stage, a variable or a name that no image can have fails the build. "
           "Names given with docker build --build-context belong into the option build_contexts; one that a comment of the file gives so is known.",
    .aliases = {"hadolint:DL3022", "kics:68a51e22-ae5a-4d48-8e87-b01a323605c9"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::copy, run),
};

}
