#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::run_as_non_root_contradiction {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (container.pod->windows()) return;
    const kubernetes::Effective<bool> non_root = container.run_as_non_root();
    const kubernetes::Effective<std::int64_t> user = container.run_as_user();
    if (non_root.value != true || user.value != 0) return;
    // What the pod says twice is one place: the first container stands for all.
    if (user.from_pod && non_root.from_pod && &container != &container.pod->containers.front()) return;
    report.at(user.node, "with runAsNonRoot: true a container never starts as user 0; set runAsUser above 0")
        .related(non_root.node.span(), "asks for a user other than root");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsUser: 0
                 ^ with runAsNonRoot: true a container never starts as user 0; set runAsUser above 0
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsUser: 1000
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 0}
                                                   ^ with runAsNonRoot: true a container never starts as user 0; set runAsUser above 0
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 0}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsUser: 1000}
  - name: log
    image: registry.example/log:1.2
    securityContext: {runAsNonRoot: false}
)",
                                        .path = "app.yaml"}};

extern constinit const Check run_as_non_root_contradiction = {
    .id = "run-as-non-root-contradiction",
    .title = "runAsNonRoot: true with runAsUser 0.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "The kubelet refuses to create a container that has to run as user 0 and must not be root: it stays in CreateContainerConfigError for ever.",
    .aliases = {"kube-linter:run-as-non-root"},
    .examples = examples,
    .run = on_containers(run),
};

}
