#include <algorithm>
#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

namespace plimsoll::checks::rbac_cluster_admin_binding {

// polaris has a name for every kind of binding; most of the others mean the role cluster-admin only.
static void narrow(const kubernetes::Object& binding, bool by_name, Draft& draft) {
    const bool wide = binding.is("ClusterRoleBinding"), to_cluster_role = binding.at("roleRef.kind").scalar() == "ClusterRole";
    const std::string_view polaris = wide              ? "polaris:clusterrolebindingClusterAdmin"
                                     : to_cluster_role ? "polaris:rolebindingClusterAdminClusterRole"
                                                       : "polaris:rolebindingClusterAdminRole";
    if (!by_name)
        draft.only({polaris, "kubescape:C-0035", "rbac-police:cluster_admin"});
    else if (!wide)
        draft.only({polaris, "trivy:KSV-0111", "kubescape:C-0035", "datree:CIS_INVALID_ROLE_CLUSTER_ADMIN", "kyverno:block-cluster-admin-from-ns",
                    "rbac-police:cluster_admin"});
    else
        draft.only({polaris, "trivy:KSV-0111", "kube-linter:cluster-admin-role-binding", "kubescape:C-0035", "kubescape:C-0185",
                    "kics:249328b8-5f0f-409f-b1dd-029f07882e11", "datree:CIS_INVALID_ROLE_CLUSTER_ADMIN", "kyverno:restrict-binding-clusteradmin",
                    "kyverno:block-cluster-admin-from-ns", "mondoo:rbac-restrict-cluster-admin-bindings", "mondoo:serviceaccount-no-cluster-admin",
                    "rbac-police:cluster_admin"});
}

static bool grants_everything(const std::vector<kubernetes::PolicyRule>& rules) {
    return std::any_of(rules.begin(), rules.end(), [](const kubernetes::PolicyRule& rule) { return rule.grants_everything(); });
}

// The cluster's own binding of its administrators.
static bool is_exempt(const kubernetes::Object& binding, const std::vector<std::string>& names) {
    return kubernetes::is_bootstrap(binding) || std::find(names.begin(), names.end(), binding.name()) != names.end();
}

static std::string message(const kubernetes::Object& binding, std::string_view role) {
    const bool wide = binding.is("ClusterRoleBinding");
    return "role " + quote(role) + " grants everything in the " + (wide ? "cluster" : "namespace") + "; bind a role with the permissions that are needed";
}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    const std::vector<std::string>&roles = report.list("roles"), &exempt = report.list("exempt_bindings");
    const kubernetes::EffectiveRules rules(cluster);
    std::map<const kubernetes::Object*, bool> known;
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const kubernetes::Object* binding : cluster.of_kind(kind)) {
            if (is_exempt(*binding, exempt)) continue;
            const yaml::Node name = binding->at("roleRef.name");
            const kubernetes::Object* role = kubernetes::bound_role(cluster, *binding);
            const bool by_name =
                binding->at("roleRef.kind").scalar() == "ClusterRole" && std::find(roles.begin(), roles.end(), name.text_or_empty()) != roles.end();
            bool all = by_name;
            if (!all && role) {
                auto [at, is_new] = known.try_emplace(role, false);
                if (is_new) at->second = grants_everything(rules.of(*role));
                all = at->second;
            }
            if (!all) continue;
            Draft draft = report.at(*binding, name, message(*binding, name.text_or_empty()));
            narrow(*binding, by_name, draft);
        }
}

static constexpr Option options[] = {
    {.name = "roles", .type = Option::Type::list, .value = "cluster-admin", .what = "ClusterRoles that count as administrator by their name"},
    {.name = "exempt_bindings", .type = Option::Type::list, .value = "cluster-admin", .what = "names of bindings that are not reported"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ci
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
        ^^^^^^^^^^^^^ role 'cluster-admin' grants everything in the cluster; bind a role with the permissions that are needed
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ci
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: all, namespace: shop}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}
                                                                 ^^^ role 'all' grants everything in the namespace; bind a role with the permissions that are needed
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: all, namespace: shop}
rules: [{apiGroups: [apps], resources: [deployments], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_cluster_admin_binding = {
    .id = "rbac-cluster-admin-binding",
    .title = "Subject is bound to cluster-admin.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "cluster-admin is root of the cluster: every Secret, every node, every role. A workload with it hands all that to whoever breaks into the "
           "workload. In a RoleBinding it is the whole namespace.",
    .aliases = {"trivy:KSV-0111", "kube-linter:cluster-admin-role-binding", "polaris:clusterrolebindingClusterAdmin",
                "polaris:rolebindingClusterAdminClusterRole", "polaris:rolebindingClusterAdminRole", "kubescape:C-0035", "kubescape:C-0185",
                "kics:249328b8-5f0f-409f-b1dd-029f07882e11", "datree:CIS_INVALID_ROLE_CLUSTER_ADMIN", "kyverno:restrict-binding-clusteradmin",
                "kyverno:block-cluster-admin-from-ns", "mondoo:rbac-restrict-cluster-admin-bindings", "mondoo:serviceaccount-no-cluster-admin",
                "rbac-police:cluster_admin"},
    .standards = {"CIS-K8s-5.1.1", "NSA-authn-authz", "NIST-800-190-4.3.1", "MITRE-T1078", "OWASP-K03"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
