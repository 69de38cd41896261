#include "checks/rbac/power.h"

namespace plimsoll::checks::rbac_patch_own_binding {

using kubernetes::rbac_group;

static kubernetes::Grant find(const kubernetes::PolicyRule& rule, bool cluster) {
    if (rule.grants_everything() || rule.restricted()) return {};
    for (std::string_view resource : {"clusterrolebindings", "rolebindings"}) {
        if (resource == "clusterrolebindings" && !cluster) continue;
        const auto write = rule.grants_any({"patch", "update"}, rbac_group, resource);
        if (write && rule.grants("get", rbac_group, resource)) return write;
    }
    return {};
}

static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role)) return;
    for (yaml::Node item : role["rules"].items())
        if (const auto write = find(kubernetes::PolicyRule(item), kubernetes::is_cluster_role(role))) {
            Draft draft =
                report.at(write.resource, quote(write.verb.scalar()) + " on " + quote(write.resource.scalar()) +
                                              " lets the holder add others to every binding whose permissions it has; name the bindings in resourceNames");
            // trivy's other rule is about roles and bindings of namespaces.
            if (!kubernetes::PolicyRule(item).grants("update", rbac_group, "rolebindings") &&
                !kubernetes::PolicyRule(item).grants("delete", rbac_group, "rolebindings"))
                draft.only({"trivy:KSV-0055"});
        }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
              ^^^^^^^^^^^^ 'patch' on 'rolebindings' lets the holder add others to every binding whose permissions it has; name the bindings in resourceNames
  verbs: [get, patch]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [get]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_patch_own_binding = {
    .id = "rbac-patch-own-binding",
    .title = "Members of a binding can extend it.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The subjects of a binding are not guarded by the rule that one cannot grant more than one holds when the holder has the bound role "
           "itself: it can hand its permissions to anybody, and they stay when its own are taken away.",
    .aliases = {"trivy:KSV-0055", "trivy:KSV-0050"},
    .standards = {"CIS-K8s-5.1.8", "OWASP-K03"},
    .examples = examples,
    .run = on_objects({"Role", "ClusterRole"}, run),
};

}
