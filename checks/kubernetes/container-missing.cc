#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::container_missing {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (pod.partial || !pod.spec.is_mapping() || !Refusals(*pod.object, report).whole() || beyond_server(*pod.object, report)) return;
    const yaml::Node containers = pod.spec["containers"];
    if (Refusals(*pod.object, report).as_server() && !containers.is_set()) return;   // said by the schema
    // A list of another type, a placeholder: not this check's business.
    if (containers.is_set() && !(containers.is_sequence() && containers.empty())) return;
    report.missing(pod, "containers",
                   containers.is_set() || containers ? "the list of containers is empty; the API server refuses that"
                                                     : "the pod has no containers; the API server refuses that");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: []
  ^^^^^^^^^^ the list of containers is empty; the API server refuses that
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
    ^^^^ the pod has no containers; the API server refuses that
      restartPolicy: Always
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check container_missing = {
    .id = "container-missing",
    .title = "Pod template has no containers.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "A pod needs at least one container; init containers do not count. Mostly a list was emptied or indented wrongly.",
    .aliases = {"kube-score:container-resources", refused},
    .examples = examples,
    .run = on_pods(run),
};

}
