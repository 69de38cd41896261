#include <optional>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

namespace plimsoll::checks::rbac_cluster_binding_could_be_namespaced {

// The namespace that all subjects, service accounts, live in.
static std::optional<std::string_view> only_namespace(const kubernetes::Object& binding) {
    std::optional<std::string_view> found;
    for (yaml::Node item : binding["subjects"].items()) {
        const kubernetes::Subject subject{item};
        const auto its = item["namespace"].text();
        if (!subject.is_service_account() || !its || its->empty() || (found && *found != *its)) return std::nullopt;
        found = its;
    }
    return found;
}

static bool needs_cluster(const kubernetes::PolicyRule& rule) {
    if (!rule.urls().items().empty() || rule.resources().is_placeholder() || rule.groups().is_placeholder()) return true;
    // Nobody writes such a rule; every pair of its groups and resources is not looked at.
    if (rule.groups().size() > 100) return true;
    for (yaml::Node group : rule.groups().items())
        for (yaml::Node resource : rule.resources().items()) {
            const auto g = group.text(), r = resource.text();
            if (!g || !r || *r == "*" || *g == "*") return true;
            if (!kubernetes::is_builtin_resource(*g, *r) || kubernetes::is_cluster_scoped_resource(*g, *r)) return true;
        }
    return false;
}

// Everything it grants lives in namespaces, and no custom kind is among it whose scope is unknown.
static bool is_namespaced(const std::vector<kubernetes::PolicyRule>& rules) {
    for (const kubernetes::PolicyRule& rule : rules)
        if (needs_cluster(rule)) return false;
    return !rules.empty();
}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    const kubernetes::EffectiveRules rules(cluster);
    for (const kubernetes::Object* binding : cluster.of_kind("ClusterRoleBinding")) {
        const kubernetes::Object* role = kubernetes::bound_role(cluster, *binding);
        if (!role || role->at("aggregationRule")) continue;
        const auto in_namespace = only_namespace(*binding);
        if (in_namespace && is_namespaced(rules.of(*role)))
            report.at(*binding, (*binding)["kind"],
                      "all that " + quote(role->name()) + " grants lives in namespaces and all subjects in " + quote(*in_namespace) +
                          "; if they need no other namespaces, use a RoleBinding");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
      ^^^^^^^^^^^^^^^^^^ all that 'reader' grants lives in namespaces and all subjects in 'shop'; if they need no other namespaces, use a RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps, nodes], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_cluster_binding_could_be_namespaced = {
    .id = "rbac-cluster-binding-could-be-namespaced",
    .title = "ClusterRoleBinding where a RoleBinding would be enough.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A ClusterRoleBinding grants in every namespace, those of tomorrow included. A program that works in one namespace needs a RoleBinding "
           "there, which may refer to the same ClusterRole.",
    .examples = examples,
    .run = on_cluster(run),
};

}
