#include "checks/control-plane/flag_rule.h"

// Addresses that components other than the API server listen at.

namespace plimsoll::checks::bind_address {

static constexpr FlagRule controller_manager_bind_address = {.component = kubernetes::Component::controller_manager,
                                                             .flag = "bind-address",
                                                             .must = Must::be_loopback,
                                                             .reason = "its health and metrics port is open to the network",
                                                             .also = "address",
                                                             .by_default = "all addresses"};
static constexpr FlagRule scheduler_bind_address = {.component = kubernetes::Component::scheduler,
                                                    .flag = "bind-address",
                                                    .must = Must::be_loopback,
                                                    .reason = "its health and metrics port is open to the network",
                                                    .also = "address",
                                                    .by_default = "all addresses"};
static constexpr FlagRule kube_proxy_metrics_bind = {.component = kubernetes::Component::proxy,
                                                     .flag = "metrics-bind-address",
                                                     .must = Must::be_loopback,
                                                     .reason = "metrics, health and configuration pages are open to the network"};

static constexpr Example controller_manager_bind_address_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --bind-address=0.0.0.0]
                                                      ^^^^^^^ --bind-address is '0.0.0.0': its health and metrics port is open to the network; set it to 127.0.0.1
---
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --bind-address is not set and means all addresses: its health and metrics port is open to the network; set it to 127.0.0.1
)",
                                                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --bind-address=127.0.0.1]
)",
                                                                        .path = "app.yaml",
                                                                        .fixed = false}};

static constexpr Example scheduler_bind_address_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: kube-scheduler:v1.34.1
    command: [kube-scheduler, --bind-address=0.0.0.0]
                                             ^^^^^^^ --bind-address is '0.0.0.0': its health and metrics port is open to the network; set it to 127.0.0.1
---
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: kube-scheduler:v1.34.1
    command: [kube-scheduler, --v=2]
    ^^^^^^^ --bind-address is not set and means all addresses: its health and metrics port is open to the network; set it to 127.0.0.1
)",
                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: kube-scheduler:v1.34.1
    command: [kube-scheduler, --bind-address=127.0.0.1]
)",
                                                               .path = "app.yaml",
                                                               .fixed = false}};

static constexpr Example kube_proxy_metrics_bind_examples[] = {
    {.bad = R"(
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: 0.0.0.0:10249
                    ^^^^^^^^^^^^^ metricsBindAddress is '0.0.0.0:10249': metrics, health and configuration pages are open to the network; set it to 127.0.0.1
---
apiVersion: v1
kind: Pod
metadata: {name: kube-proxy, namespace: kube-system}
spec:
  containers:
  - name: kube-proxy
    image: kube-proxy:v1.34.1
    command: [kube-proxy, --metrics-bind-address=0.0.0.0]
                                                 ^^^^^^^ --metrics-bind-address is '0.0.0.0': metrics, health and configuration pages are open to the network; set it to 127.0.0.1
)",
     .good = R"(
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: 127.0.0.1:10249
---
apiVersion: v1
kind: Pod
metadata: {name: kube-proxy, namespace: kube-system}
spec:
  containers:
  - name: kube-proxy
    image: kube-proxy:v1.34.1
    command: [kube-proxy, --v=2]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    metricsBindAddress: 0.0.0.0
                        ^^^^^^^ metricsBindAddress is '0.0.0.0': metrics, health and configuration pages are open to the network; set it to 127.0.0.1
)",
     .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: iptables
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {
        .id = "controller-manager-bind-address",
        .title = "Controller manager listens on all addresses.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Only the node itself needs the port: probes and metrics can come through the loopback address or an authenticating "
               "proxy.",
        .aliases = {"trivy:KCV-0039", "checkov:CKV_K8S_113", "kubescape:C-0150", "kics:46a2e9ec-6a5f-4faa-9d39-4ea44d5d87a2"},
        .standards = {"CIS-K8s-1.3.7"},
        .examples = controller_manager_bind_address_examples,
        .run = on_flag<controller_manager_bind_address>(),
    },
    {
        .id = "scheduler-bind-address",
        .title = "Scheduler listens on all addresses.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Only the node itself needs the port: probes and metrics can come through the loopback address or an authenticating "
               "proxy.",
        .aliases = {"trivy:KCV-0041", "checkov:CKV_K8S_115", "kubescape:C-0152", "kics:46a2e9ec-6a5f-4faa-9d39-4ea44d5d87a2"},
        .standards = {"CIS-K8s-1.4.2"},
        .examples = scheduler_bind_address_examples,
        .run = on_flag<scheduler_bind_address>(),
    },
    {
        .id = "kube-proxy-metrics-bind",
        .title = "kube-proxy metrics are not bound to localhost.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The port answers without authentication and shows the proxy's configuration as well as metrics. The default is the "
               "loopback address.",
        .aliases = {"kubescape:C-0291"},
        .standards = {"CIS-K8s-4.3.1"},
        .examples = kube_proxy_metrics_bind_examples,
        .run = on_flag<kube_proxy_metrics_bind>(),
    },
};

extern constinit const std::span<const Check> bind_address = table;

}
