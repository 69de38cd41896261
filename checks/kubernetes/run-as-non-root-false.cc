#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::run_as_non_root_false {

using kubernetes::Container;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.host_users()) return;   // root of a user namespace of its own
    auto said = [](const Container& container) {
        // A user id above 0 settles the matter.
        return container.run_as_user().value.value_or(0) > 0 ? kubernetes::Effective<bool>() : container.run_as_non_root();
    };
    kubernetes::each_setting(pod, said, [&](const kubernetes::Effective<bool>& non_root, const Container* container) {
        if (non_root.value != false) return;
        const bool overrides = !non_root.from_pod && pod.security()["runAsNonRoot"].is_true();
        Draft draft = report.at(non_root.node, overrides ? "set runAsNonRoot to true: this takes back what the pod says and lets the container run as root"
                                                         : "set runAsNonRoot to true: this lets the image run as root");
        if (overrides) draft.related(pod.security()["runAsNonRoot"].span(), "the pod's setting");
        if (container) draft.container(*container);
        draft.fix("Set runAsNonRoot to true", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), non_root.node, "true"));
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
    runAsNonRoot: true
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsNonRoot: false
                    ^^^^^ set runAsNonRoot to true: this takes back what the pod says and lets the container run as root
  - name: log
    image: registry.example/log:1.2
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
      runAsNonRoot: true
  - name: log
    image: registry.example/log:1.2
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: false}
                                  ^^^^^ set runAsNonRoot to true: this lets the image run as root
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
  securityContext: {runAsNonRoot: true}
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
  securityContext: {runAsNonRoot: false}
                                  ^^^^^ set runAsNonRoot to true: this lets the image run as root
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
  securityContext: {runAsNonRoot: false}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsNonRoot: true}
  - name: user
    image: registry.example/user:1.2
    securityContext: {runAsUser: 1000}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check run_as_non_root_false = {
    .id = "run-as-non-root-false",
    .title = "runAsNonRoot is explicitly false.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "runAsNonRoot: false says that root is fine, and in a container it overrides the pod's true. Whoever wants an exception should name a user id, "
           "which then is the one thing to review.",
    .aliases = {"semgrep:run-as-non-root-unsafe-value", "kubeaudit:RunAsNonRootCSCFalse", "kubeaudit:RunAsNonRootPSCFalseCSCNil", "trivy:KSV-0012",
                "checkov:CKV_K8S_23", "kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "kubescape:C-0013",
                "kics:cf34805e-3872-4c08-bf92-6ff7bb0cfadb", "psa:runAsNonRoot", "pss:restricted/runAsNonRoot"},
    .standards = {"PSS-restricted", "CIS-K8s-5.2.7"},
    .examples = examples,
    .run = on_pods(run),
};

}
