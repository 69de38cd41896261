#include "checks/rbac/power.h"

namespace plimsoll::checks::rbac_secrets_access {

static void secrets_aliases(const kubernetes::Object& object, const kubernetes::Grant& grant, Draft& draft) {
    const std::string_view verb = grant.verb.scalar();
    const bool reads = verb == "get" || verb == "list" || verb == "watch" || verb == "*";
    if (object.is("ClusterRoleBinding") || object.is("RoleBinding")) {
        if (reads)
            draft.only({"kube-linter:access-to-secrets", "checkov:CKV2_K8S_5", "rbac-police:list_secrets", "rbac-police:retrieve_token_secrets"});
        else
            draft.only({"kube-linter:access-to-secrets"});
    } else if (object.is("Role")) {
        draft.severity(Severity::medium)
            .only({"trivy:KSV-0113", "kubescape:C-0015", "kubescape:C-0186", "kics:b7bca5c4-1dab-4c2c-8cbe-3050b9d59b14",
                   "kics:056ac60e-fe07-4acc-9b34-8e1d51716ab9", "datree:CIS_INVALID_VERB_SECRETS", "kyverno:restrict-secret-role-verbs"});
    } else {
        draft.severity(Severity::critical)
            .only({"trivy:KSV-0041", "kubescape:C-0015", "kubescape:C-0186", "kics:b7bca5c4-1dab-4c2c-8cbe-3050b9d59b14",
                   "kics:056ac60e-fe07-4acc-9b34-8e1d51716ab9", "datree:CIS_INVALID_VERB_SECRETS", "kyverno:restrict-secret-role-verbs",
                   "kubiscan:risky-get-secrets", "mondoo:rbac-no-cluster-wide-secret-read"});
    }
}

static constexpr Power secrets = {
    .verbs = {"get", "list", "watch", "create", "update", "patch"},
    .resources = {{{"", "secrets"}}},
    .consequence = "reaches every password, key and token there; name the Secrets in resourceNames or drop it",
    .sweeping = true,
    .narrow = secrets_aliases,
};

static constexpr Power secrets_deletion = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "secrets"}}},
    .consequence = "lets the holder remove every Secret there; name the Secrets in resourceNames or drop it",
    .sweeping = true,
    .narrow = secrets_aliases,
};

static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role)) return;
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        const Power* power = &secrets;
        kubernetes::Grant grant = find_power(rule, secrets);
        if (!grant) grant = find_power(rule, *(power = &secrets_deletion));
        if (grant) report_power(role, grant, *power, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods, secrets]
                    ^^^^^^^ 'get' on 'secrets' reaches every password, key and token there; name the Secrets in resourceNames or drop it
  verbs: [get, list]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list]
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [tls]
  verbs: [get]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: ["*"]
              ^^^ 'list' on '*' reaches every password, key and token there; name the Secrets in resourceNames or drop it
  verbs: [list]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: ["*"]
  verbs: [list]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: vault, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [delete]}]
                                      ^^^^^^^ 'delete' on 'secrets' lets the holder remove every Secret there; name the Secrets in resourceNames or drop it
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
                                      ^^^^^^^ 'get' on 'secrets' reaches every password, key and token there; name the Secrets in resourceNames or drop it
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                                                                 ^^^^^^ role 'reader' gives these subjects 'get' on 'secrets'; bind a narrower role
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_secrets_access = {
    .id = "rbac-secrets-access",
    .title = "Role gives access to Secrets.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Secrets hold the passwords, keys and tokens of everything in a namespace, service account tokens among them; in a ClusterRole bound in "
           "the whole cluster those of everybody. list and watch return the content as get does. A program that needs one Secret should name it in "
           "resourceNames, or mount it.",
    .aliases = {"trivy:KSV-0041", "trivy:KSV-0113", "checkov:CKV2_K8S_5", "kube-linter:access-to-secrets", "kubescape:C-0015", "kubescape:C-0186",
                "kics:b7bca5c4-1dab-4c2c-8cbe-3050b9d59b14", "kics:056ac60e-fe07-4acc-9b34-8e1d51716ab9", "datree:CIS_INVALID_VERB_SECRETS",
                "kyverno:restrict-secret-role-verbs", "kubiscan:risky-get-secrets", "rbac-police:list_secrets", "rbac-police:retrieve_token_secrets",
                "mondoo:rbac-no-cluster-wide-secret-read"},
    .standards = {"CIS-K8s-5.1.2", "NSA-authn-authz", "MITRE-T1552.007", "OWASP-K03", "OWASP-K08"},
    .examples = examples,
    .run = on_roles_and_bindings<secrets>(run),
};

}
