#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

namespace plimsoll::checks::rbac_roleref_incomplete {

static constexpr std::string_view group_alias = "rhcop:OCP_BESTPRACT-00023", kind_alias = "rhcop:OCP_BESTPRACT-00024";

static void check_kind(const kubernetes::Object& binding, yaml::Node role, Reporter& report) {
    const bool wide = binding.is("ClusterRoleBinding");
    const yaml::Node kind = role["kind"];
    if (!kind.is_set()) {
        Draft draft = report.missing(binding, "roleRef.kind",
                                     std::string("roleRef has no kind, so the API server refuses it; add kind: ClusterRole") + (wide ? "" : " or kind: Role"));
        draft.only({kind_alias});
        if (wide) draft.fix("Add kind: ClusterRole", Safety::safe, yaml::set_key(binding.manifest().source(), binding.node(), "roleRef.kind", "ClusterRole"));
    } else if (wide && kind.text_or_empty() == "Role") {
        report.at(kind, "a ClusterRoleBinding cannot bind a Role; bind a ClusterRole, or use a RoleBinding").only({kind_alias});
    }
}

static void run(const kubernetes::Object& binding, Reporter& report) {
    const yaml::Node role = binding["roleRef"];
    if (binding.is_fragment() || !role.is_mapping() || !binding.version().starts_with("v1") || binding.version() == "v1alpha1") return;
    check_kind(binding, role, report);
    if (!role["apiGroup"].is_set())
        report.missing(binding, "roleRef.apiGroup", "roleRef has no apiGroup, which the schema requires; add apiGroup: rbac.authorization.k8s.io")
            .only({group_alias})
            .fix("Add apiGroup: rbac.authorization.k8s.io", Safety::safe,
                 yaml::set_key(binding.manifest().source(), binding.node(), "roleRef.apiGroup", kubernetes::rbac_group));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ci
  namespace: shop
roleRef:
^^^^^^^ roleRef has no apiGroup, which the schema requires; add apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ci
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ci
  namespace: shop
roleRef:
  kind: Role
  name: ci
  apiGroup: rbac.authorization.k8s.io
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ci}
                                                     ^^^^ a ClusterRoleBinding cannot bind a Role; bind a ClusterRole, or use a RoleBinding
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ci}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_roleref_incomplete = {
    .id = "rbac-roleref-incomplete",
    .title = "Binding roleRef lacks apiGroup or kind.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Without its kind a roleRef is refused, and so is a ClusterRoleBinding to a Role. The API group is filled in by the API server, but the "
           "schema requires it and other tools do not fill it in.",
    .aliases = {"rhcop:OCP_BESTPRACT-00023", "rhcop:OCP_BESTPRACT-00024"},
    .examples = examples,
    .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run),
};

}
