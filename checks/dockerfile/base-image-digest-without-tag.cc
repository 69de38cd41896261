#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::base_image_digest_without_tag {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const ImageUse& use : base_images(file))
        if (use.image.has_digest() && !use.image.has_tag())
            use.explain(
                file, report.at(use.place({0, use.image.name_end()}), "write the tag that the digest belongs to, " + bare_name(use.image) + ":TAG@sha256:..."));
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
     ^^^^^^ write the tag that the digest belongs to, alpine:TAG@sha256:...
)",
                                        .good = R"(
FROM alpine:3.22@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
FROM alpine:3.22
)"}};

extern constinit const Check base_image_digest_without_tag = {
    .id = "base-image-digest-without-tag",
    .title = "Base image pinned by digest only, no readable tag.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Nobody can read a version off a digest, and update bots do not know which line of tags to follow. "
           "With both the builder goes by the digest and the tag tells what it is.",
    .aliases = {"sonar:S6497"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
