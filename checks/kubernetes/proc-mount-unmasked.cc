#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::proc_mount_unmasked {

static void run(const kubernetes::Container& container, Reporter& report) {
    const yaml::Node value = container.own_security()["procMount"];
    if (!value.text() || *value.text() == "Default" || !container.pod->host_users()) return;
    Draft draft = report.at(value, "procMount: Unmasked shows the container all of /proc; use Default, or give the pod hostUsers: false");
    draft.fix("Use Default", Safety::safe, yaml::replace_scalar(container.pod->object->manifest().source(), value, "Default"));
    if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      procMount: Unmasked
                 ^^^^^^^^ procMount: Unmasked shows the container all of /proc; use Default, or give the pod hostUsers: false
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      procMount: Default
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - {name: app, image: "registry.example/app:1.2", securityContext: {procMount: "Unmasked"}}
                                                                                ^^^^^^^^^^ procMount: Unmasked shows the container all of /proc; use Default, or give the pod hostUsers: false
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostUsers: false
  containers:
  - {name: app, image: "registry.example/app:1.2", securityContext: {procMount: "Unmasked"}}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check proc_mount_unmasked = {
    .id = "proc-mount-unmasked",
    .title = "procMount is Unmasked.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The runtime hides and write-protects parts of /proc through which root in a container reaches the kernel. Unmasked is meant for containers inside "
           "of containers, in pods with a user namespace of their own; current API servers refuse it elsewhere.",
    .aliases = {"trivy:KSV-0027", "kube-linter:unsafe-proc-mount", "polaris:procMount", "kubescape:C-0211", "kics:f922827f-aab6-447c-832a-e1ff63312bd3",
                "marvin:M-108", "terrascan:AC_K8S_0077", "kyverno:disallow-proc-mount", "gatekeeper:proc-mount", "psa:procMount", "psa:procMount_restricted",
                "pss:baseline/procMount", "pss:restricted/procMount_restricted"},
    .standards = {"PSS-baseline", "NSA-pod-hardening", "MITRE-T1611"},
    .examples = examples,
    .run = on_containers(run),
};

}
