#include "checks/rbac/power.h"

namespace plimsoll::checks::rbac_create_binding_to_role {

using kubernetes::rbac_group;

// A verb on bindings together with `bind` on the roles they may name, in whatever rules they stand.
static kubernetes::Grant find(const kubernetes::Object& role, std::initializer_list<std::string_view> verbs,
                              std::initializer_list<std::string_view> resources) {
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (rule.grants_everything()) continue;
        for (std::string_view resource : resources)
            if (const auto grant = rule.grants_any(verbs, rbac_group, resource); grant && !grant.restricted) return grant;
    }
    return {};
}

static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role)) return;
    const auto bind = find(role, {"bind"}, {"clusterroles", "roles"});
    if (!bind) return;
    const auto write = find(role, {"create", "update", "patch"}, {"clusterrolebindings", "rolebindings"});
    if (!write) return;
    report
        .at(write.resource, quote(write.verb.scalar()) + " on " + quote(write.resource.scalar()) +
                                " together with bind on any role lets the holder make itself administrator; name the roles it may bind in resourceNames")
        .related(bind.verb.span(), "bind is granted here");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
              ^^^^^^^^^^^^ 'create' on 'rolebindings' together with bind on any role lets the holder make itself administrator; name the roles it may bind in resourceNames
  verbs: [create]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [bind]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [create]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: [view]
  verbs: [bind]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_create_binding_to_role = {
    .id = "rbac-create-binding-to-role",
    .title = "Role can create bindings to privileged roles.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Creating bindings is harmless as long as the API server only lets one bind what one holds. The verb bind lifts that for the roles it "
           "names, and without names for cluster-admin too.",
    .aliases = {"trivy:KSV-0051", "trivy:KSV-0052", "trivy:KSV-0050"},
    .standards = {"CIS-K8s-5.1.8", "MITRE-T1098.006", "OWASP-K03"},
    .examples = examples,
    .run = on_objects({"Role", "ClusterRole"}, run),
};

}
