#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::windows_host_process {

using yaml::Node;

static void judge(const kubernetes::Pod& pod, Node security, const kubernetes::Container* container, Reporter& report) {
    const Node value = security["windowsOptions"]["hostProcess"];
    if (!value.is_true()) return;
    Draft draft = report.at(value, "a HostProcess container runs on the Windows node itself, with its rights; remove hostProcess");
    draft.fix("Set hostProcess to false", Safety::unsafe, yaml::replace_scalar(pod.object->manifest().source(), value, "false"));
    if (container) draft.container(*container);
    if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    judge(pod, pod.security(), nullptr, report);
    for (const kubernetes::Container& container : pod.containers) judge(pod, container.own_security(), &container, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  securityContext:
    windowsOptions:
      hostProcess: true
                   ^^^^ a HostProcess container runs on the Windows node itself, with its rights; remove hostProcess
      runAsUserName: "NT AUTHORITY\\SYSTEM"
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
    windowsOptions:
      hostProcess: false
      runAsUserName: "NT AUTHORITY\\SYSTEM"
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
    securityContext: {windowsOptions: {hostProcess: true}}
                                                    ^^^^ a HostProcess container runs on the Windows node itself, with its rights; remove hostProcess
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
    securityContext: {windowsOptions: {hostProcess: false}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check windows_host_process = {
    .id = "windows-host-process",
    .title = "Windows HostProcess container.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "HostProcess is the privileged mode of Windows: the processes see the node's network, files and registry and may run as SYSTEM.",
    .aliases = {"trivy:KSV-0103", "polaris:hostProcess", "kubescape:C-0211", "datree:EKS_INVALID_HOSTPROCESS_VALUE", "marvin:M-100",
                "kyverno:disallow-host-process", "gatekeeper:host-process", "psa:windowsHostProcess", "pss:baseline/windowsHostProcess",
                "pss:restricted/windowsHostProcess"},
    .standards = {"PSS-baseline", "CIS-K8s-5.2.10", "MITRE-T1611"},
    .examples = examples,
    .run = on_pods(run),
};

}
