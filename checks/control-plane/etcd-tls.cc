#include "checks/control-plane/flag_rule.h"

// Encryption and authentication of etcd, for clients and between members.

namespace plimsoll::checks::etcd_tls {

static constexpr FlagRule etcd_tls_cert = {
    .component = kubernetes::Component::etcd, .flag = "cert-file", .must = Must::be_set, .reason = "clients talk to etcd in clear text", .pair = "key-file"};
static constexpr FlagRule etcd_client_cert_auth = {.component = kubernetes::Component::etcd,
                                                   .flag = "client-cert-auth",
                                                   .must = Must::be_true,
                                                   .reason = "whoever reaches the port reads and writes everything"};
static constexpr FlagRule etcd_auto_tls = {
    .component = kubernetes::Component::etcd, .flag = "auto-tls", .must = Must::not_be_true, .reason = "clients cannot verify a self-signed certificate"};
static constexpr FlagRule etcd_peer_tls_cert = {.component = kubernetes::Component::etcd,
                                                .flag = "peer-cert-file",
                                                .must = Must::be_set,
                                                .reason = "members replicate in clear text",
                                                .pair = "peer-key-file"};
static constexpr FlagRule etcd_peer_client_cert_auth = {.component = kubernetes::Component::etcd,
                                                        .flag = "peer-client-cert-auth",
                                                        .must = Must::be_true,
                                                        .reason = "anyone who reaches the peer port can join as a member"};
static constexpr FlagRule etcd_peer_auto_tls = {
    .component = kubernetes::Component::etcd, .flag = "peer-auto-tls", .must = Must::not_be_true, .reason = "members cannot verify a self-signed certificate"};

static constexpr Example etcd_tls_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
    ^^^^^^^ --cert-file is not set: clients talk to etcd in clear text
)",
                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --cert-file=/etc/kubernetes/pki/etcd/server.crt, --key-file=/etc/kubernetes/pki/etcd/server.key]
)",
                                                      .path = "app.yaml",
                                                      .fixed = false}};

static constexpr Example etcd_client_cert_auth_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
    ^^^^^^^ --client-cert-auth is off by default: whoever reaches the port reads and writes everything; set it to true
---
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --client-cert-auth=false]
                                       ^^^^^ --client-cert-auth is 'false': whoever reaches the port reads and writes everything; set it to true
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --client-cert-auth=true]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    env:
    - {name: ETCD_CLIENT_CERT_AUTH, value: "false"}
                                           ^^^^^^^ ETCD_CLIENT_CERT_AUTH is 'false': whoever reaches the port reads and writes everything; set it to true
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    env:
    - {name: ETCD_CLIENT_CERT_AUTH, value: "true"}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example etcd_auto_tls_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --auto-tls=true]
                               ^^^^ --auto-tls is 'true': clients cannot verify a self-signed certificate; set it to false
)",
                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
---
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --auto-tls=false]
)",
                                                      .path = "app.yaml",
                                                      .fixed = false}};

static constexpr Example etcd_peer_tls_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
    ^^^^^^^ --peer-cert-file is not set: members replicate in clear text
)",
                                                           .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt, --peer-key-file=/etc/kubernetes/pki/etcd/peer.key]
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Example etcd_peer_client_cert_auth_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
    ^^^^^^^ --peer-client-cert-auth is off by default: anyone who reaches the peer port can join as a member; set it to true
---
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --peer-client-cert-auth=false]
                                            ^^^^^ --peer-client-cert-auth is 'false': anyone who reaches the peer port can join as a member; set it to true
)",
                                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --peer-client-cert-auth=true]
)",
                                                                   .path = "app.yaml",
                                                                   .fixed = false}};

static constexpr Example etcd_peer_auto_tls_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --peer-auto-tls=true]
                                    ^^^^ --peer-auto-tls is 'true': members cannot verify a self-signed certificate; set it to false
)",
                                                           .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --v=2]
---
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --peer-auto-tls=false]
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "etcd-tls-cert",
        .title = "etcd has no serving certificate.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "etcd holds every Secret of the cluster, and without a certificate all of it crosses the network readable.",
        .aliases = {"trivy:KCV-0042", "checkov:CKV_K8S_116", "kubescape:C-0153", "kics:075ca296-6768-4322-aea2-ba5063b969a9"},
        .standards = {"CIS-K8s-2.1", "NSA-cp-hardening"},
        .examples = etcd_tls_cert_examples,
        .run = on_flag<etcd_tls_cert>(),
    },
    {
        .id = "etcd-client-cert-auth",
        .title = "etcd does not authenticate clients.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "etcd knows no users of the cluster: a client that gets through is an administrator of everything in it. A certificate "
               "is what tells the API server from the rest.",
        .aliases = {"trivy:KCV-0043", "checkov:CKV_K8S_117", "kubescape:C-0154", "kics:9391103a-d8d7-4671-ac5d-606ba7ccb0ac"},
        .standards = {"CIS-K8s-2.2", "NSA-cp-hardening"},
        .examples = etcd_client_cert_auth_examples,
        .run = on_flag<etcd_client_cert_auth>(),
    },
    {
        .id = "etcd-auto-tls",
        .title = "etcd uses self-signed client TLS.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A certificate that etcd makes for itself proves nothing, so clients have to skip the verification.",
        .aliases = {"trivy:KCV-0044", "checkov:CKV_K8S_118", "kubescape:C-0155", "kics:98ce8b81-7707-4734-aa39-627c6db3d84b"},
        .standards = {"CIS-K8s-2.3"},
        .examples = etcd_auto_tls_examples,
        .run = on_flag<etcd_auto_tls>(),
    },
    {
        .id = "etcd-peer-tls-cert",
        .title = "etcd peers have no certificate.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Members copy the whole data to one another, Secrets included.",
        .aliases = {"trivy:KCV-0045", "checkov:CKV_K8S_119", "kubescape:C-0156", "kics:09bb9e96-8da3-4736-b89a-b36814acca60"},
        .standards = {"CIS-K8s-2.4"},
        .examples = etcd_peer_tls_cert_examples,
        .run = on_flag<etcd_peer_tls_cert>(),
    },
    {
        .id = "etcd-peer-client-cert-auth",
        .title = "etcd does not authenticate peers.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A member receives all data and takes part in votes. Only certificates of the cluster's own authority should make one.",
        .aliases = {"trivy:KCV-0046", "checkov:CKV_K8S_121", "kubescape:C-0157", "kics:b7d0181d-0a9b-4611-9d1c-1ad4f0b620ff"},
        .standards = {"CIS-K8s-2.5"},
        .examples = etcd_peer_client_cert_auth_examples,
        .run = on_flag<etcd_peer_client_cert_auth>(),
    },
    {
        .id = "etcd-peer-auto-tls",
        .title = "etcd uses self-signed peer TLS.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A certificate that a member makes for itself proves nothing to the others, so an impostor can join.",
        .aliases = {"trivy:KCV-0047", "kubescape:C-0158", "kics:ae8827e2-4af9-4baa-9998-87539ae0d6f0"},
        .standards = {"CIS-K8s-2.6"},
        .examples = etcd_peer_auto_tls_examples,
        .run = on_flag<etcd_peer_auto_tls>(),
    },
};

extern constinit const std::span<const Check> etcd_tls = table;

}
