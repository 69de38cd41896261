#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

namespace plimsoll::checks::workload_cluster_takeover {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

static bool projects_token(const Pod& pod) {
    for (yaml::Node volume : pod["volumes"].items())
        for (yaml::Node source : volume["projected"]["sources"].items())
            if (source["serviceAccountToken"].is_set()) return true;
    return false;
}

// The pod decides, else its account, else it is mounted.
static bool has_token(const Cluster& cluster, const Pod& pod) {
    if (projects_token(pod)) return true;
    const yaml::Node own = pod["automountServiceAccountToken"];
    if (own.is_set()) return own.is_true();
    const Object* account = cluster.find(*pod.object, "ServiceAccount", pod.service_account());
    return !account || !(*account)["automountServiceAccountToken"].is_false();
}

namespace {

// Dangers of the roles of the set, each looked for once.
class Dangers {
public:
    explicit Dangers(const Cluster& cluster) : rules_(cluster) {}
    // The first binding of an account that makes it dangerous; null without.
    const kubernetes::Binding* first_of(const std::vector<kubernetes::Binding>& bindings) {
        auto [at, is_new] = first_.try_emplace(&bindings, nullptr);
        if (is_new)
            for (const kubernetes::Binding& binding : bindings)
                if (of(binding) || binding.is_cluster_admin()) {
                    at->second = &binding;
                    break;
                }
        return at->second;
    }
    const kubernetes::Danger& of(const kubernetes::Binding& binding) {
        static const kubernetes::Danger none;
        return binding.role ? of(*binding.role, binding.wide()) : none;
    }

private:
    const kubernetes::Danger& of(const Object& role, bool wide) {
        auto [at, is_new] = known_.try_emplace({&role, wide});
        if (is_new)
            for (const kubernetes::PolicyRule& rule : rules_.of(role))
                if ((at->second = kubernetes::takeover(rule, wide))) break;
        return at->second;
    }

    kubernetes::EffectiveRules rules_;
    std::map<std::pair<const Object*, bool>, kubernetes::Danger> known_;
    std::map<const std::vector<kubernetes::Binding>*, const kubernetes::Binding*> first_;
};

}

static void report_binding(const Pod& pod, const kubernetes::Binding& binding, const kubernetes::Danger& danger, Reporter& report) {
    const bool admin = binding.is_cluster_admin();
    const std::string what =
        admin ? (binding.wide() ? "is bound to cluster-admin" : "may do everything in its namespace (cluster-admin)") : std::string(danger.what);
    const yaml::Node named = pod.service_account_node();
    Draft draft = report.at(*pod.object, named ? named.span() : pod.object->head(),
                            "service account " + quote(pod.service_account()) + " of this pod " + what + "; give it a role with what it needs");
    draft.related(*binding.object, binding.subject["name"], "bound here");
    if (!admin) draft.related(*binding.role, danger.place, "granted here");
}

static void run(const Cluster& cluster, Reporter& report) {
    const kubernetes::Bindings bindings(cluster);
    Dangers dangers(cluster);
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) {
            const std::string_view account = pod.service_account();
            // "default" is in every namespace: only the same one counts.
            const bool ambiguous = account == "default" && !workload->declared_namespace();
            if (pod.partial || account.empty() || ambiguous || !has_token(cluster, pod)) continue;
            if (const kubernetes::Binding* binding = dangers.first_of(bindings.of(*workload, account)))
                report_binding(pod, *binding, dangers.of(*binding), report);
        }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: ci, namespace: shop}
spec:
  serviceAccountName: ci
                      ^^ service account 'ci' of this pod is bound to cluster-admin; give it a role with what it needs
  containers: [{name: ci, image: "registry.example/ci:1.0.0"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: ci, namespace: shop}
spec:
  serviceAccountName: ci
  automountServiceAccountToken: false
  containers: [{name: ci, image: "registry.example/ci:1.0.0"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: ci, namespace: shop}
spec:
  serviceAccountName: ci
                      ^^ service account 'ci' of this pod may bind any role to itself (bind); give it a role with what it needs
  containers: [{name: ci, image: "registry.example/ci:1.0.0"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: binder}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: binder}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: ci, namespace: shop}
spec:
  serviceAccountName: ci
  containers: [{name: ci, image: "registry.example/ci:1.0.0"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: ci, namespace: other}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check workload_cluster_takeover = {
    .id = "workload-cluster-takeover",
    .title = "Workload's service account can take over the cluster.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "The token in the pod is the permissions of its account. With these, whoever breaks into the container owns the cluster; the pod, the "
           "binding and the role each look harmless by themselves.",
    .aliases = {"kubescape:C-0267", "kubescape:C-0272", "kubescape:C-0053", "mondoo:serviceaccount-no-privilege-escalation",
                "mondoo:serviceaccount-no-cluster-admin"},
    .standards = {"CIS-K8s-5.1.1", "MITRE-T1078", "OWASP-K03"},
    .examples = examples,
    .run = on_cluster(run),
};

}
