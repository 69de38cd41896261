#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::security_context_missing {

namespace {

using yaml::Node;

bool empty_or_missing(Node security) { return !security.is_set() || (security.is_mapping() && security.empty()); }

void of_pod(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.partial && !pod.object->is_fragment() && empty_or_missing(pod.security()))
        report.missing(pod, "securityContext", "the pod has no securityContext; set runAsNonRoot and seccompProfile there for all containers");
}

void of_container(const kubernetes::Container& container, Reporter& report) {
    const kubernetes::Pod& pod = *container.pod;
    if (!pod.partial && !pod.object->is_fragment() && empty_or_missing(container.own_security()))
        report.missing(container, "securityContext", "the container has no securityContext; drop capabilities and privilege escalation there");
}

constexpr Example security_context_missing_pod_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {}
  ^^^^^^^^^^^^^^^ the pod has no securityContext; set runAsNonRoot and seccompProfile there for all containers
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsNonRoot: true}
)",
                                                              .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {fsGroup: 2000}
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
^^^^ the pod has no securityContext; set runAsNonRoot and seccompProfile there for all containers
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
  securityContext: {fsGroup: 2000}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                                              .path = "app.yaml"}};

constexpr Example security_context_missing_container_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext: {runAsNonRoot: true}
  containers:
  - name: app
          ^^^ the container has no securityContext; drop capabilities and privilege escalation there
    image: registry.example/app:1.2
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
    securityContext: {allowPrivilegeEscalation: false}
)",
                                                                    .path = "app.yaml"}};

constexpr Check table[] = {{
                               .id = "security-context-missing-pod",
                               .title = "Pod has no securityContext.",
                               .category = Category::security,
                               .severity = Severity::low,
                               .profile = Profile::strict,
                               .why = "Without a securityContext of the pod the image decides about user and groups, and no seccomp profile is asked for. The "
                                      "checks for the single settings say more.",
                               .aliases = {"trivy:KSV-0118", "checkov:CKV_K8S_29", "kubescape:C-0211", "kics:a97a340a-0063-418e-b3a1-3028941d0995",
                                           "datree:CIS_MISSING_KEY_SECURITYCONTEXT", "terrascan:AC_K8S_0064"},
                               .standards = {"CIS-K8s-5.6.3"},
                               .examples = security_context_missing_pod_examples,
                               .run = on_pods(of_pod),
                           },
                           {
                               .id = "security-context-missing-container",
                               .title = "Container has no securityContext.",
                               .category = Category::security,
                               .severity = Severity::low,
                               .profile = Profile::strict,
                               .why = "Capabilities, privilege escalation and the read-only root file system can only be set for each container: without a "
                                      "securityContext of its own it has the defaults. The checks for the single settings say more.",
                               .aliases = {"trivy:KSV-0118", "checkov:CKV_K8S_30", "kubescape:C-0211", "kics:a97a340a-0063-418e-b3a1-3028941d0995",
                                           "datree:CIS_MISSING_KEY_SECURITYCONTEXT", "terrascan:AC_K8S_0064"},
                               .standards = {"CIS-K8s-5.6.3"},
                               .examples = security_context_missing_container_examples,
                               .run = on_containers(of_container),
                           }};

}

extern constinit const std::span<const Check> security_context_missing = table;

}
