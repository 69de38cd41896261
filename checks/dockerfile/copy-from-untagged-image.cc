#include <algorithm>

#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::copy_from_untagged_image {

// A plain name may be meant for a stage, about which copy-from-undefined-stage has something to say, or for a build context.
// In a mount it is an image when everybody knows the image.
static bool like_a_stage(const ImageUse& use) {
    if (use.written.value.find_first_of(":/@") != std::string_view::npos) return false;
    constexpr std::string_view known[] = {"alpine", "bash",  "busybox", "composer", "curl",   "debian", "docker", "golang", "gradle",
                                          "maven",  "nginx", "node",    "php",      "python", "ruby",   "rust",   "ubuntu"};
    return use.instruction->keyword == docker::Keyword::copy || std::ranges::find(known, use.written.value) == std::end(known);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const ImageUse& use : copied_images(file)) {
        const docker::Reference& image = use.image;
        const bool latest = image.tag_value() == "latest";
        if (image.has_digest() || (image.has_tag() && !latest) || like_a_stage(use) || listed(report.list("allow_images"), image)) continue;
        Draft draft = latest ? report.at(use.place(image.tag), "tag 'latest' is another image every few weeks; name a version of " + quote(bare_name(image)))
                             : report.at(use.written, quote(image.text) + " has no tag, which means latest; name a version");
        // hadolint knows COPY --from without ':' only, and calls it an undefined stage.
        if (latest || use.instruction->keyword != docker::Keyword::copy) draft.only({});
    }
}

static constexpr Option options[] = {
    {.name = "allow_images", .value = {}, .what = "Images and build contexts that need no tag; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
COPY --from=ghcr.io/example/tool /tool /bin/
            ^^^^^^^^^^^^^^^^^^^^ 'ghcr.io/example/tool' has no tag, which means latest; name a version
COPY --from=composer:latest /usr/bin/composer /usr/bin/
                     ^^^^^^ tag 'latest' is another image every few weeks; name a version of 'composer'
RUN --mount=type=bind,from=busybox,target=/b true
                           ^^^^^^^ 'busybox' has no tag, which means latest; name a version
)",
                                        .good = R"(
FROM alpine:3.22 AS tools
FROM alpine:3.22
COPY --from=ghcr.io/example/tool:1.4 /tool /bin/
COPY --from=composer:2 /usr/bin/composer /usr/bin/
COPY --from=ghcr.io/example/tool@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c /tool /bin/
RUN --mount=type=bind,from=tools,target=/b --mount=type=bind,from=0,target=/c --mount=from=context-of-mine,target=/d true
)"},
                                       {.bad = R"(
FROM alpine:3.22
ONBUILD COPY --from=example/tool /tool /bin/
                    ^^^^^^^^^^^^ 'example/tool' has no tag, which means latest; name a version
)",
                                        .good = R"(
FROM alpine:3.22
COPY --from=internal/tool /tool /bin/
)",
                                        .config = "checks:\n  copy-from-untagged-image:\n    allow_images: [internal/*]\n"}};

extern constinit const Check copy_from_untagged_image = {
    .id = "copy-from-untagged-image",
    .title = "COPY --from or RUN --mount uses an unpinned image.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "What is copied out of an image is as much part of the result as the base image is. "
           "Without a version each build may take another one, and nothing in the file shows it.",
    .aliases = {"hadolint:DL3022"},
    .standards = {"NIST-800-190-4.1.5"},
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add, docker::Keyword::run}, run),
};

}
