#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::privileged_container {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (!container.privileged()) return;
    const yaml::Node value = container.own_security()["privileged"];
    Draft draft = report.at(value, "a privileged container has every right on the node; set privileged to false and add the capabilities it needs");
    draft.fix("Set privileged to false", Safety::unsafe, yaml::replace_scalar(container.pod->object->manifest().source(), value, "false"));
    if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: tune
    image: registry.example/tune:1.2
    securityContext: {privileged: true}
                                  ^^^^ a privileged container has every right on the node; set privileged to false and add the capabilities it needs
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      privileged: true   # for the sound card
                  ^^^^ a privileged container has every right on the node; set privileged to false and add the capabilities it needs
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: tune
    image: registry.example/tune:1.2
    securityContext: {privileged: false}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      privileged: false   # for the sound card
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: clean, image: "registry.example/clean:1", securityContext: {"privileged": yes}}
                                                                                             ^^^ a privileged container has every right on the node; set privileged to false and add the capabilities it needs
)",
                                        .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: clean, image: "registry.example/clean:1", securityContext: {"privileged": false}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check privileged_container = {
    .id = "privileged-container",
    .title = "Container runs privileged.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "A privileged container has all capabilities, sees all devices of the node and runs without seccomp, AppArmor and SELinux confinement: whoever "
           "breaks into it owns the node. Most programs need one capability or one device instead.",
    .aliases = {"trivy:KSV-0017",
                "checkov:CKV_K8S_16",
                "kube-linter:privileged-container",
                "kube-score:container-security-context-privileged",
                "polaris:runAsPrivileged",
                "kubescape:C-0057",
                "kubescape:C-0211",
                "kics:dd29336b-fe57-445b-a26e-e6aa867ae609",
                "kubesec:Privileged",
                "semgrep:privileged-container",
                "kubeaudit:PrivilegedTrue",
                "datree:CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE",
                "marvin:M-102",
                "terrascan:AC_K8S_0046",
                "sonar:S6428",
                "kyverno:disallow-privileged-containers",
                "gatekeeper:privileged-containers",
                "mondoo:privilegedcontainer",
                "psa:privileged",
                "pss:baseline/privileged",
                "pss:restricted/privileged"},
    .standards = {"PSS-baseline", "CIS-K8s-5.2.2", "CIS-Docker-5.5", "NSA-pod-hardening", "NIST-800-190-4.4.3", "MITRE-T1611", "OWASP-K01"},
    .examples = examples,
    .run = on_containers(run),
};

}
