#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::base_image_constant_platform {

// The stage's name says that the platform is meant: "build-arm64" on linux/arm64.
static bool named_after(std::string_view platform, const docker::Stage& stage) {
    for (std::size_t at = 0; at <= platform.size();) {
        const std::size_t end = std::min(platform.find('/', at), platform.size());
        const std::string_view part = platform.substr(at, end - at);
        if (!part.empty() && stage.key.find(part) != std::string::npos) return true;
        at = end + 1;
    }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        const docker::Flag* platform = stage.from->flag("platform");
        if (!platform || platform->value.empty() || platform->value.value.find('$') != std::string_view::npos) continue;
        if (named_after(platform->value.value, stage)) continue;
        report.at(platform->value, "every build gets " + quote(platform->value.value) + "; use $BUILDPLATFORM or $TARGETPLATFORM, or leave --platform out");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM --platform=linux/amd64 alpine:3.22
                ^^^^^^^^^^^ every build gets 'linux/amd64'; use $BUILDPLATFORM or $TARGETPLATFORM, or leave --platform out
)",
                                        .good = R"(
FROM alpine:3.22
)"},
                                       {.bad = R"(
FROM --platform=linux/arm64 golang:1.25 AS build
                ^^^^^^^^^^^ every build gets 'linux/arm64'; use $BUILDPLATFORM or $TARGETPLATFORM, or leave --platform out
)",
                                        .good = R"(
ARG BUILD_ON=linux/amd64
FROM --platform=$BUILDPLATFORM golang:1.25 AS build
FROM --platform=$BUILD_ON golang:1.25 AS tools
FROM --platform=linux/arm64 alpine:3.22 AS release-arm64
)"}};

extern constinit const Check base_image_constant_platform = {
    .id = "base-image-constant-platform",
    .title = "FROM --platform fixes one platform.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A build for several platforms then yields the same one under every name, without a word from the builder. "
           "On other machines the image runs under emulation or not at all. "
           "Who wants one platform can say so with docker build --platform.",
    .aliases = {"hadolint:DL3029", "buildkit:FromPlatformFlagConstDisallowed", "kics:b16e8501-ef3c-44e1-a543-a093238099c9", "semgrep:avoid-platform-with-from",
                "terrascan:AC_DOCKER_0001"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
