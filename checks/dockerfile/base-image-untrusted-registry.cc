#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "images.h"

namespace plimsoll::checks::base_image_untrusted_registry {

// Patterns name a registry ("ghcr.io", "*.example.org") or go on with a path ("docker.io/library/*").
static bool trusted(const std::vector<std::string>& patterns, const docker::Reference& image) {
    const std::string registry = image.registry(), whole = registry + '/' + image.repository();
    for (const std::string& pattern : patterns) {
        if (wildcard(pattern, registry) || wildcard(pattern, whole)) return true;
        if (registry == "docker.io" && (wildcard(pattern, "hub.docker.com") || wildcard(pattern, "index.docker.io"))) return true;
    }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<std::string> patterns = report.list("trusted_registries");
    const std::vector<std::string>& global = report.settings().trusted_registries;
    patterns.insert(patterns.end(), global.begin(), global.end());
    if (patterns.empty()) return;
    auto judge = [&](const ImageUse& use) {
        if (trusted(patterns, use.image)) return;
        const bool named = !use.image.domain.empty();
        use.explain(file, report.at(use.place(named ? use.image.domain : docker::Reference::Part{0, use.image.name_end()}),
                                    "registry " + quote(use.image.registry()) + " is not among the trusted ones; take the image from one that is"));
    };
    for (const ImageUse& use : base_images(file)) judge(use);
    for (const ImageUse& use : copied_images(file)) judge(use);
}

static constexpr Option options[] = {
    {.name = "trusted_registries",
     .value = {},
     .what = "Registries that images may come from, besides the trusted-registries of the configuration; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS base
     ^^^^^^ registry 'docker.io' is not among the trusted ones; take the image from one that is
FROM base
COPY --from=ghcr.io/example/tool:1 /tool /tool
            ^^^^^^^ registry 'ghcr.io' is not among the trusted ones; take the image from one that is
RUN --mount=type=bind,from=busybox:1.37,target=/b true
                           ^^^^^^^ registry 'docker.io' is not among the trusted ones; take the image from one that is
)",
                                        .good = R"(
FROM registry.example.org/alpine:3.22 AS base
FROM scratch
COPY --from=base /tool /tool
COPY --from=0 /tool /tool
)",
                                        .config = "trusted-registries: [\"*.example.org\"]\n"},
                                       {.bad = R"(
FROM quay.io/example/alpine:3.22
     ^^^^^^^ registry 'quay.io' is not among the trusted ones; take the image from one that is
)",
                                        .good = R"(
FROM alpine:3.22
FROM ghcr.io/example/alpine:3.22
)",
                                        .config = "checks:\n  base-image-untrusted-registry:\n    trusted_registries: [docker.io/library/*, ghcr.io]\n"}};

extern constinit const Check base_image_untrusted_registry = {
    .id = "base-image-untrusted-registry",
    .title = "Image comes from a registry outside the allow list.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::strict,
    .why = "A project that lists the registries it trusts does so because images run with the rights of the build and end up in what is shipped. "
           "Every other registry is outside of its scans and its access rules.",
    .aliases = {"hadolint:DL3026", "dockerfile-lint:specified_registry", "dockerfile-lint:not_from_fedora"},
    .standards = {"CIS-Docker-4.2", "NIST-800-190-4.1.5", "OWASP-K02"},
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::from, docker::Keyword::copy, docker::Keyword::run}, run),
};

}
