#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::image_pull_policy {

using kubernetes::Container;

namespace {

// What the tag of an image says about whether it may change.
enum class Tag : unsigned char { unknown, latest, fixed, digest };

}

static Tag tag_of(const Container& container, const std::vector<std::string>& floating) {
    const std::string_view text = container.image_node().scalar();
    if (text.find('@') != std::string_view::npos) return Tag::digest;
    const std::optional<docker::Reference> image = container.image();
    if (!image) return Tag::unknown;
    const std::string_view tag = image->tag_value();
    return tag.empty() || tag == "latest" || std::ranges::find(floating, tag) != floating.end() ? Tag::latest : Tag::fixed;
}

// The policy as written; empty when the API server chooses one.
static std::string_view policy_of(const Container& container) { return container["imagePullPolicy"].text_or_empty(); }

static void run_not_always(const Container& container, Reporter& report) {
    const yaml::Node policy = container["imagePullPolicy"];
    const std::string_view value = policy_of(container);
    if (value == "Always" || (policy.is_set() && !policy.text())) return;
    const Tag tag = tag_of(container, {});
    const Source& source = container.pod->object->manifest().source();
    if (!value.empty() && tag != Tag::digest)
        report.at(policy, "policy " + quote(value) + " starts whatever the node has under this name; set imagePullPolicy to Always")
            .fix("Set imagePullPolicy to Always", Safety::unsafe, yaml::replace_scalar(source, policy, "Always"));
    else if (value.empty() && tag == Tag::fixed && !container.pod->partial)
        report.missing(container, "imagePullPolicy", "without imagePullPolicy the node starts whatever it has under this name; set it to Always")
            .fix("Set imagePullPolicy to Always", Safety::unsafe, yaml::set_key(source, container.node, "imagePullPolicy", "Always"));
}

static void run_mutable(const Container& container, Reporter& report) {
    const std::string_view value = policy_of(container);
    if ((value != "IfNotPresent" && value != "Never") || tag_of(container, report.list("floating_tags")) != Tag::latest) return;
    const yaml::Node policy = container["imagePullPolicy"];
    Draft draft = report.at(policy, "with " + quote(value) + " each node keeps the version of " + quote(container.image_node().scalar()) +
                                        " that it got first; name a version or use Always");
    if (value == "IfNotPresent") draft.fix("Use Always", Safety::unsafe, yaml::replace_scalar(container.pod->object->manifest().source(), policy, "Always"));
}

static void run_never(const Container& container, Reporter& report) {
    if (policy_of(container) == "Never")
        report.at(container["imagePullPolicy"], "the pod starts only on nodes that somebody has put the image on; use IfNotPresent or Always");
}

static constexpr Option mutable_options[] = {{.name = "floating_tags", .value = {}, .what = "Further tags to treat like latest."}};

static constexpr Example not_always_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    imagePullPolicy: IfNotPresent
                     ^^^^^^^^^^^^ policy 'IfNotPresent' starts whatever the node has under this name; set imagePullPolicy to Always
)",
                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    imagePullPolicy: Always
)",
                                                   .path = "app.yaml"},
                                                  {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
          ^^^ without imagePullPolicy the node starts whatever it has under this name; set it to Always
    image: example.org/web:1.4
)",
                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: untagged
    image: example.org/web
  - name: exact
    image: example.org/web@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c
    imagePullPolicy: IfNotPresent
  - name: latest
    image: example.org/web:latest
    imagePullPolicy: ""
)",
                                                   .path = "app.yaml",
                                                   .fixed = false}};

static constexpr Example mutable_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:latest
    imagePullPolicy: IfNotPresent
                     ^^^^^^^^^^^^ with 'IfNotPresent' each node keeps the version of 'example.org/web:latest' that it got first; name a version or use Always
)",
                                                .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:latest
    imagePullPolicy: Always
)",
                                                .path = "app.yaml"}};

static constexpr Example never_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    imagePullPolicy: Never
                     ^^^^^ the pod starts only on nodes that somebody has put the image on; use IfNotPresent or Always
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    imagePullPolicy: IfNotPresent
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "image-pull-policy-mutable-tag",
     .title = "Mutable tag with a pull policy that may keep an old image.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .fix = Safety::unsafe,
     .why = "The tag moves, the node does not look: pods of one workload run different versions, depending on when their node first pulled the image.",
     .aliases = {"kubescape:C-0075", "mondoo:imagepull"},
     .options = mutable_options,
     .examples = mutable_examples,
     .run = on_containers(run_mutable)},
    {.id = "image-pull-policy-never",
     .title = "imagePullPolicy Never.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The kubelet then never asks a registry. It works on a test cluster whose only node was loaded by hand and fails with ErrImageNeverPull everywhere "
            "else.",
     .aliases = {"kube-linter:template:image-pull-policy"},
     .examples = never_examples,
     .run = on_containers(run_never)},
    {.id = "image-pull-policy-not-always",
     .title = "imagePullPolicy is not Always.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why =
         "With Always the kubelet asks the registry at every start, so a tag that was pushed again reaches every node, and a pod without the credentials of a "
         "private image cannot start it from the cache of the node. A digest names one image and needs no policy.",
     .aliases = {"checkov:CKV_K8S_15", "kube-linter:template:image-pull-policy", "kube-score:container-image-pull-policy", "polaris:pullPolicyNotAlways",
                 "kics:caa3479d-885d-4882-9aac-95e5e78ef5c2", "kyverno:imagepullpolicy-always", "kyverno:always-pull-images", "mondoo:imagepull"},
     .examples = not_always_examples,
     .run = on_containers(run_not_always)},
};

extern constinit const std::span<const Check> image_pull_policy = table;

}
