#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "checks/dockerfile/images.h"

namespace plimsoll::checks::workload_image_latest_tag {

// Most references end in a tag that says something; they are told without being taken apart.
static bool plainly_tagged(std::string_view text, const std::vector<std::string>& floating) {
    if (text.find('@') != std::string_view::npos) return true;
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find('/', colon) != std::string_view::npos) return false;
    const std::string_view tag = text.substr(colon + 1);
    return tag != "latest" && std::ranges::find(floating, tag) == floating.end();
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const yaml::Node image = container.image_node();
    const std::vector<std::string>& floating = report.list("floating_tags");
    if (!image.is_set() || plainly_tagged(image.scalar(), floating)) return;
    const std::optional<docker::Reference> reference = container.image();
    if (!reference || listed(report.list("allow_images"), *reference)) return;
    const std::string name = quote(bare_name(*reference));
    if (reference->has_tag())
        report.at(container.image_part(reference->tag),
                  "tag " + quote(reference->tag_value()) + " is another image every few weeks; name a version of " + name);
    else
        report.at(container.image_part({0, reference->name_end()}), name + " without a tag means latest, another image every few weeks; name a version");
}

static constexpr Option options[] = {
    {.name = "allow_images", .value = {}, .what = "Images that may be used with a floating tag; a '*' at either end stands for anything."},
    {.name = "floating_tags", .value = {}, .what = "Further tags to treat like latest."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: migrate
    image: registry.example.org:5000/migrate
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'registry.example.org:5000/migrate' without a tag means latest, another image every few weeks; name a version
  containers:
  - name: web
    image: nginx:latest
                 ^^^^^^ tag 'latest' is another image every few weeks; name a version of 'nginx'
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: migrate
    image: registry.example.org:5000/migrate:${TAG}
  containers:
  - name: web
    image: nginx:1.29
  - name: pinned
    image: nginx:latest@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: clean, image: "example.org/clean:edge"}]}}}}
                                                                                                                    ^^^^ tag 'edge' is another image every few weeks; name a version of 'example.org/clean'
)",
                                        .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: clean, image: "example.org/own/clean"}]}}}}
)",
                                        .config = "checks:\n  workload-image-latest-tag:\n    floating_tags: [edge]\n    allow_images: [example.org/own/*]\n",
                                        .path = "app.yaml"}};

extern constinit const Check workload_image_latest_tag = {
    .id = "workload-image-latest-tag",
    .title = "Container image has no tag or the latest tag.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The tag moves with every release, so two pods of one Deployment may run different versions, and a rollback goes back to nothing. "
           "Which version ran when something broke cannot be told from the manifest.",
    .aliases = {"trivy:KSV-0013", "checkov:CKV_K8S_14", "kube-linter:latest-tag", "kube-score:container-image-tag", "polaris:tagNotSpecified",
                "kics:583053b7-e632-46f0-b989-f81ff8045385", "kubeaudit:ImageTagMissing", "kubeaudit:ImageTagIncorrect",
                "datree:CONTAINERS_MISSING_IMAGE_VALUE_VERSION", "terrascan:AC_K8S_0068", "sonar:S6596", "popeye:100", "popeye:101",
                "kyverno:disallow-latest-tag", "gatekeeper:disallowedtags", "rhcop:OCP_BESTPRACT-00003", "marvin:M-400"},
    .standards = {"CIS-Docker-5.28", "NSA-image-build", "NIST-800-190-4.2.2", "OWASP-K02"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
