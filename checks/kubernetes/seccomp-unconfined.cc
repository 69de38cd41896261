#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::seccomp_unconfined {

using kubernetes::Container;
using yaml::Node;

// Clusters before 1.27 read the annotations.
static void judge_annotations(const kubernetes::Pod& pod, Reporter& report) {
    for (const auto [key, value] : pod.annotations().entries()) {
        const std::string_view name = key.scalar();
        if (value.text_or_empty() != "unconfined") continue;
        if (name == "seccomp.security.alpha.kubernetes.io/pod" || name.starts_with("container.seccomp.security.alpha.kubernetes.io/"))
            report.at(value, "seccomp is switched off; ask for runtime/default, or better set securityContext.seccompProfile")
                .only({"kubesec:SeccompUnconfined", "kubeaudit:SeccompDisabledPod", "kubeaudit:SeccompDisabledContainer"});
    }
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    judge_annotations(pod, report);
    auto type = [](const Container& container) { return kubernetes::security_text(container, "seccompProfile.type"); };
    kubernetes::each_setting(pod, type, [&](const auto& profile, const Container* container) {
        if (profile.value != "Unconfined") return;
        Draft draft = report.at(profile.node, "seccomp is switched off: every system call reaches the kernel; use RuntimeDefault");
        draft.fix("Use RuntimeDefault", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), profile.node, "RuntimeDefault"));
        if (container) draft.container(*container);
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
        if (pod.at("os.name").text_or_empty() == "windows") draft.without("pss:restricted/seccompProfile_restricted");
    });
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    seccompProfile:
      type: Unconfined
            ^^^^^^^^^^ seccomp is switched off: every system call reaches the kernel; use RuntimeDefault
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
    seccompProfile:
      type: RuntimeDefault
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
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {seccompProfile: {type: Unconfined}}
                                             ^^^^^^^^^^ seccomp is switched off: every system call reaches the kernel; use RuntimeDefault
  - name: log
    image: registry.example/log:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {seccompProfile: {type: RuntimeDefault}}
  - name: log
    image: registry.example/log:1.2
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: unconfined
                                              ^^^^^^^^^^ seccomp is switched off; ask for runtime/default, or better set securityContext.seccompProfile
spec:
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
  securityContext: {seccompProfile: {type: Unconfined}}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {seccompProfile: {type: Localhost, localhostProfile: app.json}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check seccomp_unconfined = {
    .id = "seccomp-unconfined",
    .title = "seccomp is switched off.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The seccomp profile of the runtime blocks some fifty system calls that hardly any program needs and that many kernel exploits use. Unconfined lets "
           "all of them through; a profile of its own (Localhost) serves a program that needs more.",
    .aliases = {"trivy:KSV-0104", "kubesec:SeccompUnconfined", "semgrep:seccomp-confinement-disabled", "kubeaudit:SeccompDisabledPod",
                "kubeaudit:SeccompDisabledContainer", "marvin:M-109", "kyverno:restrict-seccomp", "gatekeeper:seccomp", "gatekeeper:seccompv2",
                "psa:seccompProfile_baseline", "checkov:CKV_K8S_31", "trivy:KSV-0030", "kubescape:C-0210", "psa:seccompProfile_restricted",
                "pss:baseline/seccompProfile_baseline", "pss:restricted/seccompProfile_restricted"},
    .standards = {"PSS-baseline", "CIS-K8s-5.6.2", "CIS-Docker-5.22", "NSA-pod-hardening", "MITRE-T1611"},
    .examples = examples,
    .run = on_pods(run),
};

}
