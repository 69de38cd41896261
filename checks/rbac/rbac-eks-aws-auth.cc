#include "checks/rbac/power.h"

namespace plimsoll::checks::rbac_eks_aws_auth {

static bool names_aws_auth(yaml::Node names) {
    for (yaml::Node name : names.items())
        if (name.text_or_empty() == "aws-auth") return true;
    return false;
}

// Where no name narrows it, only a Role of kube-system is about this ConfigMap.
static void run(const kubernetes::Object& role, Reporter& report) {
    const bool in_kube_system = !kubernetes::is_cluster_role(role) && role.declared_namespace() == "kube-system";
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        const auto write = rule.grants_any({"update", "patch", "delete"}, "", "configmaps");
        if (!write || rule.grants_everything()) continue;
        const bool named = names_aws_auth(rule.names());
        if (!named && (write.restricted || !in_kube_system)) continue;
        report.at(named ? rule.names() : write.resource, quote(write.verb.scalar()) + " on the ConfigMap aws-auth lets the holder map any AWS identity to " +
                                                             "system:masters on EKS; drop it or name other ConfigMaps in resourceNames");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [aws-auth]
                 ^^^^^^^^^^ 'patch' on the ConfigMap aws-auth lets the holder map any AWS identity to system:masters on EKS; drop it or name other ConfigMaps in resourceNames
  verbs: [get, patch]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [aws-auth]
  verbs: [get]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: kube-system}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [update]}]
                                      ^^^^^^^^^^ 'update' on the ConfigMap aws-auth lets the holder map any AWS identity to system:masters on EKS; drop it or name other ConfigMaps in resourceNames
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [update]}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_eks_aws_auth = {
    .id = "rbac-eks-aws-auth",
    .title = "Role can change the EKS aws-auth ConfigMap.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "On EKS the ConfigMap aws-auth of kube-system says which AWS identity is which user and group of the cluster. Who may write it makes "
           "itself administrator.",
    .aliases = {"trivy:KSV-0115", "rbac-police:eks_modify_aws_auth"},
    .standards = {"MITRE-T1098"},
    .examples = examples,
    .run = on_objects({"Role", "ClusterRole"}, run),
};

}
