#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::node_affinity_forbidden {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const std::vector<std::string>& allowed = report.list("allow-namespaces");
    const std::optional<std::string_view> place = pod.object->declared_namespace();
    if (place && std::find(allowed.begin(), allowed.end(), *place) != allowed.end()) return;
    if (const yaml::Node affinity = pod.at("affinity.nodeAffinity"); affinity.is_set())
        report.at(affinity.key() ? affinity.key() : affinity, "where pods run is decided by the operators of the cluster; remove nodeAffinity");
    for (yaml::Entry entry : pod["nodeSelector"].entries())
        if (entry.key.scalar() == "node-role.kubernetes.io/control-plane" || entry.key.scalar() == "node-role.kubernetes.io/master")
            report.at(entry.key, "control plane nodes are for the cluster's own components; remove the selector");
}

static constexpr Option options[] = {{.name = "allow-namespaces", .value = "kube-system", .what = "namespaces whose pods may choose their nodes"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity:
    nodeAffinity:
    ^^^^^^^^^^^^ where pods run is decided by the operators of the cluster; remove nodeAffinity
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions: [{key: disk, operator: In, values: [ssd]}]
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check node_affinity_forbidden = {
    .id = "node-affinity-forbidden",
    .title = "Node affinity is used against policy.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "On shared clusters operators place workloads, by taints and quotas. A pod that picks its nodes works against that and "
           "can end up where others' secrets are.",
    .aliases = {"kyverno:restrict-node-affinity"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
