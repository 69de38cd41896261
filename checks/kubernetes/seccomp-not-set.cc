#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::seccomp_not_set {

using kubernetes::Container;

constexpr std::string_view path = "securityContext.seccompProfile.type";

static void judge_localhost(const kubernetes::Pod& pod, Reporter& report) {
    auto type = [](const Container& container) { return kubernetes::security_text(container, "seccompProfile.type"); };
    kubernetes::each_setting(pod, type, [&](const auto& profile, const Container* container) {
        if (profile.value != "Localhost") return;
        Draft draft = report.at(profile.node, "a profile of its own is not allowed here; use RuntimeDefault");
        draft.only({"checkov:CKV_K8S_31", "kubescape:C-0210"});
        if (container) draft.container(*container);
    });
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (pod.windows()) return;
    if (!report.flag("allow_localhost")) judge_localhost(pod, report);
    const Source& source = pod.object->manifest().source();
    // The old annotations are no answer: clusters have ignored them since 1.27.
    auto unset = [&](const Container& container) { return kubernetes::lacks(container, path) && kubernetes::lacks(pod, path); };
    kubernetes::each_lacking(pod, unset, [&](const Container* container) {
        constexpr std::string_view message = "set seccompProfile to RuntimeDefault: without, every system call reaches the kernel";
        Draft draft = container ? report.missing(*container, path, std::string(message)) : report.missing(pod, path, std::string(message));
        if (container) draft.container(*container);
        draft.fix("Use RuntimeDefault", Safety::unsafe, yaml::set_key(source, container ? container->node : pod.spec, path, "RuntimeDefault"));
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    });
}

static constexpr Option options[] = {
    {.name = "allow_localhost", .type = Option::Type::flag, .value = "true", .what = "accept profiles of one's own (type Localhost)"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
^^^^ set seccompProfile to RuntimeDefault: without, every system call reaches the kernel
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
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
  securityContext:
    seccompProfile:
      type: RuntimeDefault
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.2
    securityContext:
    ^^^^^^^^^^^^^^^ set seccompProfile to RuntimeDefault: without, every system call reaches the kernel
      runAsUser: 1000
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      seccompProfile: {type: Localhost, localhostProfile: app.json}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.2
    securityContext:
      runAsUser: 1000
      seccompProfile:
        type: RuntimeDefault
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      seccompProfile: {type: Localhost, localhostProfile: app.json}
)",
                                        .path = "app.yaml"}};

extern constinit const Check seccomp_not_set = {
    .id = "seccomp-not-set",
    .title = "seccomp profile is not RuntimeDefault or Localhost.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "Unless the kubelet was told otherwise, a container without seccompProfile runs unconfined. RuntimeDefault blocks the system calls that hardly any "
           "program needs; set for the pod it holds for all its containers.",
    .aliases = {"trivy:KSV-0030", "trivy:KSV-0104", "checkov:CKV_K8S_31", "kube-score:container-seccomp-profile", "kubescape:C-0210", "kubescape:C-0211",
                "kics:f377b83e-bd07-4f48-a591-60c82b14a78b", "kubesec:SeccompAny", "kubeaudit:SeccompProfileMissing",
                "datree:CONTAINERS_INCORRECT_SECCOMP_PROFILE", "datree:CIS_INVALID_VALUE_SECCOMP_PROFILE", "marvin:M-115", "terrascan:AC_K8S_0080",
                "kyverno:restrict-seccomp-strict", "gatekeeper:seccomp", "gatekeeper:seccompv2", "psa:seccompProfile_restricted",
                "pss:restricted/seccompProfile_restricted"},
    .standards = {"PSS-restricted", "CIS-K8s-5.6.2", "CIS-Docker-5.22", "NSA-pod-hardening"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
