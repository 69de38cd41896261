#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::privilege_escalation_enabled {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    const Node security = container.own_security(), allow = security["allowPrivilegeEscalation"];
    if (allow.is_true()) {
        Draft draft = report.at(allow, "set allowPrivilegeEscalation to false: a process may gain more rights than its parent has");
        if (!container.privileged() && !container.adds("SYS_ADMIN"))
            draft.fix("Set allowPrivilegeEscalation to false", Safety::unsafe,
                      yaml::replace_scalar(container.pod->object->manifest().source(), allow, "false"));
        if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
        return;
    }
    if (!container.privileged() || allow.is_set()) return;
    Draft draft = report.at(security["privileged"], "privileged implies allowPrivilegeEscalation: a process may gain more rights than its parent has");
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
      allowPrivilegeEscalation: true
                                ^^^^ set allowPrivilegeEscalation to false: a process may gain more rights than its parent has
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
      allowPrivilegeEscalation: false
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {privileged: true}
                                  ^^^^ privileged implies allowPrivilegeEscalation: a process may gain more rights than its parent has
  - name: log
    image: registry.example/log:1.2
    securityContext: {privileged: true, allowPrivilegeEscalation: true}
                                                                  ^^^^ set allowPrivilegeEscalation to false: a process may gain more rights than its parent has
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
    securityContext: {privileged: false}
  - name: log
    image: registry.example/log:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check privilege_escalation_enabled = {
    .id = "privilege-escalation-enabled",
    .title = "allowPrivilegeEscalation is true.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "With allowPrivilegeEscalation a program with the setuid bit or with file capabilities gives a process more rights than its parent has, so a flaw "
           "in any such program leads to root. A privileged container has the right anyway.",
    .aliases = {"trivy:KSV-0001", "checkov:CKV_K8S_20", "kube-linter:privilege-escalation-container", "polaris:privilegeEscalationAllowed", "kubescape:C-0016",
                "kics:5572cc5e-1e4c-4113-92a6-7a8a3bd25e6d", "kubesec:AllowPrivilegeEscalation", "semgrep:allow-privilege-escalation-true",
                "kubeaudit:AllowPrivilegeEscalationTrue", "terrascan:AC_K8S_0085", "sonar:S6430", "mondoo:allowprivilegeescalation",
                "psa:allowPrivilegeEscalation", "pss:restricted/allowPrivilegeEscalation"},
    .standards = {"PSS-restricted", "CIS-K8s-5.2.6", "NSA-pod-hardening", "NIST-800-190-4.4.3", "MITRE-T1548", "OWASP-K01"},
    .examples = examples,
    .run = on_containers(run),
};

}
