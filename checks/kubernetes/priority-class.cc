#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/glob.h"

#include <algorithm>

// The priority class of pods.

namespace plimsoll::checks::priority_class {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;

static void run_missing(const Cluster& cluster, Reporter& report) {
    for (const Object* priority : cluster.of_kind("PriorityClass"))
        if ((*priority)["globalDefault"].is_true()) return;
    for (const Object* workload : cluster.workloads()) {
        if (workload->is_fragment()) continue;
        for (const Pod& pod : workload->pods()) {
            const Node name = pod.spec["priorityClassName"];
            if (pod.partial || (name.is_set() && !(name.text() && name.scalar().empty()))) continue;
            report
                .at(*workload, pod.holder("priorityClassName"),
                    "no priorityClassName: the pod is evicted like any other when the cluster is full; name a class")
                .field(pod.spec.path(workload->node()) + ".priorityClassName");
        }
    }
}

static void run_allowed(const Pod& pod, Reporter& report) {
    const std::vector<std::string>& accepted = report.list("accepted");
    const Node name = pod.spec["priorityClassName"];
    if (accepted.empty() || !name.text() || name.is_placeholder() || name.scalar().empty()) return;
    if (std::find(accepted.begin(), accepted.end(), name.scalar()) == accepted.end())
        report.at(name, quote(name.scalar()) + " is not among the accepted priority classes");
}

static bool is_exempt(std::string_view name_space, Reporter& report) {
    for (const std::string& pattern : report.list("exempt_namespaces"))
        if (Glob(pattern).matches(name_space)) return true;
    return false;
}

static void run_system(const Pod& pod, Reporter& report) {
    const Node name = pod.spec["priorityClassName"];
    const std::string_view text = name.text_or_empty();
    if (text != "system-cluster-critical" && text != "system-node-critical") return;
    // Where it goes is not known without a namespace; agents that every node needs are what the classes are for.
    const auto name_space = pod.object->declared_namespace();
    if (!name_space || is_exempt(*name_space, report) || pod.object->is("DaemonSet")) return;
    report.at(name, quote(text) + " is for parts of the cluster: these pods may push out the others; use a class of your own");
}

static constexpr Option allowed_options[] = {
    {.name = "accepted", .what = "Priority classes that may be used; none: nothing is reported."},
};

static constexpr Option system_options[] = {
    {.name = "exempt_namespaces",
     .value = "default kube-* *-system openshift-* cattle-* cert-manager istio-* cilium* calico-* tigera-*",
     .what = "Namespaces of cluster components, and default, which rendered charts name when nobody chose one; a star stands for anything."},
};

static constexpr Example missing_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ no priorityClassName: the pod is evicted like any other when the cluster is full; name a class
      containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                                .good = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: normal}
value: 1000
globalDefault: true
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                                .path = "app.yaml"}};

static constexpr Example allowed_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  priorityClassName: highest
                     ^^^^^^^ 'highest' is not among the accepted priority classes
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                                .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  priorityClassName: normal
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                                .config = "checks:\n  priority-class-not-allowed:\n    accepted: [normal, batch]\n",
                                                .path = "app.yaml"}};

static constexpr Example system_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      priorityClassName: system-cluster-critical
                         ^^^^^^^^^^^^^^^^^^^^^^^ 'system-cluster-critical' is for parts of the cluster: these pods may push out the others; use a class of your own
      containers: [{name: shop, image: "example.org/shop:1.0"}]
)",
                                               .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {app: coredns}}
  template:
    metadata: {labels: {app: coredns}}
    spec:
      priorityClassName: system-cluster-critical
      containers: [{name: coredns, image: "example.org/coredns:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: shop}
spec:
  priorityClassName: shop
  containers: [{name: shop, image: "example.org/shop:1.0"}]
)",
                                               .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "priority-class-missing",
     .title = "No priority class is set.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "When nodes are full, pods with a lower priority make room for others. Without a class all pods are equal, the important ones included.",
     .aliases = {"polaris:priorityClassNotSet", "kyverno:require-pod-priorityclassname"},
     .examples = missing_examples,
     .run = on_cluster(run_missing)},
    {.id = "priority-class-not-allowed",
     .title = "Priority class is not an accepted one.",
     .category = Category::compliance,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "A class with a high value lets its pods push out all others. A list of accepted classes keeps that decision with those who run the cluster.",
     .aliases = {"kube-linter:priority-class-name", "kyverno:allowed-pod-priorities"},
     .options = allowed_options,
     .examples = allowed_examples,
     .run = on_pods(run_allowed)},
    {.id = "priority-class-system",
     .title = "Application uses a system priority class.",
     .category = Category::security,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The two system classes rank above everything else, so that the cluster keeps its DNS and its network. An application with such a class pushes out "
            "other pods "
            "and competes with the parts it depends on.",
     .options = system_options,
     .examples = system_examples,
     .run = on_pods(run_system)},
};

extern constinit const std::span<const Check> priority_class = table;

}
