#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::sysctl_host_network {

using yaml::Node;

static bool is_ipc(std::string_view name) {
    return name.starts_with("kernel.shm") || name.starts_with("kernel.msg") || name == "kernel.sem" || name.starts_with("fs.mqueue.");
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.host_network() && !pod.host_ipc()) return;
    for (const Node sysctl : pod.security()["sysctls"].items()) {
        const std::string_view name = sysctl["name"].text_or_empty();
        const bool network = pod.host_network() && name.starts_with("net.");
        if (!network && !(pod.host_ipc() && is_ipc(name))) continue;
        const std::string_view cause = network ? "hostNetwork" : "hostIPC";
        report.at(sysctl["name"], quote(name) + " cannot be set with " + std::string(cause) + ": the kubelet refuses the pod")
            .related(pod[cause].span(), "shares the namespace with the node");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  securityContext:
    sysctls:
    - name: net.ipv4.tcp_syncookies
            ^^^^^^^^^^^^^^^^^^^^^^^ 'net.ipv4.tcp_syncookies' cannot be set with hostNetwork: the kubelet refuses the pod
      value: "1"
    - name: kernel.shm_rmid_forced
      value: "1"
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
  hostNetwork: true
  securityContext:
    sysctls:
    - name: kernel.shm_rmid_forced
      value: "1"
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
  hostIPC: true
  securityContext:
    sysctls: [{name: kernel.shm_rmid_forced, value: "1"}, {name: net.ipv4.tcp_syncookies, value: "1"}]
                     ^^^^^^^^^^^^^^^^^^^^^^ 'kernel.shm_rmid_forced' cannot be set with hostIPC: the kubelet refuses the pod
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
  hostIPC: true
  securityContext:
    sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check sysctl_host_network = {
    .id = "sysctl-host-network",
    .title = "net.* sysctl together with hostNetwork.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .why =
        "A pod that shares a namespace with the node has no kernel parameters of its own there. The kubelet refuses to run it, so it stays in SysctlForbidden.",
    .examples = examples,
    .run = on_pods(run),
};

}
