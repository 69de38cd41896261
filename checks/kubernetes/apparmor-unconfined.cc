#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::apparmor_unconfined {

using kubernetes::Container;

static constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";

static void judge_annotations(const kubernetes::Pod& pod, Reporter& report) {
    for (const auto [key, value] : pod.annotations().entries()) {
        if (!key.scalar().starts_with(prefix) || !value.text()) continue;
        const std::string_view profile = *value.text();
        if (profile.empty() || profile == "runtime/default" || profile.starts_with("localhost/")) continue;
        Draft draft = report.at(value, profile == "unconfined" ? "AppArmor is switched off; use runtime/default"
                                                               : quote(profile) + " is no AppArmor profile; use runtime/default or localhost/ and a name");
        draft.fix("Use runtime/default", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), value, "runtime/default"));
        for (const Container& container : pod.containers)
            if (container.name() == key.scalar().substr(prefix.size())) draft.container(container);
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    }
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    judge_annotations(pod, report);
    auto type = [](const Container& container) { return kubernetes::security_text(container, "appArmorProfile.type"); };
    kubernetes::each_setting(pod, type, [&](const auto& profile, const Container* container) {
        if (profile.value != "Unconfined") return;
        Draft draft = report.at(profile.node, "AppArmor is switched off; use RuntimeDefault");
        draft.fix("Use RuntimeDefault", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), profile.node, "RuntimeDefault"));
        if (container) draft.container(*container);
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    });
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/app: unconfined
                                                        ^^^^^^^^^^ AppArmor is switched off; use runtime/default
    container.apparmor.security.beta.kubernetes.io/log: runtime/default
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
  - name: shell
    image: registry.example/shell:1.2
    securityContext:
      appArmorProfile:
        type: Unconfined
              ^^^^^^^^^^ AppArmor is switched off; use RuntimeDefault
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/app: runtime/default
    container.apparmor.security.beta.kubernetes.io/log: runtime/default
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
  - name: shell
    image: registry.example/shell:1.2
    securityContext:
      appArmorProfile:
        type: RuntimeDefault
)",
                                        .path = "app.yaml"}};

extern constinit const Check apparmor_unconfined = {
    .id = "apparmor-unconfined",
    .title = "AppArmor is switched off or set to a forbidden value.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "On nodes with AppArmor the runtime's profile keeps containers from mounting, from writing below /proc and /sys and from tracing others. Unconfined "
           "takes that away.",
    .aliases = {"trivy:KSV-0002", "kubesec:ApparmorUnconfined", "kubeaudit:AppArmorDisabled", "kubeaudit:AppArmorBadValue", "marvin:M-106",
                "kyverno:restrict-apparmor-profiles", "gatekeeper:apparmor", "psa:appArmorProfile", "pss:baseline/appArmorProfile",
                "pss:restricted/appArmorProfile"},
    .standards = {"PSS-baseline", "CIS-Docker-5.2", "NSA-pod-hardening"},
    .examples = examples,
    .run = on_pods(run),
};

}
