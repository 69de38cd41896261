#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::base_image_untagged {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const ImageUse& use : base_images(file)) {
        if (use.image.has_tag() || use.image.has_digest() || listed(report.list("allow_images"), use.image)) continue;
        use.explain(file, report.at(use.written, quote(use.image.text) + " has no tag, which means latest; name a version"));
    }
}

static constexpr Option options[] = {
    {.name = "allow_images", .value = {}, .what = "Images that need no tag; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine
     ^^^^^^ 'alpine' has no tag, which means latest; name a version
)",
                                        .good = R"(
FROM alpine:3.22 AS alpine
FROM Alpine
FROM scratch
)"},
                                       {.bad = R"(
FROM registry.example.org:5000/team/base
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'registry.example.org:5000/team/base' has no tag, which means latest; name a version
)",
                                        .good = R"(
FROM registry.example.org:5000/team/base:7
)"},
                                       {.bad = R"(
ARG BASE=debian
FROM ${BASE}
     ^^^^^^^ 'debian' has no tag, which means latest; name a version
)",
                                        .good = R"(
ARG BASE=debian:13
ARG VERSION
FROM ${BASE}
FROM debian:${VERSION}
FROM $VERSION
)"},
                                       {.bad = R"(
FROM debian
     ^^^^^^ 'debian' has no tag, which means latest; name a version
)",
                                        .good = R"(
FROM base
)",
                                        .config = "checks:\n  base-image-untagged:\n    allow_images: [base]\n"}};

extern constinit const Check base_image_untagged = {
    .id = "base-image-untagged",
    .title = "Base image has neither a tag nor a digest.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Without a tag the builder takes whatever is called latest that day, so builds cannot be repeated and a new major release arrives unasked. "
           "A version says what the rest of the file was written for.",
    .aliases = {"hadolint:DL3006", "trivy:DS-0001", "checkov:CKV_DOCKER_7", "kics:9efb0b2d-89c9-41a3-91ca-dcc0aec911fd", "semgrep:missing-image-version",
                "dockerfilelint:missing_tag", "dockerfile-lint:no_tag", "sonar:S6596", "mondoo:from-tag-specified"},
    .standards = {"CIS-Docker-4.2", "NIST-800-190-4.1.5"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
