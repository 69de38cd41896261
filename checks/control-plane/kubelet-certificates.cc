#include "checks/control-plane/flag_rule.h"

// Certificates of the kubelet.

namespace plimsoll::checks::kubelet_certificates {

static constexpr FlagRule kubelet_rotate_certificates = {.component = kubernetes::Component::kubelet,
                                                         .flag = "rotate-certificates",
                                                         .must = Must::not_be_false,
                                                         .reason = "the kubelet's client certificate expires without a successor"};
static constexpr FlagRule kubelet_rotate_server_certificate = {.component = kubernetes::Component::kubelet,
                                                               .flag = "rotate-server-certificates",
                                                               .must = Must::be_true,
                                                               .reason = "the serving certificate is not renewed"};
static constexpr FlagRule kubelet_tls_cert = {.component = kubernetes::Component::kubelet,
                                              .flag = "tls-cert-file",
                                              .must = Must::be_set,
                                              .reason = "clients get a self-signed certificate they cannot verify",
                                              .pair = "tls-private-key-file"};

// The serving certificate comes from the cluster's signer and is renewed.
static bool bootstraps(const kubernetes::Settings& settings) {
    const kubernetes::Setting* setting = settings.find("rotate-server-certificates");
    return setting && (!setting->known || kubernetes::flag_boolean(setting->value) == true);
}

static constexpr FlagRule gate_off = {.component = kubernetes::Component::kubelet,
                                      .flag = "feature-gates",
                                      .must = Must::not_contain,
                                      .reason = "the serving certificate is not renewed",
                                      .want = "RotateKubeletServerCertificate=false"};

static void judge_rotation(const kubernetes::Settings& settings, Reporter& report) {
    judge(gate_off, settings, report);
    if (!settings.find("tls-cert-file")) judge(kubelet_rotate_server_certificate, settings, report);
}

static void judge_certificate(const kubernetes::Settings& settings, Reporter& report) {
    if (!bootstraps(settings)) judge(kubelet_tls_cert, settings, report);
}

static constexpr Example kubelet_rotate_certificates_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
rotateCertificates: false
                    ^^^^^ rotateCertificates is 'false': the kubelet's client certificate expires without a successor; set it to true
)",
                                                                    .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
rotateCertificates: true
)",
                                                                    .path = "app.yaml",
                                                                    .fixed = false}};

static constexpr Example kubelet_rotate_server_certificate_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
serverTLSBootstrap: false
                    ^^^^^ serverTLSBootstrap is 'false': the serving certificate is not renewed; set it to true
featureGates: {RotateKubeletServerCertificate: false}
                                               ^^^^^ 'RotateKubeletServerCertificate=false' in featureGates: the serving certificate is not renewed; remove it
)",
                                                                          .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
serverTLSBootstrap: true
)",
                                                                          .path = "app.yaml",
                                                                          .fixed = false}};

static constexpr Example kubelet_tls_cert_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
      ^^^^^^^^^^^^^^^^^^^^ tlsPrivateKeyFile is not set: clients get a self-signed certificate they cannot verify
tlsCertFile: /etc/kubelet/tls.crt
)",
                                                         .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCertFile: /etc/kubelet/tls.crt
tlsPrivateKeyFile: /etc/kubelet/tls.key
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
serverTLSBootstrap: true
)",
                                                         .path = "app.yaml",
                                                         .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "kubelet-rotate-certificates",
        .title = "kubelet client certificate rotation is off.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A kubelet whose client certificate has expired drops out of the cluster. With rotation it asks for a new one in time, "
               "and lifetimes can be short.",
        .aliases = {"trivy:KCV-0090", "checkov:CKV_K8S_149", "kubescape:C-0182", "kics:52d70f2e-3257-474c-b3dc-8ad9ba6a061a",
                    "mondoo:kubelet-rotate-certificates"},
        .standards = {"CIS-K8s-4.2.10"},
        .examples = kubelet_rotate_certificates_examples,
        .run = on_flag<kubelet_rotate_certificates>(),
    },
    {
        .id = "kubelet-rotate-server-certificate",
        .title = "kubelet server certificate rotation is off.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "With serverTLSBootstrap the kubelet gets its serving certificate from the cluster and renews it. Otherwise it makes "
               "one itself, which the API server cannot verify.",
        .aliases = {"trivy:KCV-0091", "kubescape:C-0183", "kics:1c621b8e-2c6a-44f5-bd6a-fb0fb7ba33e2"},
        .standards = {"CIS-K8s-4.2.11"},
        .examples = kubelet_rotate_server_certificate_examples,
        .run = on_settings<kubernetes::Component::kubelet, judge_rotation>(),
    },
    {
        .id = "kubelet-tls-cert",
        .title = "kubelet has no serving certificate.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Without a certificate from an authority that clients know, the streams for logs, exec and port-forward can be taken "
               "over on their way. Give the files or let the kubelet ask for a certificate with serverTLSBootstrap.",
        .aliases = {"trivy:KCV-0088", "trivy:KCV-0089", "checkov:CKV_K8S_148", "kubescape:C-0181", "kics:fa750c81-93c2-4fab-9c6d-d3fd3ce3b89f",
                    "mondoo:kubelet-tls-certificate"},
        .standards = {"CIS-K8s-4.2.9"},
        .examples = kubelet_tls_cert_examples,
        .run = on_settings<kubernetes::Component::kubelet, judge_certificate>(),
    },
};

extern constinit const std::span<const Check> kubelet_certificates = table;

}
