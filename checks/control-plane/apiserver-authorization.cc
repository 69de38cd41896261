#include "checks/control-plane/flag_rule.h"

// What the API server lets a caller do.

namespace plimsoll::checks::apiserver_authorization {

static constexpr FlagRule apiserver_authorization_always_allow = {.component = kubernetes::Component::api_server,
                                                                  .flag = "authorization-mode",
                                                                  .must = Must::not_contain,
                                                                  .reason = "every request is allowed",
                                                                  .want = "AlwaysAllow",
                                                                  .unless = "authorization-config",
                                                                  .by_default = "AlwaysAllow"};
static constexpr FlagRule apiserver_authorization_node = {.component = kubernetes::Component::api_server,
                                                          .flag = "authorization-mode",
                                                          .must = Must::contain,
                                                          .reason = "kubelets are not confined to the objects of their own node",
                                                          .want = "Node",
                                                          .unless = "authorization-config"};
static constexpr FlagRule apiserver_authorization_rbac = {.component = kubernetes::Component::api_server,
                                                          .flag = "authorization-mode",
                                                          .must = Must::contain,
                                                          .reason = "roles and bindings have no effect",
                                                          .want = "RBAC",
                                                          .unless = "authorization-config"};

static constexpr Example apiserver_authorization_always_allow_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--authorization-mode=Node,AlwaysAllow"]
                                                         ^^^^^^^^^^^ 'AlwaysAllow' in --authorization-mode: every request is allowed; remove it
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --authorization-mode is not set and means AlwaysAllow: every request is allowed
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --authorization-mode=Node]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
    authorization-mode: AlwaysAllow
                        ^^^^^^^^^^^ 'AlwaysAllow' in authorization-mode: every request is allowed; remove it
)",
     .good = R"(
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
    profiling: "false"
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example apiserver_authorization_node_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--authorization-mode=RBAC"]
                                                    ^^^^ --authorization-mode lacks Node: kubelets are not confined to the objects of their own node
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --authorization-mode is not set and lacks Node: kubelets are not confined to the objects of their own node
)",
                                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--authorization-mode=RBAC,Node"]
)",
                                                                     .path = "app.yaml",
                                                                     .fixed = false}};

static constexpr Example apiserver_authorization_rbac_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--authorization-mode=Node"]
                                                    ^^^^ --authorization-mode lacks RBAC: roles and bindings have no effect
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --authorization-mode is not set and lacks RBAC: roles and bindings have no effect
)",
                                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--authorization-mode=Node,RBAC"]
)",
                                                                     .path = "app.yaml",
                                                                     .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-authorization-always-allow",
        .title = "kube-apiserver authorises everything.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "With AlwaysAllow any authenticated caller may do anything, secrets and node access included. It is also what a server "
               "without the flag does.",
        .aliases = {"trivy:KCV-0007", "checkov:CKV_K8S_74", "kubescape:C-0118", "kics:f1f4d8da-1ac4-47d0-b1aa-91e69d33f7d5",
                    "mondoo:api-server-authorization-mode"},
        .standards = {"CIS-K8s-1.2.6", "NSA-authn-authz", "OWASP-K09"},
        .examples = apiserver_authorization_always_allow_examples,
        .run = on_flag<apiserver_authorization_always_allow>(),
    },
    {
        .id = "apiserver-authorization-node",
        .title = "Node authoriser is not enabled.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The Node authoriser lets a kubelet read only what the pods on its node need. Without it one stolen kubelet credential "
               "reads the secrets of all nodes.",
        .aliases = {"trivy:KCV-0008", "checkov:CKV_K8S_75", "kubescape:C-0119", "kics:4d7ee40f-fc5d-427d-8cac-dffbe22d42d1",
                    "mondoo:api-server-authorization-mode"},
        .standards = {"CIS-K8s-1.2.7"},
        .examples = apiserver_authorization_node_examples,
        .run = on_flag<apiserver_authorization_node>(),
    },
    {
        .id = "apiserver-authorization-rbac",
        .title = "RBAC is not enabled.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Roles only count when the RBAC authoriser is on. The others cannot express who may do what in which namespace.",
        .aliases = {"trivy:KCV-0009", "checkov:CKV_K8S_77", "kubescape:C-0120", "kubescape:C-0088", "kics:1aa4a1ae-5dbb-48a1-9aa2-630ea4be208e",
                    "mondoo:api-server-authorization-mode"},
        .standards = {"CIS-K8s-1.2.8", "NSA-authn-authz"},
        .examples = apiserver_authorization_rbac_examples,
        .run = on_flag<apiserver_authorization_rbac>(),
    },
};

extern constinit const std::span<const Check> apiserver_authorization = table;

}
