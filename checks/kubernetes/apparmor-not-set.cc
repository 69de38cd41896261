#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::apparmor_not_set {

using kubernetes::Container;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (pod.windows()) return;
    constexpr std::string_view path = "securityContext.appArmorProfile";
    auto unset = [&](const Container& container) { return !container.apparmor().node && kubernetes::lacks(container, path) && kubernetes::lacks(pod, path); };
    kubernetes::each_lacking(pod, unset, [&](const Container* container) {
        constexpr std::string_view message = "no AppArmor profile is asked for; set appArmorProfile to RuntimeDefault";
        Draft draft = container ? report.missing(*container, path, std::string(message)) : report.missing(pod, path, std::string(message));
        if (container) draft.container(*container);
    });
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
          ^^^ no AppArmor profile is asked for; set appArmorProfile to RuntimeDefault
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {appArmorProfile: {type: RuntimeDefault}}
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
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      appArmorProfile: {type: RuntimeDefault}
  - name: log
          ^^^ no AppArmor profile is asked for; set appArmorProfile to RuntimeDefault
    image: registry.example/log:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {container.apparmor.security.beta.kubernetes.io/app: runtime/default}
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check apparmor_not_set = {
    .id = "apparmor-not-set",
    .title = "No AppArmor profile is requested.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Without a profile in the manifest it depends on the node whether AppArmor confines the container. Asking for RuntimeDefault makes the kubelet "
           "refuse nodes that cannot.",
    .aliases = {"kics:8b36775e-183d-4d46-b0f7-96a6f34a723f", "kubesec:ApparmorAny", "kubeaudit:AppArmorAnnotationMissing", "terrascan:AC_K8S_0073"},
    .standards = {"CIS-Docker-5.2", "NSA-pod-hardening"},
    .examples = examples,
    .run = on_pods(run),
};

}
