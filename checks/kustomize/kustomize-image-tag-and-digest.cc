#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_image_tag_and_digest {

namespace {

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    for (yaml::Node image : root["images"].items()) {
        const yaml::Node tag = image["newTag"], digest = image["digest"];
        if (tag.is_placeholder() || tag.scalar().empty()) continue;
        if (digest.is_set() && !digest.scalar().empty())
            report.at(tag, "the digest decides which image runs, whatever tag stands beside it; remove one of them").related(digest.span(), "the digest");
        else if (tag.scalar() == "latest")
            report.at(tag, "'latest' is whatever was pushed last: two pods may run different images; name a version or a digest");
    }
}

constexpr Example examples[] = {{.bad = R"(
images:
- name: registry.example/shop
  newTag: "1.4"
          ^^^^^ the digest decides which image runs, whatever tag stands beside it; remove one of them
  digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
- name: registry.example/cart
  newTag: latest
          ^^^^^^ 'latest' is whatever was pushed last: two pods may run different images; name a version or a digest
)",
                                 .good = R"(
images:
- name: registry.example/shop
  newTag: "1.4"
- name: registry.example/cart
  digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
)",
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_image_tag_and_digest = {
    .id = "kustomize-image-tag-and-digest",
    .title = "images entry sets newTag and digest, or latest.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A tag beside a digest misleads whoever reads it, and a tag that moves makes the build mean something else tomorrow.",
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
