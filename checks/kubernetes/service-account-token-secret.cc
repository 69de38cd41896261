#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::service_account_token_secret {

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node type = object["type"];
    if (type.text() != "kubernetes.io/service-account-token") return;
    report.at(type, "the token in this Secret never expires; ask for a bound one with a projected volume or 'kubectl create token'");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Secret
metadata:
  name: deployer
  annotations:
    kubernetes.io/service-account.name: deployer
type: kubernetes.io/service-account-token
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the token in this Secret never expires; ask for a bound one with a projected volume or 'kubectl create token'
)",
                                        .good = R"(
apiVersion: v1
kind: Secret
metadata:
  name: deployer
type: Opaque
)",
                                        .path = "app.yaml"}};

extern constinit const Check service_account_token_secret = {
    .id = "service-account-token-secret",
    .title = "Long-lived service account token Secret.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The control plane fills such a Secret with a token that is valid until the Secret is deleted, whoever has copied it. "
           "Bound tokens end after an hour or with their pod.",
    .aliases = {"kyverno:deny-secret-service-account-token-type", "kyverno:check-serviceaccount-secrets"},
    .standards = {"NSA-pod-sa-token", "MITRE-T1528"},
    .examples = examples,
    .run = on_objects({"Secret"}, run),
};

}
