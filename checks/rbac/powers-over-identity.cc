#include "checks/rbac/power.h"

// Verbs with which a holder becomes somebody else or steps around what guards the cluster.

namespace plimsoll::checks::powers_over_identity {

using kubernetes::rbac_group;

// The graph check of checkov reports the binding.
static void bind_aliases(const kubernetes::Object&, const kubernetes::Grant&, Draft& draft) {
    draft.only({"trivy:KSV-0050", "checkov:CKV_K8S_157", "kubescape:C-0191", "kics:8320826e-7a9c-4b0b-9535-578333193432",
                "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kyverno:restrict-escalation-verbs-roles", "rbac-police:bind_roles"});
}

// The graph check of checkov reports the binding.
static void node_proxy_aliases(const kubernetes::Object&, const kubernetes::Grant&, Draft& draft) {
    draft.only({"trivy:KSV-0047", "kubescape:C-0279", "kyverno:restrict-clusterrole-nodesproxy", "rbac-police:nodes_proxy",
                "kubiscan:risky-execute-command-node-proxy"});
}

static constexpr Power escalate = {
    .verbs = {"escalate"},
    .resources = {{{rbac_group, "clusterroles"}, {rbac_group, "roles"}}},
    .consequence = "lets the holder write any permission into a role it can edit; drop it",
    .named = true,
    .mark_verb = true,
};

static constexpr Power bind = {
    .verbs = {"bind"},
    .resources = {{{rbac_group, "clusterroles"}, {rbac_group, "roles"}}},
    .only_named = {{{rbac_group, "rolebindings"}, {rbac_group, "clusterrolebindings"}}},
    .consequence = "lets the holder bind roles with permissions it does not have, to itself too; drop it or name the roles in resourceNames",
    .mark_verb = true,
    .narrow = bind_aliases,
};

static constexpr Power service_account_token_create = {
    .verbs = {"create"},
    .resources = {{{"", "serviceaccounts/token"}}},
    .consequence = "lets the holder mint tokens and act as these service accounts; name the accounts in resourceNames or drop it",
};

static constexpr Power csr_approval = {
    .verbs = {"update", "patch", "approve", "sign"},
    .resources = {{{"certificates.k8s.io", "certificatesigningrequests/approval"},
                   {"certificates.k8s.io", "certificatesigningrequests/status"},
                   {"certificates.k8s.io", "signers"}}},
    .consequence = "lets the holder issue client certificates for any identity; limit it to a signer of your own by resourceNames",
};

static constexpr Power admission_webhooks = {
    .verbs = {"create", "update", "patch", "delete", "deletecollection"},
    .resources = {{{"admissionregistration.k8s.io", "mutatingwebhookconfigurations"},
                   {"admissionregistration.k8s.io", "validatingwebhookconfigurations"},
                   {"admissionregistration.k8s.io", "mutatingadmissionpolicies"},
                   {"admissionregistration.k8s.io", "mutatingadmissionpolicybindings"},
                   {"admissionregistration.k8s.io", "validatingadmissionpolicies"},
                   {"admissionregistration.k8s.io", "validatingadmissionpolicybindings"}}},
    .consequence = "lets the holder read and change every object on its way into the cluster, or switch policies off; drop it, or name the one configuration "
                   "in resourceNames",
    .named = true,
    .of_cluster = true,
};

static constexpr Power node_proxy = {
    .verbs = {"get", "create", "update", "patch", "delete"},
    .resources = {{{"", "nodes/proxy"}}},
    .consequence = "reaches the kubelets' whole API, command execution in every pod included, past audit and admission; use nodes/metrics or nodes/stats",
    .named = true,
    .of_cluster = true,
    .narrow = node_proxy_aliases,
};

static constexpr Example escalate_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [get, update, escalate]
                       ^^^^^^^^ 'escalate' on 'clusterroles' lets the holder write any permission into a role it can edit; drop it
)",
                                                 .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [get, update]
)",
                                                 .path = "app.yaml"}};

static constexpr Example bind_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [get, bind]
               ^^^^ 'bind' on 'clusterroles' lets the holder bind roles with permissions it does not have, to itself too; drop it or name the roles in resourceNames
)",
                                             .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [get]
)",
                                             .path = "app.yaml"}};

static constexpr Example service_account_token_create_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [serviceaccounts/token]
              ^^^^^^^^^^^^^^^^^^^^^ 'create' on 'serviceaccounts/token' lets the holder mint tokens and act as these service accounts; name the accounts in resourceNames or drop it
  verbs: [create]
)",
                                                                     .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get]
)",
                                                                     .path = "app.yaml"}};

static constexpr Example csr_approval_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests/approval]
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'update' on 'certificatesigningrequests/approval' lets the holder issue client certificates for any identity; limit it to a signer of your own by resourceNames
  verbs: [get, update]
)",
                                                     .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests]
  verbs: [get]
)",
                                                     .path = "app.yaml"}};

static constexpr Example admission_webhooks_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations]
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'patch' on 'validatingwebhookconfigurations' lets the holder read and change every object on its way into the cluster, or switch policies off; drop it, or name the one configuration in resourceNames
  verbs: [get, list, patch]
)",
                                                           .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations]
  verbs: [get, list]
)",
                                                           .path = "app.yaml"}};

static constexpr Example node_proxy_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [nodes, nodes/proxy]
                     ^^^^^^^^^^^ 'get' on 'nodes/proxy' reaches the kubelets' whole API, command execution in every pod included, past audit and admission; use nodes/metrics or nodes/stats
  verbs: [get]
)",
                                                   .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [nodes, nodes/metrics]
  verbs: [get]
)",
                                                   .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-escalate",
        .title = "Role may escalate roles.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The API server refuses to let anybody write a role with more permissions than the writer holds. The verb escalate lifts that guard, so "
               "whoever has it and can edit a role is administrator. \"*\" among the verbs includes it.",
        .aliases = {"trivy:KSV-0050", "checkov:CKV_K8S_158", "kubescape:C-0191", "kics:8320826e-7a9c-4b0b-9535-578333193432",
                    "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kyverno:restrict-escalation-verbs-roles", "rbac-police:escalate_roles",
                    "mondoo:serviceaccount-no-privilege-escalation"},
        .standards = {"CIS-K8s-5.1.8", "NSA-authn-authz", "MITRE-T1098.006", "OWASP-K03"},
        .examples = escalate_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<escalate>),
    },
    {
        .id = "rbac-bind",
        .title = "Role may bind roles.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The verb bind on a role lifts the guard that nobody can hand out permissions beyond their own: with it and create on bindings a holder "
               "binds cluster-admin to itself. \"*\" among the verbs includes it. Limited to harmless roles by resourceNames it is the intended way to "
               "delegate.",
        .aliases = {"trivy:KSV-0050", "checkov:CKV_K8S_157", "checkov:CKV2_K8S_1", "kubescape:C-0191", "kics:8320826e-7a9c-4b0b-9535-578333193432",
                    "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kyverno:restrict-escalation-verbs-roles", "rbac-police:bind_roles"},
        .standards = {"CIS-K8s-5.1.8", "MITRE-T1098.006", "OWASP-K03"},
        .examples = bind_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<bind>),
    },
    {
        .id = "rbac-service-account-token-create",
        .title = "Role can mint service account tokens.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A token of a service account is that account. Who may create tokens for every account of a namespace has all permissions that any "
               "workload there has; a Secret of the token type, created and read, does the same.",
        .aliases = {"kubescape:C-0282", "rbac-police:token_request", "rbac-police:issue_token_secrets", "rbac-police:obtain_token_weak_ns"},
        .standards = {"CIS-K8s-5.1.13", "MITRE-T1528", "OWASP-K03"},
        .examples = service_account_token_create_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<service_account_token_create>),
    },
    {
        .id = "rbac-csr-approval",
        .title = "Role can approve or sign certificate requests.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A certificate of the client signer names its user and groups; who may approve or sign requests can make one for any user of the cluster, "
               "and it cannot be revoked.",
        .aliases = {"checkov:CKV_K8S_156", "kubescape:C-0280", "kyverno:restrict-clusterrole-csr", "rbac-police:approve_csrs"},
        .standards = {"CIS-K8s-5.1.11", "OWASP-K03"},
        .examples = csr_approval_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<csr_approval>),
    },
    {
        .id = "rbac-admission-webhooks",
        .title = "Role can change admission webhooks or policies.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "A webhook sees every object that is written, Secrets included, and a mutating one may change it; deleting a validating one switches off "
               "the policy it enforces. resourceNames make that smaller, not small: the rules of the one configuration can be widened; cert-manager can "
               "fill in a CA bundle instead.",
        .aliases = {"trivy:KSV-0114", "checkov:CKV_K8S_155", "kubescape:C-0281", "kyverno:restrict-clusterrole-mutating-validating-admission-webhooks",
                    "rbac-police:control_webhooks"},
        .standards = {"CIS-K8s-5.1.12", "MITRE-T1562", "OWASP-K03"},
        .examples = admission_webhooks_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<admission_webhooks>),
    },
    {
        .id = "rbac-node-proxy",
        .title = "Role can use the node proxy.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The proxy subresource of a node passes requests to its kubelet, which runs commands in any pod of the node; neither the audit log nor "
               "admission control sees them. A web socket opens with GET, so even get is enough. Metrics have their own subresources.",
        .aliases = {"trivy:KSV-0047", "checkov:CKV2_K8S_2", "kubescape:C-0279", "kyverno:restrict-clusterrole-nodesproxy", "rbac-police:nodes_proxy",
                    "kubiscan:risky-execute-command-node-proxy"},
        .standards = {"CIS-K8s-5.1.10", "MITRE-T1609", "OWASP-K03"},
        .examples = node_proxy_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<node_proxy>),
    },
};

extern constinit const std::span<const Check> powers_over_identity = table;

}
