#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::node_name_pinned {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node node = pod["nodeName"];
    if (node.text_or_empty().empty()) return;
    // A pod as kubectl get -o yaml prints it: the scheduler has written the name.
    if (pod.object->node().has("status") || pod.object->metadata().has("uid") || pod.object->metadata().has("ownerReferences")) return;
    report.at(node, "nodeName " + quote(node.scalar()) + " goes past the scheduler; use nodeSelector or nodeAffinity");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeName: worker-3
            ^^^^^^^^ nodeName 'worker-3' goes past the scheduler; use nodeSelector or nodeAffinity
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector: {kubernetes.io/hostname: worker-3}
  containers: [{name: web, image: "example.org/web:1.4"}]
---
apiVersion: v1
kind: Pod
metadata: {name: web-7d9f, uid: 1f0c7c0e-0000-4000-8000-000000000000}
spec:
  nodeName: worker-3
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check node_name_pinned = {
    .id = "node-name-pinned",
    .title = "spec.nodeName bypasses the scheduler.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Nobody asks then whether the node has room, is cordoned or carries a taint, and when the node goes the pod stays gone. "
           "A node selector or affinity says the same and lets the scheduler do its work.",
    .aliases = {"kyverno:restrict-node-selection"},
    .examples = examples,
    .run = on_pods(run),
};

}
