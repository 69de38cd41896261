#include "checks/control-plane/flag_rule.h"

// Profiling pages of control plane components.

namespace plimsoll::checks::profiling {

static constexpr FlagRule apiserver_profiling = {.component = kubernetes::Component::api_server,
                                                 .flag = "profiling",
                                                 .must = Must::be_false,
                                                 .reason = "callers can read profiles of the running program and slow it down"};
static constexpr FlagRule controller_manager_profiling = {.component = kubernetes::Component::controller_manager,
                                                          .flag = "profiling",
                                                          .must = Must::be_false,
                                                          .reason = "callers can read profiles of the running program and slow it down"};
static constexpr FlagRule scheduler_profiling = {.component = kubernetes::Component::scheduler,
                                                 .flag = "profiling",
                                                 .must = Must::be_false,
                                                 .reason = "callers can read profiles of the running program and slow it down"};

static constexpr Example apiserver_profiling_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --profiling is on by default: callers can read profiles of the running program and slow it down; set it to false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  - {name: profiling, value: "true"}
                             ^^^^^^ profiling is 'true': callers can read profiles of the running program and slow it down; set it to false
)",
                                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --profiling=false]
)",
                                                            .path = "app.yaml",
                                                            .fixed = false}};

static constexpr Example controller_manager_profiling_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --profiling is on by default: callers can read profiles of the running program and slow it down; set it to false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
controllerManager:
  extraArgs:
  - {name: profiling, value: "true"}
                             ^^^^^^ profiling is 'true': callers can read profiles of the running program and slow it down; set it to false
)",
                                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --profiling=false]
)",
                                                                     .path = "app.yaml",
                                                                     .fixed = false}};

static constexpr Example scheduler_profiling_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: kube-scheduler:v1.34.1
    command: [kube-scheduler, --v=2]
    ^^^^^^^ --profiling is on by default: callers can read profiles of the running program and slow it down; set it to false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
scheduler:
  extraArgs:
  - {name: profiling, value: "true"}
                             ^^^^^^ profiling is 'true': callers can read profiles of the running program and slow it down; set it to false
)",
                                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: kube-scheduler:v1.34.1
    command: [kube-scheduler, --profiling=false]
)",
                                                            .path = "app.yaml",
                                                            .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-profiling",
        .title = "kube-apiserver profiling is on.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The profiling pages under /debug/pprof tell much about the program and its load, and taking a profile costs time. Turn "
               "them on while you look for a problem.",
        .aliases = {"trivy:KCV-0018", "checkov:CKV_K8S_90", "kubescape:C-0129", "kics:2f491173-6375-4a84-b28e-a4e2b9a58a69",
                    "mondoo:api-server-profiling-disabled"},
        .standards = {"CIS-K8s-1.2.15"},
        .examples = apiserver_profiling_examples,
        .run = on_flag<apiserver_profiling>(),
    },
    {
        .id = "controller-manager-profiling",
        .title = "Controller manager profiling is on.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The profiling pages under /debug/pprof tell much about the program and its load, and taking a profile costs time. Turn "
               "them on while you look for a problem.",
        .aliases = {"trivy:KCV-0034", "checkov:CKV_K8S_107", "kubescape:C-0145", "kics:2f491173-6375-4a84-b28e-a4e2b9a58a69"},
        .standards = {"CIS-K8s-1.3.2"},
        .examples = controller_manager_profiling_examples,
        .run = on_flag<controller_manager_profiling>(),
    },
    {
        .id = "scheduler-profiling",
        .title = "Scheduler profiling is on.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The profiling pages under /debug/pprof tell much about the program and its load, and taking a profile costs time. Turn "
               "them on while you look for a problem.",
        .aliases = {"trivy:KCV-0040", "checkov:CKV_K8S_114", "kubescape:C-0151", "kics:2f491173-6375-4a84-b28e-a4e2b9a58a69"},
        .standards = {"CIS-K8s-1.4.1"},
        .examples = scheduler_profiling_examples,
        .run = on_flag<scheduler_profiling>(),
    },
};

extern constinit const std::span<const Check> profiling = table;

}
