#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::default_service_account {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (pod.service_account() != "default" || !pod["automountServiceAccountToken"].boolean().value_or(true)) return;
    const yaml::Node account = pod.service_account_node();
    if (account.is_placeholder() || pod["automountServiceAccountToken"].is_placeholder()) return;
    constexpr std::string_view advice = "; name a service account of its own in serviceAccountName, or set automountServiceAccountToken to false";
    if (account.is_set() && !account.text_or_empty().empty())
        report.at(account, "the pod shares the account " + quote(account.scalar()) + " with every other pod of the namespace" + std::string(advice));
    else if (!pod.partial)
        report.missing(pod, "serviceAccountName", "the pod shares the account 'default' with every other pod of the namespace" + std::string(advice));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
^^^^ the pod shares the account 'default' with every other pod of the namespace; name a service account of its own in serviceAccountName, or set automountServiceAccountToken to false
  containers:
  - name: web
    image: example.org/web:1.4
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: web
  containers:
  - name: web
    image: example.org/web:1.4
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: default
                      ^^^^^^^ the pod shares the account 'default' with every other pod of the namespace; name a service account of its own in serviceAccountName, or set automountServiceAccountToken to false
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: default
  automountServiceAccountToken: false
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check default_service_account = {
    .id = "default-service-account",
    .title = "Pod runs as the default service account.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A right that is granted to the default account of a namespace is granted to every pod that names no account. "
           "With an account of its own, a workload gets what it needs and an audit log tells who it was.",
    .aliases = {"kube-linter:default-service-account", "kics:591ade62-d6b0-4580-b1ae-209f80ba1cd9", "kics:b93e973e-9066-4455-a63b-c1c0e1ec3a48",
                "kubesec:ServiceAccountName", "popeye:300", "kyverno:restrict-service-account", "mondoo:serviceaccount",
                "datree:CIS_INVALID_VALUE_AUTOMOUNTSERVICEACCOUNTTOKEN"},
    .standards = {"CIS-K8s-5.1.5", "NSA-pod-sa-token"},
    .examples = examples,
    .run = on_pods(run),
};

}
