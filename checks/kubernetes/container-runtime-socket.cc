#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"

namespace plimsoll::checks::container_runtime_socket {

using yaml::Node;

static constexpr std::string_view socket_names[] = {"docker.sock", "dockershim.sock", "containerd.sock", "crio.sock", "podman.sock", "cri-dockerd.sock"};
// Folders of the node that hold such sockets and little else.
static constexpr std::string_view socket_folders[] = {
    "/run/containerd", "/run/crio", "/run/podman", "/run/k3s", "/run/k3s/containerd", "/run/k0s", "/var/snap/microk8s/common/run"};

static bool is_socket(std::string_view path) {
    const std::string_view name = path.substr(std::min(path.rfind('/') + 1, path.size()));
    return std::find(std::begin(socket_names), std::end(socket_names), name) != std::end(socket_names) || path.ends_with("pipe\\docker_engine") ||
           path.ends_with("pipe\\containerd-containerd");
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    kubernetes::each_host_path(pod, [&](Node, Node path) {
        const std::string clean = kubernetes::clean_host_path(*path.text());
        const std::vector<std::string>& more = report.list("sockets");
        const bool listed = std::any_of(more.begin(), more.end(), [&](const std::string& one) { return clean == kubernetes::clean_host_path(one); });
        if (listed || is_socket(clean))
            report.at(path, quote(*path.text()) + " controls the container runtime, and so the node; use a build or metrics service that does without");
        else if (clean == "/run" || std::find(std::begin(socket_folders), std::end(socket_folders), clean) != std::end(socket_folders))
            report.at(path, quote(*path.text()) + " holds the socket of the container runtime, which controls the node; mount only what is needed");
    });
}

static constexpr Option options[] = {{.name = "sockets", .what = "further paths of the node that control the runtime"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    hostPath:
      path: /var/run/docker.sock
            ^^^^^^^^^^^^^^^^^^^^ '/var/run/docker.sock' controls the container runtime, and so the node; use a build or metrics service that does without
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
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    emptyDir: {}
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
  volumes:
  - name: k3s
    hostPath: {path: /run/k3s/containerd/containerd.sock, type: Socket}
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '/run/k3s/containerd/containerd.sock' controls the container runtime, and so the node; use a build or metrics service that does without
  - name: run
    hostPath: {path: /var//run/}
                     ^^^^^^^^^^ '/var//run/' holds the socket of the container runtime, which controls the node; mount only what is needed
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
  volumes:
  - name: docker-sock
    emptyDir: {}
  - name: lock
    hostPath: {path: /run/xtables.lock}
)",
                                        .path = "app.yaml"}};

extern constinit const Check container_runtime_socket = {
    .id = "container-runtime-socket",
    .title = "Pod can reach the container runtime socket of the node.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "Who can talk to the container runtime can start a privileged container with the node's disk mounted. A read-only mount changes nothing: a socket "
           "is used, not written.",
    .aliases = {"trivy:KSV-0006", "checkov:CKV_K8S_27", "kube-linter:docker-sock", "kubescape:C-0074", "kics:a6f34658-fdfb-4154-9536-56d516f65828",
                "kubesec:DockerSock", "semgrep:exposing-docker-socket-hostpath", "datree:CONTAINERS_INCORRECT_PATH_VALUE_DOCKERSOCKET", "terrascan:AC_K8S_0088",
                "sonar:S6429", "kyverno:disallow-cri-sock-mount", "kyverno:docker-socket-requires-label", "mondoo:docker-socket", "mondoo:containerd-socket",
                "mondoo:crio-socket"},
    .standards = {"PSS-baseline", "CIS-Docker-5.32", "NSA-pod-hardening", "MITRE-T1611", "MITRE-T1610"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
