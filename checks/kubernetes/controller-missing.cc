#include "analyzer/engine/kubernetes_check.h"

// Pods and replica sets that nobody manages.

namespace plimsoll::checks::controller_missing {

using kubernetes::Object;

static bool is_owned(const Object& object) { return !object.metadata()["ownerReferences"].empty(); }

// Made by a tool for one run, or by the kubelet from a file on its node.
static bool is_meant_bare(const Object& pod) {
    for (const yaml::Entry& entry : pod.annotations().entries()) {
        const std::string_view key = entry.key.scalar();
        if (key == "helm.sh/hook" || key == "argocd.argoproj.io/hook" || key == "kubernetes.io/config.mirror" || key == "kubernetes.io/config.source" ||
            key.starts_with("kubeadm.kubernetes.io/") || key == "scheduler.alpha.kubernetes.io/critical-pod")
            return true;
    }
    return pod.label("tier") == "control-plane";
}

static void run_pod(const Object& pod, Reporter& report) {
    if (pod.is_fragment() || is_owned(pod) || is_meant_bare(pod)) return;
    report.at(pod["kind"], "no controller owns this Pod, so it is gone when its node is; use a Deployment, or a Job for something that ends");
}

static void run_replica_set(const Object& object, Reporter& report) {
    if (object.is_fragment() || is_owned(object)) return;
    report.at(object["kind"], "use a Deployment: it makes the " + std::string(object.kind()) + " and updates its pods, which this does not");
}

static constexpr Example pod_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
      ^^^ no controller owns this Pod, so it is gone when its node is; use a Deployment, or a Job for something that ends
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web-test, annotations: {helm.sh/hook: test}}
spec:
  restartPolicy: Never
  containers: [{name: test, image: "example.org/test:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system, labels: {component: kube-apiserver, tier: control-plane}}
spec:
  containers: [{name: kube-apiserver, image: "example.org/kube-apiserver:1.37.0"}]
)",
                                            .path = "app.yaml"}};

static constexpr Example replica_set_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: ReplicaSet
      ^^^^^^^^^^ use a Deployment: it makes the ReplicaSet and updates its pods, which this does not
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
---
apiVersion: v1
kind: ReplicationController
      ^^^^^^^^^^^^^^^^^^^^^ use a Deployment: it makes the ReplicationController and updates its pods, which this does not
metadata: {name: old}
spec:
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: old, image: "example.org/old:1.0"}]}
)",
                                                    .good = R"(
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-5d9c
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: 5b8f8a6e-0001-4f6c-9a83-000000000001}]
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                    .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "naked-pod",
     .title = "Bare Pod without a controller.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "A Pod is bound to one node. When the node is drained or lost, nothing starts the Pod again, and most fields of it cannot be changed either.",
     .aliases = {"kubescape:C-0073", "datree:K8S_INCORRECT_KIND_VALUE_POD", "marvin:M-401", "popeye:208", "kyverno:prevent-bare-pods", "mondoo:no-owner"},
     .examples = pod_examples,
     .run = on_objects({"Pod"}, run_pod)},
    {.id = "replica-set-direct",
     .title = "ReplicaSet or ReplicationController written by hand.",
     .category = Category::deprecation,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = "A change of the template reaches new pods only, and there is no roll-out and no way back. A Deployment does both, with the same fields.",
     .examples = replica_set_examples,
     .run = on_objects({"ReplicaSet", "ReplicationController"}, run_replica_set)},
};

extern constinit const std::span<const Check> controller_missing = table;

}
