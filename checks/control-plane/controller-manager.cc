#include "checks/control-plane/flag_rule.h"

// Settings of the controller manager.

namespace plimsoll::checks::controller_manager {

static constexpr FlagRule controller_manager_gc_threshold = {.component = kubernetes::Component::controller_manager,
                                                             .flag = "terminated-pod-gc-threshold",
                                                             .must = Must::be_at_least,
                                                             .reason = "how many finished pods are kept should be a decision"};
static constexpr FlagRule controller_manager_root_ca = {.component = kubernetes::Component::controller_manager,
                                                        .flag = "root-ca-file",
                                                        .must = Must::be_set,
                                                        .reason = "service account tokens come without the certificate authority of the API server"};
static constexpr FlagRule controller_manager_rotate_kubelet_cert = {.component = kubernetes::Component::controller_manager,
                                                                    .flag = "feature-gates",
                                                                    .must = Must::not_contain,
                                                                    .reason = "kubelets must be given new serving certificates by hand",
                                                                    .want = "RotateKubeletServerCertificate=false"};
static constexpr FlagRule controller_manager_sa_credentials = {.component = kubernetes::Component::controller_manager,
                                                               .flag = "use-service-account-credentials",
                                                               .must = Must::be_true,
                                                               .reason = "all controllers share one powerful credential"};
static constexpr FlagRule controller_manager_sa_private_key = {.component = kubernetes::Component::controller_manager,
                                                               .flag = "service-account-private-key-file",
                                                               .must = Must::be_set,
                                                               .reason = "no key of its own signs service account tokens"};

static constexpr Option controller_manager_gc_threshold_options[] = {
    {.name = "min", .type = Option::Type::number, .value = "1", .what = "finished pods to keep at least"}};

static constexpr Example controller_manager_gc_threshold_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --terminated-pod-gc-threshold is not set: how many finished pods are kept should be a decision; set it to 1 or more
---
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --terminated-pod-gc-threshold=0]
                                                                     ^ --terminated-pod-gc-threshold is '0': how many finished pods are kept should be a decision; set it to 1 or more
)",
                                                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --terminated-pod-gc-threshold=1]
)",
                                                                        .path = "app.yaml",
                                                                        .fixed = false}};

static constexpr Example controller_manager_root_ca_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --root-ca-file is not set: service account tokens come without the certificate authority of the API server
)",
                                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --root-ca-file=/etc/kubernetes/pki/ca.crt]
)",
                                                                   .path = "app.yaml",
                                                                   .fixed = false}};

static constexpr Example controller_manager_rotate_kubelet_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, "--feature-gates=GracefulNodeShutdown=true,RotateKubeletServerCertificate=false"]
                                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'RotateKubeletServerCertificate=false' in --feature-gates: kubelets must be given new serving certificates by hand; remove it
)",
                                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --feature-gates=GracefulNodeShutdown=true]
)",
                                                                               .path = "app.yaml",
                                                                               .fixed = false}};

static constexpr Example controller_manager_sa_credentials_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --use-service-account-credentials is off by default: all controllers share one powerful credential; set it to true
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
controllerManager:
  extraArgs:
  - {name: use-service-account-credentials, value: "false"}
                                                   ^^^^^^^ use-service-account-credentials is 'false': all controllers share one powerful credential; set it to true
)",
                                                                          .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --use-service-account-credentials=true]
)",
                                                                          .path = "app.yaml",
                                                                          .fixed = false}};

static constexpr Example controller_manager_sa_private_key_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --v=2]
    ^^^^^^^ --service-account-private-key-file is not set: no key of its own signs service account tokens
)",
                                                                          .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: kube-controller-manager:v1.34.1
    command: [kube-controller-manager, --service-account-private-key-file=/etc/kubernetes/pki/sa.key]
)",
                                                                          .path = "app.yaml",
                                                                          .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "controller-manager-gc-threshold",
        .title = "Terminated-pod garbage collection is not tuned.",
        .category = Category::resources,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "The default keeps 12500 finished pods, which slows lists and fills etcd in a small cluster; zero turns the collection "
               "off.",
        .aliases = {"trivy:KCV-0033", "checkov:CKV_K8S_106", "kubescape:C-0144", "kics:49113af4-29ca-458e-b8d4-724c01a4a24f"},
        .standards = {"CIS-K8s-1.3.1"},
        .options = controller_manager_gc_threshold_options,
        .examples = controller_manager_gc_threshold_examples,
        .run = on_flag<controller_manager_gc_threshold>(),
    },
    {
        .id = "controller-manager-root-ca",
        .title = "Controller manager publishes no root CA.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Pods verify the API server with the certificate authority that the controller manager puts beside their token. Without "
               "it they connect unverified or not at all.",
        .aliases = {"trivy:KCV-0037", "checkov:CKV_K8S_111", "kubescape:C-0148", "kics:05fb986f-ac73-4ebb-a5b2-7faafa93d882"},
        .standards = {"CIS-K8s-1.3.5"},
        .examples = controller_manager_root_ca_examples,
        .run = on_flag<controller_manager_root_ca>(),
    },
    {
        .id = "controller-manager-rotate-kubelet-cert",
        .title = "RotateKubeletServerCertificate turned off.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "With the gate off, serving certificates of kubelets end without a successor, and operators reach for very long "
               "lifetimes. It is on by default.",
        .aliases = {"trivy:KCV-0038", "checkov:CKV_K8S_112", "kubescape:C-0149", "kics:1c621b8e-2c6a-44f5-bd6a-fb0fb7ba33e2"},
        .standards = {"CIS-K8s-1.3.6"},
        .examples = controller_manager_rotate_kubelet_cert_examples,
        .run = on_flag<controller_manager_rotate_kubelet_cert>(),
    },
    {
        .id = "controller-manager-sa-credentials",
        .title = "Controllers share one credential.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "With an account for each controller, roles can be as narrow as each one needs, and the audit log tells them apart.",
        .aliases = {"trivy:KCV-0035", "checkov:CKV_K8S_108", "kubescape:C-0146", "kics:1acd93f1-5a37-45c0-aaac-82ece818be7d"},
        .standards = {"CIS-K8s-1.3.3"},
        .examples = controller_manager_sa_credentials_examples,
        .run = on_flag<controller_manager_sa_credentials>(),
    },
    {
        .id = "controller-manager-sa-private-key",
        .title = "No service account signing key file.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A key pair of its own for service account tokens can be rotated without touching certificates.",
        .aliases = {"trivy:KCV-0036", "checkov:CKV_K8S_110", "kubescape:C-0147", "kics:ccc98ff7-68a7-436e-9218-185cb0b0b780"},
        .standards = {"CIS-K8s-1.3.4"},
        .examples = controller_manager_sa_private_key_examples,
        .run = on_flag<controller_manager_sa_private_key>(),
    },
};

extern constinit const std::span<const Check> controller_manager = table;

}
