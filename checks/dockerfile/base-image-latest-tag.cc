#include <algorithm>

#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::base_image_latest_tag {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& floating = report.list("floating_tags");
    for (const ImageUse& use : base_images(file)) {
        const std::string_view tag = use.image.tag_value();
        if (!use.image.has_tag() || use.image.has_digest()) continue;
        if (tag != "latest" && std::ranges::find(floating, tag) == floating.end()) continue;
        if (listed(report.list("allow_images"), use.image)) continue;
        use.explain(file, report.at(use.place(use.image.tag),
                                    "tag " + quote(tag) + " is another image every few weeks; name a version of " + quote(bare_name(use.image))));
    }
}

static constexpr Option options[] = {
    {.name = "allow_images", .value = {}, .what = "Images that may be used with a floating tag; a '*' at either end stands for anything."},
    {.name = "floating_tags", .value = {}, .what = "Further tags to treat like latest."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:latest
            ^^^^^^ tag 'latest' is another image every few weeks; name a version of 'alpine'
)",
                                        .good = R"(
FROM alpine:3.22
FROM alpine:3.22 AS latest
FROM latest
FROM alpine:latest@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
)"},
                                       {.bad = R"(
ARG TAG=latest
FROM ghcr.io/example/base:${TAG}
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ tag 'latest' is another image every few weeks; name a version of 'ghcr.io/example/base'
)",
                                        .good = R"(
ARG TAG=2.1
ARG OTHER
FROM ghcr.io/example/base:${TAG}
FROM ghcr.io/example/base:${OTHER}
)"},
                                       {.bad = R"(
FROM alpine:edge
            ^^^^ tag 'edge' is another image every few weeks; name a version of 'alpine'
)",
                                        .good = R"(
FROM ghcr.io/example/base:latest
)",
                                        .config = "checks:\n  base-image-latest-tag:\n    floating_tags: [edge]\n    allow_images: [ghcr.io/example/*]\n"}};

extern constinit const Check base_image_latest_tag = {
    .id = "base-image-latest-tag",
    .title = "Base image uses the mutable latest tag.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The tag moves with every release, so the same Dockerfile gives another image tomorrow, and nobody can tell afterwards which version was in use. "
           "A machine that has the image already may go on with an old one for months.",
    .aliases = {"hadolint:DL3007", "trivy:DS-0001", "checkov:CKV_DOCKER_7", "kics:f45ea400-6bbe-4501-9fc7-1c3d75c32067", "semgrep:avoid-latest-version",
                "dockle:DKL-DI-0006", "dockerfilelint:latest_tag", "dockerfile-lint:is_latest_tag", "terrascan:AC_DOCKER_0041", "sonar:S6596",
                "mondoo:no-latest-tag"},
    .standards = {"CIS-Docker-4.2", "NIST-800-190-4.1.5", "NSA-image-build"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
