#include "checks/control-plane/flag_rule.h"

// Certificates and encryption of the API server's connections and data.

namespace plimsoll::checks::apiserver_tls {

static constexpr FlagRule apiserver_encryption_config = {.component = kubernetes::Component::api_server,
                                                         .flag = "encryption-provider-config",
                                                         .must = Must::be_set,
                                                         .reason = "Secrets lie in etcd unencrypted",
                                                         .also = "experimental-encryption-provider-config"};
static constexpr FlagRule apiserver_etcd_ca = {
    .component = kubernetes::Component::api_server, .flag = "etcd-cafile", .must = Must::be_set, .reason = "the server cannot tell its etcd from an impostor"};
static constexpr FlagRule apiserver_etcd_client_cert = {.component = kubernetes::Component::api_server,
                                                        .flag = "etcd-certfile",
                                                        .must = Must::be_set,
                                                        .reason = "etcd cannot ask for a client certificate",
                                                        .pair = "etcd-keyfile"};
static constexpr FlagRule apiserver_kubelet_ca = {.component = kubernetes::Component::api_server,
                                                  .flag = "kubelet-certificate-authority",
                                                  .must = Must::be_set,
                                                  .reason = "certificates of kubelets are not verified"};
static constexpr FlagRule apiserver_kubelet_client_cert = {.component = kubernetes::Component::api_server,
                                                           .flag = "kubelet-client-certificate",
                                                           .must = Must::be_set,
                                                           .reason = "the server reaches kubelets without credentials",
                                                           .pair = "kubelet-client-key"};
static constexpr FlagRule apiserver_kubelet_https = {.component = kubernetes::Component::api_server,
                                                     .flag = "kubelet-https",
                                                     .must = Must::not_be_false,
                                                     .reason = "exec and log streams go over the network in clear text"};
static constexpr FlagRule apiserver_tls_cert = {.component = kubernetes::Component::api_server,
                                                .flag = "tls-cert-file",
                                                .must = Must::be_set,
                                                .reason = "clients get a self-signed certificate they cannot verify",
                                                .pair = "tls-private-key-file"};

static void judge_min_version(const kubernetes::Settings& settings, Reporter& report) {
    const kubernetes::Setting* setting = settings.find("tls-min-version");
    if (!setting || !setting->known || (setting->value != "VersionTLS10" && setting->value != "VersionTLS11")) return;
    at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": TLS before 1.2 is broken; set it to VersionTLS12 or VersionTLS13");
}

static constexpr Example apiserver_encryption_config_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --encryption-provider-config is not set: Secrets lie in etcd unencrypted
)",
                                                                    .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --encryption-provider-config=/etc/kubernetes/encryption.yaml]
)",
                                                                    .path = "app.yaml",
                                                                    .fixed = false}};

static constexpr Example apiserver_etcd_ca_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --etcd-cafile is not set: the server cannot tell its etcd from an impostor
)",
                                                          .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt]
)",
                                                          .path = "app.yaml",
                                                          .fixed = false}};

static constexpr Example apiserver_etcd_client_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --etcd-certfile is not set: etcd cannot ask for a client certificate
)",
                                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --etcd-certfile=/etc/kubernetes/pki/etcd-client.crt, --etcd-keyfile=/etc/kubernetes/pki/etcd-client.key]
)",
                                                                   .path = "app.yaml",
                                                                   .fixed = false}};

static constexpr Example apiserver_kubelet_ca_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --kubelet-certificate-authority is not set: certificates of kubelets are not verified
)",
                                                             .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt]
)",
                                                             .path = "app.yaml",
                                                             .fixed = false}};

static constexpr Example apiserver_kubelet_client_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --kubelet-client-certificate is not set: the server reaches kubelets without credentials
)",
                                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --kubelet-client-certificate=/etc/kubernetes/pki/kubelet-client.crt, --kubelet-client-key=/etc/kubernetes/pki/kubelet-client.key]
)",
                                                                      .path = "app.yaml",
                                                                      .fixed = false}};

static constexpr Example apiserver_kubelet_https_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --kubelet-https=false]
                                              ^^^^^ --kubelet-https is 'false': exec and log streams go over the network in clear text; set it to true
)",
                                                                .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --kubelet-https=true]
)",
                                                                .path = "app.yaml",
                                                                .fixed = false}};

static constexpr Example apiserver_tls_cert_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --tls-cert-file is not set: clients get a self-signed certificate they cannot verify
)",
                                                           .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --tls-cert-file=/etc/kubernetes/pki/apiserver.crt, --tls-private-key-file=/etc/kubernetes/pki/apiserver.key]
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Example apiserver_tls_min_version_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --tls-min-version=VersionTLS10]
                                                ^^^^^^^^^^^^ --tls-min-version is 'VersionTLS10': TLS before 1.2 is broken; set it to VersionTLS12 or VersionTLS13
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --tls-min-version=VersionTLS13]
)",
                                                                  .path = "app.yaml",
                                                                  .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-encryption-config",
        .title = "Secrets are not encrypted at rest.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Whoever reads etcd, its backups or its disks then reads every Secret. An EncryptionConfiguration with KMS or a local "
               "key prevents that.",
        .aliases = {"trivy:KCV-0030", "checkov:CKV_K8S_104", "kubescape:C-0141", "kubescape:C-0066", "kics:cbd2db69-0b21-4c14-8a40-7710a50571a9",
                    "mondoo:api-server-encryption-provider-config"},
        .standards = {"CIS-K8s-1.2.27", "NSA-secrets", "OWASP-K08"},
        .examples = apiserver_encryption_config_examples,
        .run = on_flag<apiserver_encryption_config>(),
    },
    {
        .id = "apiserver-etcd-ca",
        .title = "kube-apiserver does not verify etcd.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Without a certificate authority for etcd, anyone who can redirect that connection serves the API server's whole data.",
        .aliases = {"trivy:KCV-0029", "checkov:CKV_K8S_102", "kubescape:C-0140", "kics:3f5ff8a7-5ad6-4d02-86f5-666307da1b20"},
        .standards = {"CIS-K8s-1.2.26"},
        .examples = apiserver_etcd_ca_examples,
        .run = on_flag<apiserver_etcd_ca>(),
    },
    {
        .id = "apiserver-etcd-client-cert",
        .title = "kube-apiserver has no etcd client certificate.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "etcd knows nothing about users of the cluster: whoever may talk to it owns the cluster. A client certificate is how it "
               "recognises the API server.",
        .aliases = {"trivy:KCV-0026", "checkov:CKV_K8S_99", "kubescape:C-0137", "kics:895a5a95-3756-4b04-9924-2f3bc93181bd",
                    "mondoo:api-server-etcd-cert-files"},
        .standards = {"CIS-K8s-1.2.23"},
        .examples = apiserver_etcd_client_cert_examples,
        .run = on_flag<apiserver_etcd_client_cert>(),
    },
    {
        .id = "apiserver-kubelet-ca",
        .title = "kube-apiserver does not verify kubelet certificates.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "For logs, exec and port-forward the server connects to kubelets. Unverified, these streams can be taken over by anyone "
               "on the path.",
        .aliases = {"trivy:KCV-0006", "checkov:CKV_K8S_73", "kubescape:C-0117", "kics:ec18a0d3-0069-4a58-a7fb-fbfe0b4bbbe0", "mondoo:api-server-kubelet-ca"},
        .standards = {"CIS-K8s-1.2.5"},
        .examples = apiserver_kubelet_ca_examples,
        .run = on_flag<apiserver_kubelet_ca>(),
    },
    {
        .id = "apiserver-kubelet-client-cert",
        .title = "kube-apiserver has no kubelet client certificate.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Kubelets that refuse anonymous requests need a client certificate from the API server, else logs and exec do not work.",
        .aliases = {"trivy:KCV-0005", "checkov:CKV_K8S_72", "kubescape:C-0116", "kics:36a27826-1bf5-49da-aeb0-a60a30c0e834",
                    "mondoo:api-server-kubelet-client-cert"},
        .standards = {"CIS-K8s-1.2.4"},
        .examples = apiserver_kubelet_client_cert_examples,
        .run = on_flag<apiserver_kubelet_client_cert>(),
    },
    {
        .id = "apiserver-kubelet-https",
        .title = "kube-apiserver talks to kubelets without TLS.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The connection to kubelets carries commands, logs and forwarded ports. Kubernetes 1.22 removed the flag; TLS is always "
               "used since.",
        .aliases = {"trivy:KCV-0004", "checkov:CKV_K8S_71", "kics:cdc8b54e-6b16-4538-a1b0-35849dbe29cf", "mondoo:api-server-kubelet-https"},
        .standards = {"CIS-K8s-1.6-1.2.4"},
        .examples = apiserver_kubelet_https_examples,
        .run = on_flag<apiserver_kubelet_https>(),
    },
    {
        .id = "apiserver-tls-cert",
        .title = "kube-apiserver has no serving certificate.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Without the pair of flags the server makes a certificate of its own at start, and clients are tempted to skip "
               "verification.",
        .aliases = {"trivy:KCV-0027", "checkov:CKV_K8S_100", "kubescape:C-0138", "kics:fa750c81-93c2-4fab-9c6d-d3fd3ce3b89f"},
        .standards = {"CIS-K8s-1.2.24"},
        .examples = apiserver_tls_cert_examples,
        .run = on_flag<apiserver_tls_cert>(),
    },
    {
        .id = "apiserver-tls-min-version",
        .title = "kube-apiserver allows TLS below 1.2.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "TLS 1.0 and 1.1 rest on SHA-1 and on ciphers with known attacks. The server's own default is 1.2.",
        .aliases = {"mondoo:api-server-tls-min-version"},
        .examples = apiserver_tls_min_version_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_min_version>(),
    },
};

extern constinit const std::span<const Check> apiserver_tls = table;

}
