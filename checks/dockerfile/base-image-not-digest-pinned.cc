#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::base_image_not_digest_pinned {

static void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& exempt = report.list("exempt_registries");
    for (const ImageUse& use : base_images(file)) {
        if (use.image.has_digest()) continue;
        const std::string registry = use.image.registry();
        bool own = false;
        for (const std::string& pattern : exempt) own = own || wildcard(pattern, registry);
        if (!own) use.explain(file, report.at(use.written, "pin " + quote(use.image.text) + " by digest: " + use.image.text + "@sha256:..."));
    }
}

static constexpr Option options[] = {
    {.name = "exempt_registries", .value = {}, .what = "Registries whose images need no digest; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
     ^^^^^^^^^^^ pin 'alpine:3.22' by digest: alpine:3.22@sha256:...
)",
                                        .good = R"(
FROM alpine:3.22@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c AS base
FROM base
FROM scratch
)"},
                                       {.bad = R"(
FROM docker.io/library/alpine:3.22
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pin 'docker.io/library/alpine:3.22' by digest: docker.io/library/alpine:3.22@sha256:...
)",
                                        .good = R"(
FROM registry.example.org/base:4
)",
                                        .config = "checks:\n  base-image-not-digest-pinned:\n    exempt_registries: [\"*.example.org\"]\n"}};

extern constinit const Check base_image_not_digest_pinned = {
    .id = "base-image-not-digest-pinned",
    .title = "Base image is not pinned by digest.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Any tag can be pushed again, by its owner or by whoever gets hold of the owner's account. "
           "A digest names exactly one image, so two builds start from the same bytes.",
    .aliases = {"semgrep:dockerfile-source-not-pinned", "sonar:S7023"},
    .standards = {"CIS-Docker-4.12", "NIST-800-190-4.1.5", "SLSA"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
