#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::affinity_self_contradiction {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::Selector;

constexpr std::string_view required = "requiredDuringSchedulingIgnoredDuringExecution";

bool lists(yaml::Node values, std::string_view value) {
    const auto items = values.items();
    return std::any_of(items.begin(), items.end(), [&](yaml::Node item) { return item.scalar() == value || item.is_placeholder(); });
}

// The expression cannot hold on a node with this label.
bool excludes(yaml::Node expression, std::string_view value) {
    const std::string_view how = expression["operator"].text_or_empty();
    const yaml::Node values = expression["values"];
    if (how == "In") return !values.empty() && !lists(values, value);
    if (how == "NotIn") {
        const auto items = values.items();
        return std::any_of(items.begin(), items.end(), [&](yaml::Node item) { return item.scalar() == value && !item.is_placeholder(); });
    }
    return how == "DoesNotExist";
}

// Neither expression is about another key, and no value satisfies both.
bool exclude_each_other(yaml::Node a, yaml::Node b) {
    if (a["key"].scalar() != b["key"].scalar() || a["operator"].text_or_empty() != "In" || a["values"].empty()) return false;
    const auto values = a["values"].items();
    return std::all_of(values.begin(), values.end(), [&](yaml::Node value) { return !value.is_placeholder() && excludes(b, value.scalar()); });
}

// The expression of a node selector term that cannot be met; empty when all can.
yaml::Node unmet(yaml::Node term, yaml::Node labels) {
    for (yaml::Node expression : term["matchExpressions"].items()) {
        const yaml::Node label = labels[expression["key"].scalar()];
        if (label.is_set() && !label.is_placeholder() && excludes(expression, label.scalar())) return expression;
        for (yaml::Node other : term["matchExpressions"].items())
            if (!(other == expression) && exclude_each_other(other, expression)) return expression;
    }
    return {};
}

void judge_node_affinity(const Pod& pod, Reporter& report) {
    const yaml::Node terms = pod.at("affinity.nodeAffinity")[required]["nodeSelectorTerms"];
    yaml::Node first;
    for (yaml::Node term : terms.items()) {
        const yaml::Node expression = unmet(term, pod["nodeSelector"]);
        if (!expression) return;   // the terms are alternatives
        if (!first) first = expression;
    }
    if (first)
        report.at(first, "no node can meet this together with the pod's other demands on " + quote(first["key"].scalar()) + ", so it is never scheduled");
}

bool same_place(yaml::Node a, yaml::Node b) {
    const bool plain = !a["namespaces"] && !b["namespaces"] && !a["namespaceSelector"] && !b["namespaceSelector"];
    return plain && a["topologyKey"].scalar() == b["topologyKey"].scalar() &&
           Selector::labels(a["labelSelector"]).same_as(Selector::labels(b["labelSelector"]));
}

void run(const Pod& pod, Reporter& report) {
    if (!pod["affinity"].is_mapping()) return;
    judge_node_affinity(pod, report);
    for (yaml::Node near : pod.at("affinity.podAffinity")[required].items())
        for (yaml::Node away : pod.at("affinity.podAntiAffinity")[required].items())
            if (near["labelSelector"].is_set() && same_place(near, away))
                report.at(away["labelSelector"], "podAffinity asks for the same pods in the same place, so the pod is never scheduled");
}

void missing_friends(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    for (const Object* object : cluster.workloads())
        for (const Pod& pod : object->pods())
            for (yaml::Node near : pod.at("affinity.podAffinity")[required].items()) {
                const Selector selector = Selector::labels(near["labelSelector"]);
                if (selector.absent() || selector.empty() || !selector.valid() || near["namespaces"].is_set() || near["namespaceSelector"].is_set() ||
                    !cluster.selected(*object, selector).empty())
                    continue;
                report.at(*object, near["labelSelector"], "no pod template of this namespace has these labels, so the pod is never scheduled");
            }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector: {disk: ssd}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: disk, operator: In, values: [hdd]}
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no node can meet this together with the pod's other demands on 'disk', so it is never scheduled
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeSelector: {disk: ssd}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: disk, operator: In, values: [hdd]}
        - matchExpressions:
          - {key: disk, operator: In, values: [ssd, nvme]}
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  affinity:
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ no pod template of this namespace has these labels, so the pod is never scheduled
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  affinity:
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: cache, labels: {app: cache}}
spec:
  containers: [{name: cache, image: "registry.example/cache:1.0"}]
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  affinity:
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^ podAffinity asks for the same pods in the same place, so the pod is never scheduled
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  affinity:
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: web}}}
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check affinity_self_contradiction = {
    .id = "affinity-self-contradiction",
    .title = "Scheduling demands contradict one another.",
    .category = Category::reliability,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The API server takes any demands on nodes and neighbours; when no node can meet all of them the pods stay pending for ever.",
    .examples = examples,
    .run = on_pods(run) | on_cluster(missing_friends),
};

}
