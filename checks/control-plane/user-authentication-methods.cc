#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::user_authentication_methods {

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node signer = object.at("spec.signerName");
    if (signer.text() == "kubernetes.io/kube-apiserver-client")
        report.at(signer, "a client certificate for the API server cannot be revoked; let people log in with OpenID Connect").only({"kubescape:C-0286"});
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: jane}
spec:
  request: LS0tLS1CRUdJTg==
  signerName: kubernetes.io/kube-apiserver-client
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a client certificate for the API server cannot be revoked; let people log in with OpenID Connect
  usages: [client auth]
)",
                                        .good = R"(
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: node}
spec:
  request: LS0tLS1CRUdJTg==
  signerName: kubernetes.io/kubelet-serving
  usages: [server auth]
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check user_authentication_methods = {
    .id = "user-authentication-methods",
    .title = "Users log in with certificates or static tokens (manual review).",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "The API server has no revocation list: a certificate stays valid until it expires, whatever becomes of its owner. "
           "Benchmarks want people to log in through an identity provider; how your users do is for a reviewer to see.",
    .aliases = {"kubescape:C-0286", "kubescape:C-0287", "kubescape:C-0288"},
    .standards = {"CIS-K8s-3.1.1", "CIS-K8s-3.1.2", "CIS-K8s-3.1.3"},
    .examples = examples,
    .run = on_objects({"CertificateSigningRequest"}, run),
};

}
