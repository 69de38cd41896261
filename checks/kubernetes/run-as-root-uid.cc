#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::run_as_root_uid {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.host_users()) return;   // root of a user namespace of its own
    kubernetes::each_setting(
        pod, [](const kubernetes::Container& container) { return container.run_as_user(); },
        [&](const auto& user, const auto* container) {
            if (user.value != 0) return;
            Draft draft = report.at(user.node, "runs as root; set runAsUser to the id of an unprivileged user");
            // runAsNonRoot: true keeps it from starting; then the rules that ask for that field are content.
            if (container ? container->run_as_non_root() == true : pod.security()["runAsNonRoot"].is_true())
                draft.without("trivy:KSV-0012").without("psa:runAsNonRoot").without("pss:restricted/runAsNonRoot");
            if (container) draft.container(*container);
            if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
        });
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 1000
  initContainers:
  - name: own
    image: registry.example/own:1.2
    securityContext:
      runAsUser: 0
                 ^ runs as root; set runAsUser to the id of an unprivileged user
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsUser: 1000
  initContainers:
  - name: own
    image: registry.example/own:1.2
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsUser: 0}
                               ^ runs as root; set runAsUser to the id of an unprivileged user
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
    securityContext: {runAsUser: 1000}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostUsers: false
  securityContext: {runAsUser: 0}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check run_as_root_uid = {
    .id = "run-as-root-uid",
    .title = "runAsUser is 0.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "UID 0 in a container is UID 0 on the node unless the pod has a user namespace of its own: a flaw in the runtime or a mounted host path gives root "
           "on the node. Files in the image can be given to another user, and low ports no longer need root.",
    .aliases = {"trivy:KSV-0105", "checkov:CKV_K8S_23", "kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "kubescape:C-0013",
                "kics:cf34805e-3872-4c08-bf92-6ff7bb0cfadb", "kubeaudit:RunAsUserCSCRoot", "kubeaudit:RunAsUserPSCRoot", "marvin:M-114",
                "kyverno:require-run-as-non-root-user", "gatekeeper:users", "psa:runAsUser", "trivy:KSV-0012", "psa:runAsNonRoot", "pss:restricted/runAsUser",
                "pss:restricted/runAsNonRoot"},
    .standards = {"PSS-restricted", "CIS-K8s-5.2.7", "NSA-pod-nonroot", "NIST-800-190-4.4.3", "OWASP-K01"},
    .examples = examples,
    .run = on_pods(run),
};

}
