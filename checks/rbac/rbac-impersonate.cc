#include "checks/rbac/power.h"

namespace plimsoll::checks::rbac_impersonate {

// The graph check of checkov reports the binding.
static void aliases(const kubernetes::Object&, const kubernetes::Grant&, Draft& draft) {
    draft.only({"trivy:KSV-0043", "kubescape:C-0065", "kubescape:C-0191", "kics:9f85c3f6-26fd-4007-938a-2e0cb0100980",
                "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kubiscan:risky-impersonate-groups", "kyverno:restrict-escalation-verbs-roles"});
}

static constexpr Power impersonate = {
    .verbs = {"impersonate"},
    .resources = {{{"", "users"}, {"", "groups"}, {"", "serviceaccounts"}, {"authentication.k8s.io", "uids"}, {"authentication.k8s.io", "userextras"}}},
    .consequence = "lets the holder act as others with all their permissions; name them in resourceNames or drop it",
    .mark_verb = true,
    .narrow = aliases,
};

// Users and groups live outside namespaces: a Role can grant the service accounts of its own only.
static constexpr Power impersonate_in_namespace = {
    .verbs = {"impersonate"},
    .resources = {{{"", "serviceaccounts"}}},
    .consequence = "lets the holder act as any service account of the namespace; name them in resourceNames or drop it",
    .mark_verb = true,
    .narrow = aliases,
};

static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_cluster_role(role))
        run_power<impersonate>(role, report);
    else
        run_power<impersonate_in_namespace>(role, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [users, groups]
  verbs: [impersonate]
          ^^^^^^^^^^^ 'impersonate' on 'users' lets the holder act as others with all their permissions; name them in resourceNames or drop it
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [groups]
  resourceNames: [readers]
  verbs: [impersonate]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules:
- {apiGroups: [""], resources: [serviceaccounts], verbs: ["*"]}
                                                          ^^^ '*' on 'serviceaccounts' lets the holder act as any service account of the namespace; name them in resourceNames or drop it
)",
                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules:
- {apiGroups: [""], resources: [serviceaccounts], verbs: [get]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check rbac_impersonate = {
    .id = "rbac-impersonate",
    .title = "Role may impersonate identities.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "With impersonate a request is made as somebody else: who may impersonate any user or group is system:masters. \"*\" among the verbs of "
           "users, groups or serviceaccounts includes it.",
    .aliases = {"trivy:KSV-0043", "checkov:CKV2_K8S_3", "kubescape:C-0065", "kubescape:C-0191", "kics:9f85c3f6-26fd-4007-938a-2e0cb0100980",
                "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kubiscan:risky-impersonate-groups", "kyverno:restrict-escalation-verbs-roles",
                "rbac-police:impersonate"},
    .standards = {"CIS-K8s-5.1.8", "MITRE-T1078", "OWASP-K03"},
    .examples = examples,
    .run = on_objects({"Role", "ClusterRole"}, run),
};

}
