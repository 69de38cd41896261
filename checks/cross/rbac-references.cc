#include <algorithm>
#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

// Bindings, the roles they name and the accounts they give them to.

namespace plimsoll::checks::rbac_references {

using kubernetes::Cluster;
using kubernetes::Object;

static bool listed(const std::vector<std::string>& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

static void run_role_missing(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const Object* binding : cluster.of_kind(kind)) {
            const yaml::Node name = binding->at("roleRef.name"), role = binding->at("roleRef.kind");
            const std::string_view role_kind = role.scalar();
            if (binding->is_fragment() || (role_kind != "Role" && role_kind != "ClusterRole")) continue;
            if (role_kind == "Role" && kind == "ClusterRoleBinding") continue;
            if (!name.text() || listed(report.list("external_roles"), *name.text()) || !cluster.missing(*binding, role_kind, *name.text())) continue;
            const bool in_namespace = role_kind == "Role" && binding->declared_namespace();
            report.at(*binding, name,
                      "there is no " + std::string(role_kind) + " " + quote(*name.text()) +
                          (in_namespace ? " in namespace " + quote(*binding->declared_namespace()) : std::string()) + ", so this binding grants nothing");
        }
}

// Something else of the set lives in that namespace, so its accounts should be there too.
static std::set<std::string_view> own_namespaces(const Cluster& cluster) {
    std::set<std::string_view> out;
    for (const Object* workload : cluster.workloads())
        if (const auto name = workload->declared_namespace()) out.insert(*name);
    for (const Object* account : cluster.of_kind("ServiceAccount"))
        if (const auto name = account->declared_namespace()) out.insert(*name);
    return out;
}

static void run_subject_missing(const Cluster& cluster, Reporter& report) {
    const std::vector<std::string>& external = report.list("external_service_accounts");
    const std::set<std::string_view> own = own_namespaces(cluster);
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const Object* binding : cluster.of_kind(kind))
            for (yaml::Node item : (*binding)["subjects"].items()) {
                const kubernetes::Subject subject{item};
                if (!subject.is_service_account() || subject.name().empty()) continue;
                const yaml::Node space = item["namespace"];
                if (kind == "ClusterRoleBinding" && (!space || space.is_null())) {
                    // Where the account has none either, something puts the namespace in later.
                    const Object* account = cluster.find(*binding, "ServiceAccount", subject.name());
                    if (!binding->is_fragment() && !(account && !account->declared_namespace()))
                        report.at(*binding, item["kind"],
                                  "a ServiceAccount in a ClusterRoleBinding needs a namespace, or the API server refuses the binding; add namespace");
                    continue;
                }
                const auto in = subject.namespace_in(*binding);
                if (!in || space.is_placeholder() || !own.contains(*in) || listed(external, subject.name())) continue;
                if (cluster.missing(*binding, "ServiceAccount", subject.name(), *in))
                    report.at(*binding, item["name"],
                              "namespace " + quote(*in) + " has no ServiceAccount " + quote(subject.name()) + ", so nobody gets this role");
            }
}

static void run_unused(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    std::set<const Object*> bound;
    std::set<std::string_view> names;
    bool unknown = false;
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const Object* binding : cluster.of_kind(kind)) {
            if (const Object* role = kubernetes::bound_role(cluster, *binding)) bound.insert(role);
            names.insert(binding->at("roleRef.name").text_or_empty());
            unknown |= binding->at("roleRef.name").is_placeholder();
        }
    if (unknown) return;
    const kubernetes::EffectiveRules rules(cluster);
    for (std::string_view kind : {"ClusterRole", "Role"})
        for (const Object* role : cluster.of_kind(kind)) {
            if (bound.contains(role) || role->is_fragment() || kubernetes::is_bootstrap(*role) || role->name().starts_with("system:")) continue;
            // Bound by name, though it is not certain that this one is meant.
            if (names.contains(role->name()) || rules.may_be_collected(*role)) continue;
            report.at(*role, role->head(), std::string(kind) + " " + quote(role->name()) + " is bound to nobody; bind it or drop it");
        }
}

static constexpr Option role_options[] = {{.name = "external_roles", .what = "roles that exist outside the set"}};
static constexpr Option subject_options[] = {{.name = "external_service_accounts", .what = "service accounts that exist outside the set"}};

static constexpr Example role_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: a}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                                                                 ^^^^^^ there is no Role 'reader' in namespace 'b', so this binding grants nothing
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
)",
                                             .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: b}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: view, namespace: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
)",
                                             .path = "app.yaml"}};

static constexpr Example subject_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: view}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- kind: ServiceAccount
        ^^^^^^^^^^^^^^ a ServiceAccount in a ClusterRoleBinding needs a namespace, or the API server refuses the binding; add namespace
  name: ci
- kind: ServiceAccount
  name: builder
        ^^^^^^^ namespace 'shop' has no ServiceAccount 'builder', so nobody gets this role
  namespace: shop
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ci, namespace: shop}
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: view}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
- kind: ServiceAccount
  name: operator
  namespace: elsewhere
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ci, namespace: shop}
)",
                                                .path = "app.yaml"}};

static constexpr Example unused_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
        ^^^^^^ Role 'reader' is bound to nobody; bind it or drop it
  namespace: shop
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get]
)",
                                               .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: feeds-view
  labels:
    rbac.authorization.k8s.io/aggregate-to-view: "true"
rules:
- apiGroups: [example.com]
  resources: [boats]
  verbs: [get]
)",
                                               .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-binding-role-missing",
        .title = "Binding refers to a role that does not exist.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A binding to a role that does not exist is accepted and grants nothing; a Role is looked for in the namespace of the binding only.",
        .aliases = {"kube-linter:template:access-to-resources(flagRolesNotFound)", "popeye:1300"},
        .options = role_options,
        .examples = role_examples,
        .run = on_cluster(run_role_missing),
    },
    {
        .id = "rbac-binding-subject-missing",
        .title = "Binding subject ServiceAccount does not exist or lacks a namespace.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A service account is named by name and namespace. In a ClusterRoleBinding there is no namespace to assume, so it is refused; an account "
               "that does not exist gets nothing, and whoever creates it later gets the role.",
        .options = subject_options,
        .examples = subject_examples,
        .run = on_cluster(run_subject_missing),
    },
    {
        .id = "rbac-role-unused",
        .title = "Role is bound to nobody.",
        .category = Category::style,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "A role without a binding does nothing, but waits for somebody to bind it without looking.",
        .aliases = {"popeye:400"},
        .examples = unused_examples,
        .run = on_cluster(run_unused),
    },
};

extern constinit const std::span<const Check> rbac_references = table;

}
