#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::ephemeral_containers_in_manifest {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node list = pod["ephemeralContainers"];
    if (!list.is_sequence() || list.empty()) return;
    // What kubectl get -o yaml has printed: such containers belong to a pod that runs.
    if (pod.object->node().has("status") && !Refusals(*pod.object, report).as_server()) return;
    if (beyond_server(*pod.object, report)) return;
    report.at(list.key(), "the API server refuses ephemeralContainers in a manifest; remove them and use kubectl debug on the running pod");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.4"}]
  ephemeralContainers:
  ^^^^^^^^^^^^^^^^^^^ the API server refuses ephemeralContainers in a manifest; remove them and use kubectl debug on the running pod
  - {name: debug, image: "busybox:1.37"}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.4"}]
  ephemeralContainers: []
)",
                                        .path = "app.yaml"}};

extern constinit const Check ephemeral_containers_in_manifest = {
    .id = "ephemeral-containers-in-manifest",
    .title = "ephemeralContainers in a manifest.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Ephemeral containers are added to a running pod through a subresource of its own. In a pod or template that is created they are refused, "
           "and rules that look at containers and initContainers only would not see what they do.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run),
};

}
