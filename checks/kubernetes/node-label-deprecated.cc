#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::node_label_deprecated {

using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;

namespace {

struct Label {
    std::string_view old, now;
};

}

static constexpr Label labels[] = {
    {"beta.kubernetes.io/os", "kubernetes.io/os"},
    {"beta.kubernetes.io/arch", "kubernetes.io/arch"},
    {"beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"},
    {"failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"},
    {"failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"},
    {"node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"},
};

static const Label* deprecated(std::string_view key) {
    for (const Label& label : labels)
        if (key == label.old) return &label;
    return nullptr;
}

static Draft report_label(Node at, const Label& label, Reporter& report) {
    return report.at(at, quote(label.old) + " is an old name that newer nodes need not have; use " + std::string(label.now));
}

// A value that names a label: an expression's key, a toleration's key, a topologyKey.
static void judge_value(const Object& object, Node key, Reporter& report) {
    if (const Label* label = deprecated(key.text_or_empty()))
        report_label(key, *label, report).fix("Use the new name", Safety::safe, yaml::replace_scalar(object.manifest().source(), key, label->now));
}

// Terms are alternatives: one for old nodes beside one for new ones is meant.
static bool mentions(Node terms, std::string_view label) {
    for (Node term : terms.items())
        for (Node expression : (term.has("preference") ? term["preference"] : term)["matchExpressions"].items())
            if (expression["key"].text_or_empty() == label) return true;
    return false;
}

// Longer lists are not written by people, and comparing each entry with each would take long.
static constexpr std::size_t most_entries = 500;

static void judge_terms(const Object& object, Node terms, Reporter& report) {
    if (terms.size() > most_entries) return;
    for (Node term : terms.items())
        for (Node expression : (term.has("preference") ? term["preference"] : term)["matchExpressions"].items()) {
            const Label* label = deprecated(expression["key"].text_or_empty());
            if (label && !mentions(terms, label->now)) judge_value(object, expression["key"], report);
        }
}

static void judge_tolerations(const Object& object, Node tolerations, Reporter& report) {
    if (tolerations.size() > most_entries) return;
    for (Node toleration : tolerations.items()) {
        const Label* label = deprecated(toleration["key"].text_or_empty());
        if (!label) continue;
        bool both = false;
        for (Node other : tolerations.items()) both = both || other["key"].text_or_empty() == label->now;
        if (!both) judge_value(object, toleration["key"], report);
    }
}

static void run_pod(const Pod& pod, Reporter& report) {
    const Object& object = *pod.object;
    const Node selector = pod.spec["nodeSelector"];
    for (const yaml::Entry& entry : selector.entries())
        if (const Label* label = deprecated(entry.key.scalar())) {
            Draft draft = report_label(entry.key, *label, report);
            if (!selector.has(label->now)) draft.fix("Use the new name", Safety::safe, yaml::rename_key(object.manifest().source(), entry.value, label->now));
        }
    judge_tolerations(object, pod.spec["tolerations"], report);
    for (Node constraint : pod.spec["topologySpreadConstraints"].items()) judge_value(object, constraint["topologyKey"], report);
    const Node affinity = pod.spec["affinity"];
    if (!affinity.is_mapping()) return;
    judge_terms(object, affinity.at("nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"), report);
    judge_terms(object, affinity.at("nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution"), report);
    for (std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
        for (Node term : affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"].items()) judge_value(object, term["topologyKey"], report);
        for (Node term : affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"].items())
            judge_value(object, term["podAffinityTerm"]["topologyKey"], report);
    }
}

static void run_class(const Object& object, Reporter& report) {
    for (Node topology : object["allowedTopologies"].items())
        for (Node expression : topology["matchLabelExpressions"].items()) judge_value(object, expression["key"], report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector:
    beta.kubernetes.io/os: linux
    ^^^^^^^^^^^^^^^^^^^^^ 'beta.kubernetes.io/os' is an old name that newer nodes need not have; use kubernetes.io/os
  tolerations:
  - key: node-role.kubernetes.io/master
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'node-role.kubernetes.io/master' is an old name that newer nodes need not have; use node-role.kubernetes.io/control-plane
    effect: NoSchedule
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: failure-domain.beta.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'failure-domain.beta.kubernetes.io/zone' is an old name that newer nodes need not have; use topology.kubernetes.io/zone
  containers: [{name: web, image: "example.org/web:1.0"}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: zonal}
provisioner: ebs.csi.aws.com
allowedTopologies:
- matchLabelExpressions: [{key: failure-domain.beta.kubernetes.io/region, values: [eu-1]}]
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'failure-domain.beta.kubernetes.io/region' is an old name that newer nodes need not have; use topology.kubernetes.io/region
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector:
    kubernetes.io/os: linux
  tolerations:
  - key: node-role.kubernetes.io/control-plane
    effect: NoSchedule
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}}
  containers: [{name: web, image: "example.org/web:1.0"}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: zonal}
provisioner: ebs.csi.aws.com
allowedTopologies:
- matchLabelExpressions: [{key: topology.kubernetes.io/region, values: [eu-1]}]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector:
    kubernetes.io/arch: amd64
    beta.kubernetes.io/arch: amd64
    ^^^^^^^^^^^^^^^^^^^^^^^ 'beta.kubernetes.io/arch' is an old name that newer nodes need not have; use kubernetes.io/arch
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - {key: node-role.kubernetes.io/master, effect: NoSchedule}
  - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: beta.kubernetes.io/arch, operator: In, values: [amd64]}]
        - matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64]}]
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check node_label_deprecated = {
    .id = "node-label-deprecated",
    .title = "Deprecated node label in a selector or topology key.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The beta labels have had successors since Kubernetes 1.14 and 1.17, and the label and taint for masters went away with 1.24 and 1.25. On nodes "
           "that no longer "
           "carry the old name the pod stays pending, or is spread over nothing.",
    .examples = examples,
    .run = on_pods(run_pod) | on_objects({"StorageClass"}, run_class),
};

}
