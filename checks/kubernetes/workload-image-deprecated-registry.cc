#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::workload_image_deprecated_registry {

namespace {

struct Frozen {
    std::string_view prefix;
    Safety fix;   // what was copied to the successor: all of k8s.gcr.io, not all of the older names
};

constexpr Frozen registries[] = {
    {"k8s.gcr.io/", Safety::safe},
    {"gcr.io/google-containers/", Safety::unsafe},
    {"gcr.io/google_containers/", Safety::unsafe},
};

}

static void run(const kubernetes::Container& container, Reporter& report) {
    const yaml::Node image = container.image_node();
    const std::string_view text = image.text_or_empty();
    for (const Frozen& old : registries) {
        if (!text.starts_with(old.prefix)) continue;
        const std::string_view name = old.prefix.substr(0, old.prefix.size() - 1);
        report.at(image.place(0, name.size()), quote(name) + " is frozen and gets no new images; use registry.k8s.io")
            .fix("Take the image from registry.k8s.io", old.fix,
                 yaml::replace_scalar(container.pod->object->manifest().source(), image, "registry.k8s.io/" + std::string(text.substr(old.prefix.size()))));
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: wait
    image: gcr.io/google_containers/busybox:1.24
           ^^^^^^^^^^^^^^^^^^^^^^^^ 'gcr.io/google_containers' is frozen and gets no new images; use registry.k8s.io
  containers:
  - name: dns
    image: "k8s.gcr.io/dns/k8s-dns-node-cache:1.22.28"  # as on the nodes
            ^^^^^^^^^^ 'k8s.gcr.io' is frozen and gets no new images; use registry.k8s.io
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: wait
    image: registry.k8s.io/busybox:1.24
  containers:
  - name: dns
    image: "registry.k8s.io/dns/k8s-dns-node-cache:1.22.28"  # as on the nodes
)",
                                        .path = "app.yaml"}};

extern constinit const Check workload_image_deprecated_registry = {
    .id = "workload-image-deprecated-registry",
    .title = "Image is pulled from a frozen Kubernetes registry.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The Kubernetes project has pushed nothing to this registry since April 2023: no fixes arrive, and the project has said that it will go away. "
           "registry.k8s.io serves the same images.",
    .aliases = {"kubescape:C-0253", "marvin:M-409", "kyverno:restrict-deprecated-registry"},
    .examples = examples,
    .run = on_containers(run),
};

}
