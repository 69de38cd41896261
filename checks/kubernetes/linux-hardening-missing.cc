#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::linux_hardening_missing {

using kubernetes::Container;

static bool is_confined(const Container& container) {
    const kubernetes::Pod& pod = *container.pod;
    const std::string_view seccomp = container.seccomp_type();
    const auto apparmor = container.apparmor();
    return (!seccomp.empty() && seccomp != "Unconfined") || (apparmor.value && apparmor.value != "Unconfined") ||
           container.own_security()["seLinuxOptions"].is_set() || pod.security()["seLinuxOptions"].is_set() ||
           !container.own_security()["capabilities"]["drop"].empty();
}

static void run(const Container& container, Reporter& report) {
    if (container.pod->windows() || is_confined(container)) return;
    if (kubernetes::lacks(container, "securityContext.capabilities.drop"))
        report.missing(container, "securityContext", "nothing confines the container; drop capabilities, or set a seccomp, AppArmor or SELinux profile");
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
    ^^^^^^^^^^^^^^^ nothing confines the container; drop capabilities, or set a seccomp, AppArmor or SELinux profile
      runAsNonRoot: true
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
)",
                                        .path = "app.yaml"}};

extern constinit const Check linux_hardening_missing = {
    .id = "linux-hardening-missing",
    .title = "Neither AppArmor, seccomp, SELinux nor dropped capabilities.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Seccomp, AppArmor, SELinux and dropped capabilities each take something from what a broken-into process can do. This container has none of them.",
    .aliases = {"polaris:linuxHardening", "kubescape:C-0055"},
    .standards = {"NSA-pod-hardening"},
    .examples = examples,
    .run = on_containers(run),
};

}
