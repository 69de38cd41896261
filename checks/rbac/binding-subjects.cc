#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

// Subjects of bindings that nobody should give permissions to.

namespace plimsoll::checks::binding_subjects {

using kubernetes::Subject;

// The roles that every cluster gives to everybody: discovery, version, health.
static bool is_public_role(std::string_view role) {
    for (std::string_view name :
         {"system:public-info-viewer", "system:discovery", "system:basic-user", "system:service-account-issuer-discovery", "system:openshift:discovery",
          "system:openshift:public-info-viewer", "kubeadm:bootstrap-signer-clusterinfo", "system:node-bootstrapper", "self-provisioner"})
        if (role == name) return true;
    return false;
}

static std::string_view role_of(const kubernetes::Object& binding) { return binding.at("roleRef.name").text_or_empty(); }

template <typename Test>
static void each_subject(const kubernetes::Object& binding, Test test) {
    if (kubernetes::is_bootstrap(binding)) return;
    for (yaml::Node item : binding["subjects"].items()) test(Subject{item});
}

static void run_anonymous(const kubernetes::Object& binding, Reporter& report) {
    if (is_public_role(role_of(binding))) return;
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_user("system:anonymous") || subject.is_group("system:unauthenticated"))
            report.at(subject.node["name"], quote(subject.name()) + " is everybody who reaches the API server, without any login; name users, groups or "
                                                                    "service accounts");
    });
}

static void run_authenticated(const kubernetes::Object& binding, Reporter& report) {
    if (is_public_role(role_of(binding))) return;
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_group("system:authenticated"))
            report.at(subject.node["name"], "'system:authenticated' is everybody with any login, every service account and on some clouds every account of the "
                                            "provider; name who needs it");
        else if (binding.is("ClusterRoleBinding") && subject.is_group("system:serviceaccounts"))
            report.at(subject.node["name"], "'system:serviceaccounts' is every pod of the cluster; name the service accounts that need it");
    });
}

static void run_masters(const kubernetes::Object& binding, Reporter& report) {
    if (binding.name() == "cluster-admin" && role_of(binding) == "cluster-admin") return;
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_group("system:masters"))
            report.at(subject.node["name"], "'system:masters' passes every authorization check whatever is bound to it; use a group of your own");
    });
}

static void run_default_account(const kubernetes::Object& binding, Reporter& report) {
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_service_account() && subject.name() == "default")
            report.at(subject.node["name"],
                      "the account 'default' is that of every pod which names no other; make a service account for the workload that needs it");
    });
}

static void run_dashboard(const kubernetes::Object& binding, Reporter& report) {
    if (role_of(binding).starts_with("kubernetes-dashboard")) return;
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_service_account() && subject.name() == "kubernetes-dashboard")
            report.at(subject.node["name"], "whoever opens the dashboard gets " + quote(role_of(binding)) +
                                                "; leave its account with the roles of its own and let users log in with theirs");
    });
}

static void run_self_provisioner(const kubernetes::Object& binding, Reporter& report) {
    if (role_of(binding) != "self-provisioner") return;
    each_subject(binding, [&](const Subject& subject) {
        if (subject.is_group("system:authenticated") || subject.is_group("system:authenticated:oauth"))
            report.at(subject.node["name"], "every user may make projects; bind self-provisioner to a group of your own");
    });
}

static constexpr Example anonymous_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: open
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: User
  name: system:anonymous
        ^^^^^^^^^^^^^^^^ 'system:anonymous' is everybody who reaches the API server, without any login; name users, groups or service accounts
  apiGroup: rbac.authorization.k8s.io
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: open
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: User
  name: jane
  apiGroup: rbac.authorization.k8s.io
)",
                                                  .path = "app.yaml"},
                                                 {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: open, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: Group, name: "system:unauthenticated", apiGroup: rbac.authorization.k8s.io}]
                               ^^^^^^^^^^^^^^^^^^^^^^^^ 'system:unauthenticated' is everybody who reaches the API server, without any login; name users, groups or service accounts
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:public-info-viewer"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:public-info-viewer"}
subjects: [{kind: Group, name: "system:unauthenticated", apiGroup: rbac.authorization.k8s.io}]
)",
                                                  .path = "app.yaml"}};

static constexpr Example authenticated_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: all
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
subjects:
- kind: Group
  name: system:authenticated
        ^^^^^^^^^^^^^^^^^^^^ 'system:authenticated' is everybody with any login, every service account and on some clouds every account of the provider; name who needs it
  apiGroup: rbac.authorization.k8s.io
- kind: Group
  name: system:serviceaccounts
        ^^^^^^^^^^^^^^^^^^^^^^ 'system:serviceaccounts' is every pod of the cluster; name the service accounts that need it
  apiGroup: rbac.authorization.k8s.io
)",
                                                      .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: all
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
subjects:
- kind: Group
  name: developers
  apiGroup: rbac.authorization.k8s.io
)",
                                                      .path = "app.yaml"}};

static constexpr Example masters_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ops
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: Group
  name: system:masters
        ^^^^^^^^^^^^^^ 'system:masters' passes every authorization check whatever is bound to it; use a group of your own
  apiGroup: rbac.authorization.k8s.io
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ops
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: Group
  name: ops
  apiGroup: rbac.authorization.k8s.io
)",
                                                .path = "app.yaml"}};

static constexpr Example default_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: edit
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
subjects:
- kind: ServiceAccount
  name: default
        ^^^^^^^ the account 'default' is that of every pod which names no other; make a service account for the workload that needs it
  namespace: shop
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: edit
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
subjects:
- kind: ServiceAccount
  name: builder
  namespace: shop
- kind: User
  name: default
  apiGroup: rbac.authorization.k8s.io
)",
                                                .path = "app.yaml"}};

static constexpr Example dashboard_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kubernetes-dashboard
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
- kind: ServiceAccount
  name: kubernetes-dashboard
        ^^^^^^^^^^^^^^^^^^^^ whoever opens the dashboard gets 'cluster-admin'; leave its account with the roles of its own and let users log in with theirs
  namespace: kubernetes-dashboard
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kubernetes-dashboard
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubernetes-dashboard
subjects:
- kind: ServiceAccount
  name: kubernetes-dashboard
  namespace: kubernetes-dashboard
)",
                                                  .path = "app.yaml"}};

static constexpr Example provisioner_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: self-provisioners
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: self-provisioner
subjects:
- kind: Group
  name: system:authenticated:oauth
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ every user may make projects; bind self-provisioner to a group of your own
  apiGroup: rbac.authorization.k8s.io
)",
                                                    .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: self-provisioners
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: self-provisioner
subjects:
- kind: Group
  name: team-leads
  apiGroup: rbac.authorization.k8s.io
)",
                                                    .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-bind-anonymous",
        .title = "Anonymous or unauthenticated users get permissions.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "Requests without credentials come in as system:anonymous in the group system:unauthenticated. What is bound to them is public to "
               "everybody who reaches the API server, which often is the internet.",
        .aliases = {"trivy:KSV-0122", "kubescape:C-0262", "kubesec:BindingsToSystemAnonymous", "marvin:M-411", "gatekeeper:disallowanonymous",
                    "kyverno:restrict-binding-system-groups"},
        .standards = {"NSA-authn-authz", "OWASP-K06"},
        .examples = anonymous_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_anonymous),
    },
    {
        .id = "rbac-bind-authenticated",
        .title = "Every authenticated user gets permissions.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "system:authenticated holds every user and every service account; on GKE it is anybody with a Google account. system:serviceaccounts holds "
               "every pod, also a compromised one.",
        .aliases = {"trivy:KSV-01011", "kubescape:C-0265", "gatekeeper:disallowanonymous", "kyverno:restrict-binding-system-groups"},
        .standards = {"NSA-authn-authz", "OWASP-K03"},
        .examples = authenticated_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_authenticated),
    },
    {
        .id = "rbac-bind-dashboard",
        .title = "Kubernetes dashboard account has bindings.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The dashboard shows what its service account may see: with more than its own roles everybody who reaches its port works with those "
               "permissions.",
        .aliases = {"kubescape:C-0014"},
        .standards = {"MITRE-T1133"},
        .examples = dashboard_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_dashboard),
    },
    {
        .id = "rbac-bind-default-service-account",
        .title = "Default service account gets permissions.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Pods that name no service account run as default. A role for it is a role for every pod of the namespace, those added later and those of "
               "others included.",
        .aliases = {"checkov:CKV_K8S_42", "kubescape:C-0189", "kics:1e749bc9-fde8-471c-af0c-8254efd2dee5", "popeye:308", "terrascan:AC_K8S_0113"},
        .standards = {"CIS-K8s-5.1.5", "OWASP-K03"},
        .examples = default_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_default_account),
    },
    {
        .id = "rbac-bind-masters",
        .title = "Binding uses the group system:masters.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The authorizer lets system:masters pass before it looks at any role, so nothing can be taken away from its members, and the group comes "
               "from certificates that cannot be revoked. A binding to it grants nothing new and hides who is meant.",
        .aliases = {"trivy:KSV-0123", "kubescape:C-0246", "datree:CIS_INVALID_VALUE_SYSTEM_MASTERS", "kyverno:restrict-binding-system-groups"},
        .standards = {"CIS-K8s-5.1.7", "OWASP-K03"},
        .examples = masters_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_masters),
    },
    {
        .id = "rbac-self-provisioner",
        .title = "OpenShift self-provisioner is bound to everyone.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "On OpenShift this role makes projects. By default every user has it; clusters with quotas or tenants give it to a group instead.",
        .aliases = {"kyverno:disallow-self-provisioner-binding"},
        .examples = provisioner_examples,
        .run = on_objects({"RoleBinding", "ClusterRoleBinding"}, run_self_provisioner),
    },
};

extern constinit const std::span<const Check> binding_subjects = table;

}
