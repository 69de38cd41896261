#include <set>
#include <utility>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::service_account_token_automounted {

using kubernetes::Object;
using kubernetes::Pod;

namespace {

// The accounts that a RoleBinding or ClusterRoleBinding of the set names: their tokens are most likely there to be used.
class BoundAccounts {
public:
    explicit BoundAccounts(const kubernetes::Cluster& cluster) {
        for (std::string_view kind : {"RoleBinding", "ClusterRoleBinding"})
            for (const Object* binding : cluster.of_kind(kind))
                for (yaml::Node subject : (*binding)["subjects"].items())
                    if (subject["kind"].text_or_empty() == "ServiceAccount")
                        accounts_.insert({subject["name"].text_or_empty(), subject["namespace"].text_or_empty()});
    }
    // A namespace that is not written may be any.
    bool hold(std::string_view account, const Object& workload) const {
        const auto first = accounts_.lower_bound({account, {}});
        if (first == accounts_.end() || first->first != account) return false;
        return !workload.declared_namespace() || first->second.empty() || accounts_.contains({account, *workload.declared_namespace()});
    }

private:
    std::set<std::pair<std::string_view, std::string_view>> accounts_;
};

}

// Trivy's rule is about a token that is asked for, not about the default.
static void without_trivy(Draft& draft) {
    draft.only({"checkov:CKV_K8S_38", "polaris:automountServiceAccountToken", "kubescape:C-0034", "kubescape:C-0190", "kubescape:C-0261",
                "kics:48471392-d4d0-47c0-b135-cdec95eb3eef", "kubesec:AutomountServiceAccountToken", "kubeaudit:AutomountServiceAccountTokenTrueAndDefaultSA",
                "datree:SRVACC_INCORRECT_AUTOMOUNTSERVICEACCOUNTTOKEN_VALUE", "marvin:M-202", "terrascan:AC_K8S_0045", "sonar:S6865", "popeye:301",
                "popeye:303", "kyverno:restrict-automount-sa-token", "gatekeeper:automount-serviceaccount-token"});
}

static void judge(const kubernetes::Cluster& cluster, const BoundAccounts& bound, const Object& workload, const Pod& pod, Reporter& report) {
    const yaml::Node own = pod["automountServiceAccountToken"];
    if (own.is_false() || (own.is_set() && !own.boolean())) return;
    if (!own.is_set() && (pod.partial || pod.service_account_node().is_placeholder())) return;
    const std::string_view account = pod.service_account();
    const Object* object = cluster.find(workload, "ServiceAccount", account);
    const yaml::Node inherited = object ? (*object)["automountServiceAccountToken"] : yaml::Node();
    if (!own.is_set() && (inherited.is_false() || inherited.is_placeholder())) return;
    const bool used = bound.hold(account, workload);
    if (used && report.flag("only_without_bindings")) return;
    const std::string message =
        "the token of service account " + quote(account) + " is mounted into every container; set automountServiceAccountToken to false";
    if (own.is_set()) {
        Draft draft = report.at(workload, own, message + " unless the pod calls the API server");
        draft.fix("Mount no token", Safety::unsafe, yaml::replace_scalar(workload.manifest().source(), own, "false"));
        if (used) draft.severity(Severity::low);
        return;
    }
    constexpr std::string_view field = "automountServiceAccountToken";
    const std::string path = pod.spec.path(workload.node());
    Draft draft = report.at(workload, pod.holder(field), message + " unless the pod calls the API server");
    draft.field(path.empty() ? std::string(field) : path + '.' + std::string(field));
    without_trivy(draft);
    if (used) draft.severity(Severity::low);
    draft.fix("Mount no token", Safety::unsafe, yaml::set_key(workload.manifest().source(), pod.spec, field, "false"));
    if (inherited.is_true()) draft.related(*object, inherited, "the service account asks for it");
}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    const BoundAccounts bound(cluster);
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) judge(cluster, bound, *workload, pod, report);
}

static constexpr Option options[] = {
    {.name = "only_without_bindings",
     .type = Option::Type::flag,
     .value = "false",
     .what = "Says nothing about accounts that a RoleBinding or ClusterRoleBinding of the analysed set names."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
^^^^ the token of service account 'default' is mounted into every container; set automountServiceAccountToken to false unless the pod calls the API server
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
  automountServiceAccountToken: false
  containers:
  - name: web
    image: example.org/web:1.4
)",
                                        .path = "app.yaml",
                                        .fixed = false},
                                       {.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  automountServiceAccountToken: true
                                ^^^^ the token of service account 'web' is mounted into every container; set automountServiceAccountToken to false unless the pod calls the API server
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  automountServiceAccountToken: false
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ the token of service account 'web' is mounted into every container; set automountServiceAccountToken to false unless the pod calls the API server
      serviceAccountName: web
      containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .path = "app.yaml",
                                        .fixed = false},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  automountServiceAccountToken: true
                                ^^^^ the token of service account 'web' is mounted into every container; set automountServiceAccountToken to false unless the pod calls the API server
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: leader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: leader}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                        .config = "checks:\n  service-account-token-automounted:\n    only_without_bindings: true\n",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check service_account_token_automounted = {
    .id = "service-account-token-automounted",
    .title = "Service account token is mounted without need.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "The token lets whoever gets into a container speak to the API server in the name of the account. "
           "Most programs never call the API server, so for them the token is nothing but loot. The pod's setting wins over that of its service account.",
    .aliases = {"trivy:KSV-0036", "checkov:CKV_K8S_38", "polaris:automountServiceAccountToken", "kubescape:C-0034", "kubescape:C-0190", "kubescape:C-0261",
                "kics:48471392-d4d0-47c0-b135-cdec95eb3eef", "kubesec:AutomountServiceAccountToken", "kubeaudit:AutomountServiceAccountTokenTrueAndDefaultSA",
                "datree:SRVACC_INCORRECT_AUTOMOUNTSERVICEACCOUNTTOKEN_VALUE", "marvin:M-202", "terrascan:AC_K8S_0045", "sonar:S6865", "popeye:301",
                "popeye:303", "kyverno:restrict-automount-sa-token", "gatekeeper:automount-serviceaccount-token"},
    .standards = {"CIS-K8s-5.1.6", "NSA-pod-sa-token", "MITRE-T1528", "OWASP-K01"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
