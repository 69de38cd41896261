#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::privilege_escalation_not_disabled {

static void run(const kubernetes::Container& container, Reporter& report) {
    // Windows has no such notion; a privileged container is told by privilege-escalation-enabled.
    if (container.privileged() || container.pod->windows() || !kubernetes::lacks(container, "securityContext.allowPrivilegeEscalation")) return;
    Draft draft = report.missing(container, "securityContext.allowPrivilegeEscalation",
                                 "set allowPrivilegeEscalation to false: the default lets setuid programs gain rights");
    draft.fix("Set allowPrivilegeEscalation to false", Safety::unsafe,
              yaml::set_key(container.pod->object->manifest().source(), container.node, "securityContext.allowPrivilegeEscalation", "false"));
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
    ^^^^^^^^^^^^^^^ set allowPrivilegeEscalation to false: the default lets setuid programs gain rights
      runAsNonRoot: true
  - name: log
          ^^^ set allowPrivilegeEscalation to false: the default lets setuid programs gain rights
    image: registry.example/log:1.2
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
      allowPrivilegeEscalation: false
  - name: log
    image: registry.example/log:1.2
    securityContext:
      allowPrivilegeEscalation: false
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
{
  "apiVersion": "v1",
  "kind": "Pod",
  "metadata": {"name": "web"},
  "spec": {"containers": [{"name": "app", "image": "registry.example/app:1.2", "securityContext": {"runAsUser": 1000}}]}
                                                                               ^^^^^^^^^^^^^^^^^ set allowPrivilegeEscalation to false: the default lets setuid programs gain rights
}
)",
                                        .good = R"(
{
  "apiVersion": "v1",
  "kind": "Pod",
  "metadata": {"name": "web"},
  "spec": {"containers": [{"name": "app", "image": "registry.example/app:1.2", "securityContext": {"runAsUser": 1000, "allowPrivilegeEscalation": false}}]}
}
)",
                                        .path = "app.json"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    allowPrivilegeEscalation: false
  containers:
  - name: app
          ^^^ set allowPrivilegeEscalation to false: the default lets setuid programs gain rights
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check privilege_escalation_not_disabled = {
    .id = "privilege-escalation-not-disabled",
    .title = "allowPrivilegeEscalation is not set to false.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "Unless a container says allowPrivilegeEscalation: false, programs with the setuid bit or file capabilities give its processes more rights than "
           "they were started with. The field exists in the container's securityContext only, not in the pod's.",
    .aliases = {"trivy:KSV-0001", "checkov:CKV_K8S_20", "polaris:privilegeEscalationAllowed", "kubescape:C-0016", "kubescape:C-0211",
                "kics:5572cc5e-1e4c-4113-92a6-7a8a3bd25e6d", "semgrep:allow-privilege-escalation", "semgrep:allow-privilege-escalation-no-securitycontext",
                "kubeaudit:AllowPrivilegeEscalationNil", "datree:CONTAINERS_MISSING_KEY_ALLOWPRIVILEGEESCALATION", "marvin:M-112", "terrascan:AC_K8S_0085",
                "sonar:S6430", "kyverno:disallow-privilege-escalation", "gatekeeper:allow-privilege-escalation", "psa:allowPrivilegeEscalation",
                "pss:restricted/allowPrivilegeEscalation"},
    .standards = {"PSS-restricted", "CIS-K8s-5.2.6", "CIS-Docker-5.26", "NSA-pod-hardening"},
    .examples = examples,
    .run = on_containers(run),
};

}
