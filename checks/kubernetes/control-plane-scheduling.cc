#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::control_plane_scheduling {

static bool of_the_system(const kubernetes::Pod& pod) {
    const std::string_view space = pod.object->declared_namespace().value_or(std::string_view());
    return space.starts_with("kube-") || space.ends_with("-system");
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod["tolerations"].is_sequence() || of_the_system(pod)) return;
    for (yaml::Node toleration : pod["tolerations"].items()) {
        const yaml::Node key = toleration["key"], effect = toleration["effect"];
        const std::string_view name = key.text_or_empty();
        if (name == "node-role.kubernetes.io/control-plane" || name == "node-role.kubernetes.io/master")
            report.at(key, "the workload may run beside the control plane; remove this toleration unless it belongs there");
        else if (!key.is_set() && toleration["operator"].text() == "Exists" && effect.text_or_empty() != "NoExecute" && !effect.is_placeholder())
            report.at(toleration["operator"], "without a key this tolerates every taint, those of the control plane too; name the taints that are meant");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - key: node-role.kubernetes.io/control-plane
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the workload may run beside the control plane; remove this toleration unless it belongs there
    operator: Exists
    effect: NoSchedule
  - operator: Exists
              ^^^^^^ without a key this tolerates every taint, those of the control plane too; name the taints that are meant
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - key: example.org/spot
    operator: Exists
  - operator: Exists
    effect: NoExecute
  containers: [{name: web, image: "example.org/web:1.4"}]
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: kube-system}
spec:
  tolerations: [{operator: Exists}]
  containers: [{name: agent, image: "example.org/agent:1"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check control_plane_scheduling = {
    .id = "control-plane-scheduling",
    .title = "Workload tolerates control-plane taints.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A container that breaks out on such a node stands beside etcd and the keys of the cluster. The taint is there to keep everything else away.",
    .aliases = {"kyverno:restrict-controlplane-scheduling"},
    .examples = examples,
    .run = on_pods(run),
};

}
