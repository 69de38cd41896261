#include <algorithm>

#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::syntax_directive_unpinned {

static bool official(const docker::Reference& image) {
    const std::string name = image.familiar();
    return name == "docker/dockerfile" || name == "docker/dockerfile-upstream";
}

// "labs", "1-labs", "master": channels that change without notice.
static bool experimental(std::string_view tag) {
    return tag == "labs" || tag == "master" || tag == "experimental" || tag.ends_with("-labs") || tag.ends_with("-experimental");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Directive* syntax = file.directive("syntax");
    if (!syntax) return;
    // What follows the image are arguments of the frontend.
    const Text value = syntax->value.sub(0, syntax->value.value.find_first_of(" \t"));
    const std::optional<docker::Reference> image = docker::parse_reference(value.value);
    if (!image || image->has_digest() || listed(report.list("allow_frontends"), *image)) return;
    const Span tag = value.place(image->tag.begin, image->tag.end), name = value.place(0, image->name_end());
    auto at = [&](Span place, std::string message) { report.at(place, std::move(message)).anchor(syntax->span.begin); };
    if (!official(*image))
        at(name, "frontend " + quote(bare_name(*image)) + " is not Docker's own; pin it by digest or use docker/dockerfile:1");
    else if (!image->has_tag())
        at(name, "the frontend has no version; write docker/dockerfile:1");
    else if (image->tag_value() == "latest" || experimental(image->tag_value()))
        at(tag, "frontend channel " + quote(image->tag_value()) + " changes without notice; use docker/dockerfile:1");
}

static constexpr Option options[] = {
    {.name = "allow_frontends", .value = {}, .what = "Frontend images that may be used without a digest; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(# syntax=docker/dockerfile:1-labs
                           ^^^^^^ frontend channel '1-labs' changes without notice; use docker/dockerfile:1
FROM alpine:3.22
)",
                                        .good = R"(# syntax=docker/dockerfile:1.7
FROM alpine:3.22
)"},
                                       {.bad = R"(# syntax=docker/dockerfile
         ^^^^^^^^^^^^^^^^^ the frontend has no version; write docker/dockerfile:1
FROM alpine:3.22
)",
                                        .good = R"(# syntax=docker/dockerfile:1@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
FROM alpine:3.22
)"},
                                       {.bad = R"(# syntax=example.org/frontend:3
         ^^^^^^^^^^^^^^^^^^^^ frontend 'example.org/frontend' is not Docker's own; pin it by digest or use docker/dockerfile:1
FROM alpine:3.22
)",
                                        .good = R"(# syntax=example.org/own/frontend:3
FROM alpine:3.22
)",
                                        .config = "checks:\n  syntax-directive-unpinned:\n    allow_frontends: [example.org/own/*]\n"}};

extern constinit const Check syntax_directive_unpinned = {
    .id = "syntax-directive-unpinned",
    .title = "Frontend syntax directive is mutable or third party.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The image named there is pulled and run to read the Dockerfile: it decides what is built. "
           "An experimental channel or somebody else's image can change that from one day to the next.",
    .standards = {"NIST-800-190-4.1.5"},
    .options = options,
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
