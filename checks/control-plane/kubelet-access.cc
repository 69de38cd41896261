#include "checks/control-plane/flag_rule.h"

// Who may ask the kubelet for what.

namespace plimsoll::checks::kubelet_access {

static constexpr FlagRule kubelet_anonymous_auth = {
    .component = kubernetes::Component::kubelet, .flag = "anonymous-auth", .must = Must::be_false, .reason = "anyone who reaches port 10250 is let in"};
static constexpr FlagRule kubelet_authorization_always_allow = {.component = kubernetes::Component::kubelet,
                                                                .flag = "authorization-mode",
                                                                .must = Must::not_contain,
                                                                .reason = "whoever gets in may run commands in every pod",
                                                                .want = "AlwaysAllow",
                                                                .by_default = "AlwaysAllow"};
static constexpr FlagRule kubelet_client_ca = {
    .component = kubernetes::Component::kubelet, .flag = "client-ca-file", .must = Must::be_set, .reason = "client certificates cannot be verified"};
static constexpr FlagRule kubelet_read_only_port = {.component = kubernetes::Component::kubelet,
                                                    .flag = "read-only-port",
                                                    .must = Must::be_zero,
                                                    .reason = "pods, their environment and metrics are readable without authentication",
                                                    .by_default = "10255"};

static constexpr Example kubelet_anonymous_auth_examples[] = {
    {.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: true}
                       ^^^^ authentication.anonymous.enabled is 'true': anyone who reaches port 10250 is let in; set it to false
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --v=2]
    ^^^^^^^ --anonymous-auth is on by default: anyone who reaches port 10250 is let in; set it to false
)",
     .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --config=/var/lib/kubelet/config.yaml]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
nodeRegistration:
  kubeletExtraArgs:
  - {name: anonymous-auth, value: "true"}
                                  ^^^^^^ anonymous-auth is 'true': anyone who reaches port 10250 is let in; set it to false
)",
     .good = R"(
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
nodeRegistration:
  kubeletExtraArgs: []
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example kubelet_authorization_always_allow_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization: {mode: AlwaysAllow}
                      ^^^^^^^^^^^ 'AlwaysAllow' in authorization.mode: whoever gets in may run commands in every pod; remove it
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --v=2]
    ^^^^^^^ --authorization-mode is not set and means AlwaysAllow: whoever gets in may run commands in every pod
)",
                                                                           .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization: {mode: Webhook}
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --authorization-mode=Webhook]
)",
                                                                           .path = "app.yaml",
                                                                           .fixed = false}};

static constexpr Example kubelet_client_ca_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
^^^^^^^^^^^^^^ authentication.x509.clientCAFile is not set: client certificates cannot be verified
  anonymous: {enabled: false}
)",
                                                          .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
)",
                                                          .path = "app.yaml",
                                                          .fixed = false}};

static constexpr Example kubelet_read_only_port_examples[] = {
    {.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 10255
              ^^^^^ readOnlyPort is '10255': pods, their environment and metrics are readable without authentication; set it to 0
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --read-only-port, 10255]
                                         ^^^^^ --read-only-port is '10255': pods, their environment and metrics are readable without authentication; set it to 0
)",
     .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 0
---
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --read-only-port=0]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: machineconfiguration.openshift.io/v1
kind: KubeletConfig
metadata: {name: workers}
spec:
  kubeletConfig: {readOnlyPort: 10255}
                                ^^^^^ readOnlyPort is '10255': pods, their environment and metrics are readable without authentication; set it to 0
)",
     .good = R"(
apiVersion: machineconfiguration.openshift.io/v1
kind: KubeletConfig
metadata: {name: workers}
spec:
  kubeletConfig: {maxPods: 200}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {
        .id = "kubelet-anonymous-auth",
        .title = "kubelet allows anonymous requests.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The kubelet's port runs commands in pods and reads their logs. Where the authorisation is weak too, anyone on the "
               "network owns the node.",
        .aliases = {"trivy:KCV-0079", "checkov:CKV_K8S_138", "kubescape:C-0172", "kubescape:C-0069", "kics:1de5cc51-f376-4638-a940-20f2e85ae238",
                    "mondoo:kubelet-anonymous-authentication"},
        .standards = {"CIS-K8s-4.2.1", "NSA-authn-authz", "OWASP-K06"},
        .examples = kubelet_anonymous_auth_examples,
        .run = on_flag<kubelet_anonymous_auth>(),
    },
    {
        .id = "kubelet-authorization-always-allow",
        .title = "kubelet authorises everything.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "In mode Webhook the kubelet asks the API server what a caller may do. AlwaysAllow lets every authenticated caller, and "
               "with anonymous requests everyone, run commands in pods.",
        .aliases = {"trivy:KCV-0080", "checkov:CKV_K8S_139", "kubescape:C-0173", "kics:f1f4d8da-1ac4-47d0-b1aa-91e69d33f7d5",
                    "mondoo:kubelet-authorization-mode"},
        .standards = {"CIS-K8s-4.2.2"},
        .examples = kubelet_authorization_always_allow_examples,
        .run = on_flag<kubelet_authorization_always_allow>(),
    },
    {
        .id = "kubelet-client-ca",
        .title = "kubelet has no client CA.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The API server identifies itself to the kubelet with a client certificate. Without the authority the kubelet cannot "
               "check it.",
        .aliases = {"trivy:KCV-0081", "checkov:CKV_K8S_140", "kubescape:C-0174", "kubescape:C-0070", "kics:e0e00aba-5f1c-4981-a542-9a9563c0ee20"},
        .standards = {"CIS-K8s-4.2.3"},
        .examples = kubelet_client_ca_examples,
        .run = on_flag<kubelet_client_ca>(),
    },
    {
        .id = "kubelet-read-only-port",
        .title = "kubelet read-only port is open.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The read-only port shows the specification of every pod on the node to anyone who asks. In a configuration file the "
               "port is off by default; as a flag it defaults to 10255.",
        .aliases = {"trivy:KCV-0082", "checkov:CKV_K8S_141", "kubescape:C-0175", "kics:2940d48a-dc5e-4178-a3f8-bfbd80720b41", "mondoo:kubelet-read-only-port"},
        .standards = {"CIS-K8s-4.2.4"},
        .examples = kubelet_read_only_port_examples,
        .run = on_flag<kubelet_read_only_port>(),
    },
};

extern constinit const std::span<const Check> kubelet_access = table;

}
