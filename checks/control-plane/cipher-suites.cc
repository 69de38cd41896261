#include "checks/control-plane/flag_rule.h"

#include <algorithm>

// Cipher suites that a component offers.

namespace plimsoll::checks::cipher_suites {

static constexpr Option options[] = {
    {.name = "suites",
     .value = "TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 "
              "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305 "
              "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 "
              "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 "
              "TLS_RSA_WITH_AES_128_GCM_SHA256 TLS_RSA_WITH_AES_256_GCM_SHA384",
     .what = "the suites that may be listed"}};

static void judge_ciphers(const kubernetes::Settings& settings, Reporter& report) {
    constexpr std::string_view flag = "tls-cipher-suites";
    if (settings.absent(flag))
        at_missing(settings, flag, report, settings.shown(flag) + " is not set: older suites are offered as well; list the ones with GCM or ChaCha20");
    const std::vector<std::string>& strong = report.list("suites");
    for (const kubernetes::ListItem& item : settings.items(flag))
        if (item.setting->known && std::find(strong.begin(), strong.end(), item.text) == strong.end())
            at_setting(settings, *item.setting, item.span, report, quote(item.text) + " is a weak cipher suite; remove it");
}

static constexpr Example apiserver_cipher_suites_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_RC4_128_SHA"]
                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^ 'TLS_RSA_WITH_RC4_128_SHA' is a weak cipher suite; remove it
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --tls-cipher-suites is not set: older suites are offered as well; list the ones with GCM or ChaCha20
)",
                                                                .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
)",
                                                                .path = "app.yaml",
                                                                .fixed = false}};

static constexpr Example kubelet_cipher_suites_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCipherSuites:
- TLS_AES_128_GCM_SHA256
- TLS_RSA_WITH_3DES_EDE_CBC_SHA
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'TLS_RSA_WITH_3DES_EDE_CBC_SHA' is a weak cipher suite; remove it
)",
                                                              .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCipherSuites: [TLS_AES_128_GCM_SHA256]
)",
                                                              .path = "app.yaml",
                                                              .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-cipher-suites",
        .title = "kube-apiserver allows weak ciphers.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Old suites with CBC, RC4 or 3DES have known attacks, and a client can be talked down to the weakest one that is "
               "offered.",
        .aliases = {"checkov:CKV_K8S_105", "kubescape:C-0143", "kubescape:C-0277", "kics:510d5810-9a30-443a-817d-5c1fa527b110",
                    "mondoo:api-server-strong-cipher-suites"},
        .standards = {"CIS-K8s-1.2.29"},
        .options = options,
        .examples = apiserver_cipher_suites_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_ciphers>(),
    },
    {
        .id = "kubelet-cipher-suites",
        .title = "kubelet allows weak ciphers.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Old suites with CBC, RC4 or 3DES have known attacks, and a client can be talked down to the weakest one that is "
               "offered.",
        .aliases = {"trivy:KCV-0092", "checkov:CKV_K8S_151", "kubescape:C-0184", "kics:510d5810-9a30-443a-817d-5c1fa527b110", "mondoo:kubelet-strong-ciphers"},
        .standards = {"CIS-K8s-4.2.12"},
        .options = options,
        .examples = kubelet_cipher_suites_examples,
        .run = on_settings<kubernetes::Component::kubelet, judge_ciphers>(),
    },
};

extern constinit const std::span<const Check> cipher_suites = table;

}
