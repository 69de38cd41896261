#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::host_namespaces {

namespace {

struct Namespace {
    std::string_view id, field, message;
};

constexpr Namespace namespaces[] = {
    {"host-network", "hostNetwork", "the pod sees all traffic and local services of the node; remove hostNetwork"},
    {"host-pid", "hostPID", "the pod sees and may signal every process of the node; remove hostPID"},
    {"host-ipc", "hostIPC", "the pod reads the shared memory of the node's processes; remove hostIPC"},
};

void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const Namespace& one : namespaces) {
        if (one.id != report.check().id || !pod[one.field].is_true()) continue;
        const yaml::Node value = pod[one.field];
        Draft draft = report.at(value, std::string(one.message));
        draft.fix("Set " + std::string(one.field) + " to false", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), value, "false"));
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    }
}

constexpr Example host_network_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
               ^^^^ the pod sees all traffic and local services of the node; remove hostNetwork
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
  hostNetwork: false
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                              .path = "app.yaml"},
                                             {.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: scan}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          hostNetwork: on
                       ^^ the pod sees all traffic and local services of the node; remove hostNetwork
          restartPolicy: Never
          containers:
          - {name: scan, image: "registry.example/scan:1"}
)",
                                              .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: scan}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          hostNetwork: false
          restartPolicy: Never
          containers:
          - {name: scan, image: "registry.example/scan:1"}
)",
                                              .path = "app.yaml"}};

constexpr Example host_pid_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostPID: true
           ^^^^ the pod sees and may signal every process of the node; remove hostPID
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
  hostPID: false
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                          .path = "app.yaml"}};

constexpr Example host_ipc_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostIPC: true
           ^^^^ the pod reads the shared memory of the node's processes; remove hostIPC
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
  hostIPC: false
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                          .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "host-network",
        .title = "Pod shares the host network.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "In the network of the node a pod can listen to its traffic, reach services bound to localhost such as the kubelet's, and escapes every "
               "NetworkPolicy.",
        .aliases = {"trivy:KSV-0009",
                    "checkov:CKV_K8S_19",
                    "kube-linter:host-network",
                    "polaris:hostNetworkSet",
                    "kubescape:C-0041",
                    "kics:6b6bdfb3-c3ae-44cb-88e4-7405c1ba2c8a",
                    "kubesec:HostNetwork",
                    "semgrep:hostnetwork-pod",
                    "kubeaudit:NamespaceHostNetworkTrue",
                    "datree:CONTAINERS_INCORRECT_HOSTNETWORK_VALUE_TRUE",
                    "marvin:M-101",
                    "terrascan:AC_K8S_0084",
                    "sonar:S6431",
                    "kyverno:disallow-host-namespaces",
                    "gatekeeper:host-network-ports",
                    "rhcop:OCP_BESTPRACT-00020",
                    "mondoo:hostnetwork",
                    "psa:hostNamespaces",
                    "pss:baseline/hostNamespaces",
                    "pss:restricted/hostNamespaces"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.5", "CIS-Docker-5.10", "NSA-pod-hardening", "NIST-800-190-4.4.3", "OWASP-K01"},
        .examples = host_network_examples,
        .run = on_pods(run),
    },
    {
        .id = "host-pid",
        .title = "Pod shares the host PID namespace.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "With the processes of the node in sight a container reads their environment and files through /proc, and as root it can enter them.",
        .aliases = {"trivy:KSV-0010",
                    "checkov:CKV_K8S_17",
                    "kube-linter:host-pid",
                    "polaris:hostPIDSet",
                    "kubescape:C-0038",
                    "kubescape:C-0275",
                    "kics:302736f4-b16c-41b8-befe-c0baffa0bd9d",
                    "kubesec:HostPID",
                    "semgrep:hostpid-pod",
                    "kubeaudit:NamespaceHostPIDTrue",
                    "datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE",
                    "marvin:M-101",
                    "terrascan:AC_K8S_0082",
                    "sonar:S6431",
                    "kyverno:disallow-host-namespaces",
                    "gatekeeper:host-namespaces",
                    "mondoo:hostpid",
                    "psa:hostNamespaces",
                    "pss:baseline/hostNamespaces",
                    "pss:restricted/hostNamespaces"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.3", "CIS-Docker-5.16", "NSA-pod-hardening", "MITRE-T1611"},
        .examples = host_pid_examples,
        .run = on_pods(run),
    },
    {
        .id = "host-ipc",
        .title = "Pod shares the host IPC namespace.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "Shared memory and semaphores of the node's processes are open to a pod in the same IPC namespace; it can read and change their data.",
        .aliases = {"trivy:KSV-0008",
                    "checkov:CKV_K8S_18",
                    "kube-linter:host-ipc",
                    "polaris:hostIPCSet",
                    "kubescape:C-0038",
                    "kubescape:C-0276",
                    "kics:cd290efd-6c82-4e9d-a698-be12ae31d536",
                    "kubesec:HostIPC",
                    "semgrep:hostipc-pod",
                    "kubeaudit:NamespaceHostIPCTrue",
                    "datree:CONTAINERS_INCORRECT_HOSTIPC_VALUE_TRUE",
                    "marvin:M-101",
                    "terrascan:AC_K8S_0083",
                    "sonar:S6431",
                    "kyverno:disallow-host-namespaces",
                    "gatekeeper:host-namespaces",
                    "mondoo:hostipc",
                    "psa:hostNamespaces",
                    "pss:baseline/hostNamespaces",
                    "pss:restricted/hostNamespaces"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.4", "CIS-Docker-5.17", "NSA-pod-hardening"},
        .examples = host_ipc_examples,
        .run = on_pods(run),
    }};

}

extern constinit const std::span<const Check> host_namespaces = table;

}
