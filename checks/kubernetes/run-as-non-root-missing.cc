#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::run_as_non_root_missing {

using kubernetes::Container;

// Nobody has said anything about root, neither the container nor the pod for it.
static bool unsaid(const Container& container, bool uid_counts) {
    const std::string_view fields[] = {"securityContext.runAsNonRoot", "securityContext.runAsUser"};
    for (std::string_view field : fields) {
        if (field == fields[1] && !uid_counts) break;
        if (!kubernetes::lacks(container, field) || !kubernetes::lacks(*container.pod, field)) return false;
    }
    return true;
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.host_users()) return;   // root of a user namespace of its own
    const bool uid_counts = !report.flag("strict_pss");
    constexpr std::string_view path = "securityContext.runAsNonRoot";
    const Source& source = pod.object->manifest().source();
    kubernetes::each_lacking(
        pod, [&](const Container& container) { return unsaid(container, uid_counts); },
        [&](const Container* container) {
            Draft draft = container ? report.missing(*container, path, "set runAsNonRoot to true: the image decides, and may run as root")
                                    : report.missing(pod, path, "set runAsNonRoot to true for the pod: the images decide, and may run as root");
            if (container) draft.container(*container);
            draft.fix("Set runAsNonRoot to true", Safety::unsafe, yaml::set_key(source, container ? container->node : pod.spec, path, "true"));
            if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
        });
}

static constexpr Option options[] = {{.name = "strict_pss",
                                      .type = Option::Type::flag,
                                      .value = "false",
                                      .what = "ask for runAsNonRoot: true even where runAsUser is above 0, as Pod Security does"}};

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
      runAsNonRoot: true
  - name: log
          ^^^ set runAsNonRoot to true: the image decides, and may run as root
    image: registry.example/log:1.2
  - name: user
    image: registry.example/user:1.2
    securityContext: {runAsUser: 1000}
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
      runAsNonRoot: true
  - name: log
    image: registry.example/log:1.2
    securityContext:
      runAsNonRoot: true
  - name: user
    image: registry.example/user:1.2
    securityContext: {runAsUser: 1000}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ set runAsNonRoot to true for the pod: the images decide, and may run as root
      containers:
      - name: app
        image: registry.example/app:1.2
      - name: log
        image: registry.example/log:1.2
)",
                                        .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: registry.example/app:1.2
      - name: log
        image: registry.example/log:1.2
      securityContext:
        runAsNonRoot: true
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsUser: 1000}
  containers:
  - name: app
          ^^^ set runAsNonRoot to true: the image decides, and may run as root
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsUser: 1000}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsNonRoot: true
)",
                                        .config = R"(checks:
  run-as-non-root-missing: {strict_pss: true}
)",
                                        .path = "app.yaml"}};

extern constinit const Check run_as_non_root_missing = {
    .id = "run-as-non-root-missing",
    .title = "Nothing forces the container to run as non-root.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Unless the manifest says otherwise a container runs as the user of its image, which is root for most images. With runAsNonRoot: true the kubelet "
           "refuses to start such a container instead of giving it root; a runAsUser above 0 does as well.",
    .aliases = {"trivy:KSV-0012",
                "checkov:CKV_K8S_23",
                "kube-linter:run-as-non-root",
                "polaris:runAsRootAllowed",
                "kubescape:C-0013",
                "kubescape:C-0211",
                "kics:cf34805e-3872-4c08-bf92-6ff7bb0cfadb",
                "kubesec:RunAsNonRoot",
                "semgrep:run-as-non-root",
                "semgrep:run-as-non-root-container-level",
                "semgrep:run-as-non-root-container-level-missing-security-context",
                "semgrep:run-as-non-root-security-context-pod-level",
                "kubeaudit:RunAsNonRootPSCNilCSCNil",
                "datree:CONTAINERS_INCORRECT_RUNASNONROOT_VALUE",
                "marvin:M-113",
                "terrascan:AC_K8S_0087",
                "popeye:302",
                "popeye:306",
                "kyverno:require-run-as-nonroot",
                "gatekeeper:users",
                "mondoo:runasnonroot",
                "psa:runAsNonRoot",
                "kyverno:service-mesh-require-run-as-nonroot",
                "pss:restricted/runAsNonRoot"},
    .standards = {"PSS-restricted", "CIS-K8s-5.2.7", "NSA-pod-nonroot", "NIST-800-190-4.4.3", "MITRE-T1611", "OWASP-K01"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
