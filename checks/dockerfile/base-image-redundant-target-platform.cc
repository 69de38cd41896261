#include "analyzer/engine/check.h"

namespace plimsoll::checks::base_image_redundant_target_platform {

// The flag and the blanks after it on its line.
static Span removable(const docker::Dockerfile& file, const docker::Flag& flag) {
    const std::string_view text = file.source().text();
    std::uint32_t end = flag.whole.span.end;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    return {flag.whole.span.begin, end};
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        const docker::Flag* platform = stage.from->flag("platform");
        if (!platform || !(platform->value == "$TARGETPLATFORM" || platform->value == "${TARGETPLATFORM}")) continue;
        // A default of its own makes the variable something else.
        if (file.lookup("TARGETPLATFORM", *stage.from).set_by) continue;
        report.at(platform->whole, "leave " + quote(platform->whole.value) + " out: the target platform is the default")
            .fix("Remove the flag", Safety::safe, {removable(file, *platform), ""});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM --platform=$TARGETPLATFORM alpine:3.22 AS base
     ^^^^^^^^^^^^^^^^^^^^^^^^^^ leave '--platform=$TARGETPLATFORM' out: the target platform is the default
FROM --platform=${TARGETPLATFORM} alpine:3.22
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ leave '--platform=${TARGETPLATFORM}' out: the target platform is the default
)",
                                        .good = R"(
FROM alpine:3.22 AS base
FROM alpine:3.22
)"},
                                       {.bad = R"(
FROM \
    --platform=$TARGETPLATFORM \
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ leave '--platform=$TARGETPLATFORM' out: the target platform is the default
    alpine:3.22
)",
                                        .good = R"(
FROM --platform=$BUILDPLATFORM alpine:3.22
)",
                                        .fixed = false}};

extern constinit const Check base_image_redundant_target_platform = {
    .id = "base-image-redundant-target-platform",
    .title = "FROM --platform=$TARGETPLATFORM repeats the default.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The builder takes the image of the target platform anyway. The flag makes readers look for a difference that is not there.",
    .aliases = {"hadolint:DL3065", "buildkit:RedundantTargetPlatform"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
