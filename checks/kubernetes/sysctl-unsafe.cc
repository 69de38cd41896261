#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::sysctl_unsafe {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const Node sysctl : pod.security()["sysctls"].items()) {
        const std::optional<std::string_view> name = sysctl["name"].text();
        const unsigned minor = kubernetes::pod_security_minor(report.settings().kubernetes_version);
        if (!name || kubernetes::is_safe_sysctl(*name, minor)) continue;
        const std::vector<std::string>& allowed = report.list("allow");
        if (std::find(allowed.begin(), allowed.end(), *name) != allowed.end()) continue;
        Draft draft = report.at(sysctl["name"], quote(*name) + " is no safe sysctl: kubelets refuse the pod unless they were told to allow it");
        if (!kubernetes::is_judged_by_pod_security(pod) || kubernetes::is_safe_sysctl(*name)) draft.without("pss");
    }
}

static constexpr Option options[] = {{.name = "allow", .what = "further sysctls, which the kubelets allow"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    sysctls:
    - name: net.ipv4.ip_unprivileged_port_start
      value: "0"
    - name: kernel.msgmax
            ^^^^^^^^^^^^^ 'kernel.msgmax' is no safe sysctl: kubelets refuse the pod unless they were told to allow it
      value: "65536"
    - {name: net.core.somaxconn, value: "1024"}
             ^^^^^^^^^^^^^^^^^^ 'net.core.somaxconn' is no safe sysctl: kubelets refuse the pod unless they were told to allow it
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
    sysctls:
    - name: net.ipv4.ip_unprivileged_port_start
      value: "0"
    - {name: net.ipv4.tcp_rmem, value: "4096 131072 6291456"}
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
  securityContext:
    sysctls:
    - {name: net.ipv4.tcp_keepalive_time, value: "60"}
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'net.ipv4.tcp_keepalive_time' is no safe sysctl: kubelets refuse the pod unless they were told to allow it
    - {name: net.core.somaxconn, value: "1024"}
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
    sysctls:
    - {name: net.core.somaxconn, value: "1024"}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .config = R"(kubernetes-version: "1.27"
checks:
  sysctl-unsafe: {allow: [net.core.somaxconn]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check sysctl_unsafe = {
    .id = "sysctl-unsafe",
    .title = "Unsafe sysctl is set.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Only a few kernel parameters are known to affect nothing but the pod that sets them. The others are refused by the kubelet unless the node's "
           "configuration allows them, and may harm all pods of the node.",
    .aliases = {"trivy:KSV-0026", "kube-linter:unsafe-sysctls", "kubescape:C-0211", "kics:9127f0d9-2310-42e7-866f-5fd9d20dcbad", "marvin:M-110",
                "terrascan:AC_K8S_0074", "kyverno:restrict-sysctls", "gatekeeper:forbidden-sysctls", "psa:sysctls", "pss:baseline/sysctls",
                "pss:restricted/sysctls"},
    .standards = {"PSS-baseline", "NSA-pod-hardening"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
