#include "analyzer/engine/kubernetes_check.h"
#include "checks/dockerfile/images.h"

namespace plimsoll::checks::workload_image_not_digest_pinned {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (container.image_node().scalar().find('@') != std::string_view::npos) return;
    const std::optional<docker::Reference> image = container.image();
    if (!image || image->has_digest() || listed(report.list("exempt_repositories"), *image)) return;
    report.at(container.image_node(), "pin " + quote(image->text) + " by digest: " + image->text + "@sha256:...");
}

static constexpr Option options[] = {
    {.name = "exempt_repositories", .value = {}, .what = "Images that need no digest, by name without tag; a '*' at either end stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29
           ^^^^^^^^^^ pin 'nginx:1.29' by digest: nginx:1.29@sha256:...
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
  - name: own
    image: registry.example.org/own/web:4
)",
                                        .config = "checks:\n  workload-image-not-digest-pinned:\n    exempt_repositories: [registry.example.org/*]\n",
                                        .path = "app.yaml"}};

extern constinit const Check workload_image_not_digest_pinned = {
    .id = "workload-image-not-digest-pinned",
    .title = "Container image is not pinned by digest.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Any tag can be pushed again, by its owner or by whoever gets hold of the owner's account. A digest names exactly one image, "
           "so every node runs the same bytes, and those that were tested.",
    .aliases = {"checkov:CKV_K8S_43", "kubescape:C-0306", "kics:7c81d34c-8e5a-402b-9798-9f442630e678", "datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST",
                "terrascan:AC_K8S_0069", "kyverno:require-image-checksum", "gatekeeper:imagedigests"},
    .standards = {"NIST-800-190-4.1.5", "OWASP-K02"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
