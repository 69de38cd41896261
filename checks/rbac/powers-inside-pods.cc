#include "checks/rbac/power.h"

// Verbs on what goes on inside running pods.

namespace plimsoll::checks::powers_inside_pods {

// polaris has a name for every kind of object.
static std::string_view exec_alias_of_polaris(const kubernetes::Object& object) {
    if (object.is("ClusterRole")) return "polaris:clusterrolePodExecAttach";
    if (object.is("Role")) return "polaris:rolePodExecAttach";
    if (object.is("ClusterRoleBinding")) return "polaris:clusterrolebindingPodExecAttach";
    return object.at("roleRef.kind").scalar() == "Role" ? "polaris:rolebindingRolePodExecAttach" : "polaris:rolebindingClusterRolePodExecAttach";
}

static void exec_aliases(const kubernetes::Object& object, const kubernetes::Grant&, Draft& draft) {
    const std::string_view polaris = exec_alias_of_polaris(object);
    if (object.is("ClusterRoleBinding") || object.is("RoleBinding"))
        draft.only({polaris, "checkov:CKV2_K8S_2", "rbac-police:pods_exec"});
    else
        draft.only({polaris, "trivy:KSV-0053", "kubescape:C-0002", "kics:c589f42c-7924-4871-aee2-1cede9bc7cbc",
                    "datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE", "sonar:S6868"});
}

static void attach_aliases(const kubernetes::Object& object, const kubernetes::Grant&, Draft& draft) {
    const std::string_view polaris = exec_alias_of_polaris(object);
    if (object.is("ClusterRoleBinding") || object.is("RoleBinding"))
        draft.only({polaris});
    else
        draft.only({polaris, "trivy:KSV-0054", "kubescape:C-0002", "kics:d45330fd-f58d-45fb-a682-6481477a0f84"});
}

static constexpr Power pod_exec = {
    .verbs = {"create", "get"},
    .resources = {{{"", "pods/exec"}}},
    .consequence = "lets the holder run commands in containers with all they can reach; drop it",
    .sweeping = true,
    .named = true,
    .narrow = exec_aliases,
};

static constexpr Power pod_attach = {
    .verbs = {"create", "get"},
    .resources = {{{"", "pods/attach"}}},
    .consequence = "lets the holder read and type into running processes; drop it",
    .named = true,
    .narrow = attach_aliases,
};

static constexpr Power pod_portforward = {
    .verbs = {"create", "get"},
    .resources = {{{"", "pods/portforward"}}},
    .consequence = "reaches every port of the pods past network policies; drop it",
    .named = true,
};

static constexpr Power ephemeral_containers = {
    .verbs = {"update", "patch"},
    .resources = {{{"", "pods/ephemeralcontainers"}}},
    .consequence = "lets the holder put a container of its own into running pods; drop it",
    .named = true,
};

static constexpr Power delete_pod_logs = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "pods/log"}}},
    .consequence = "is not needed to read logs; leave get and list",
};

static constexpr Example pod_exec_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, pods/exec]
                    ^^^^^^^^^ 'create' on 'pods/exec' lets the holder run commands in containers with all they can reach; drop it
  verbs: [get, create]
)",
                                                 .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, pods/log]
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
              ^^^ 'get' on '*' lets the holder run commands in containers with all they can reach; drop it
  verbs: [get]
)",
                                                 .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
)",
                                                 .path = "app.yaml"},
                                                {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/exec]
              ^^^^^^^^^ 'create' on 'pods/exec' lets the holder run commands in containers with all they can reach; drop it
  verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: helper
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: helper
        ^^^^^^ role 'helper' gives these subjects 'create' on 'pods/exec'; bind a narrower role
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                                 .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: helper
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: helper
subjects:
- kind: ServiceAccount
  name: ci
  namespace: shop
)",
                                                 .path = "app.yaml"}};

static constexpr Example pod_attach_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, pods/attach]
                    ^^^^^^^^^^^ 'create' on 'pods/attach' lets the holder read and type into running processes; drop it
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
  resources: [pods/log]
  verbs: [get]
)",
                                                   .path = "app.yaml"}};

static constexpr Example pod_portforward_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, pods/portforward]
                    ^^^^^^^^^^^^^^^^ 'create' on 'pods/portforward' reaches every port of the pods past network policies; drop it
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
  resources: [pods/log]
  verbs: [get]
)",
                                                        .path = "app.yaml"}};

static constexpr Example ephemeral_containers_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/ephemeralcontainers]
              ^^^^^^^^^^^^^^^^^^^^^^^^ 'patch' on 'pods/ephemeralcontainers' lets the holder put a container of its own into running pods; drop it
  verbs: [patch]
)",
                                                             .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
)",
                                                             .path = "app.yaml"}};

static constexpr Example delete_pod_logs_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/log]
              ^^^^^^^^ '*' on 'pods/log' is not needed to read logs; leave get and list
  verbs: ["*"]
)",
                                                        .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
)",
                                                        .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-pod-exec",
        .title = "Role can exec into pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A shell in a container has its files, environment and service account token. A web socket opens with GET, so get is as good as create.",
        .aliases = {"trivy:KSV-0053", "checkov:CKV2_K8S_2", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach",
                    "polaris:clusterrolebindingPodExecAttach", "polaris:rolebindingClusterRolePodExecAttach", "polaris:rolebindingRolePodExecAttach",
                    "kubescape:C-0002", "kics:c589f42c-7924-4871-aee2-1cede9bc7cbc", "datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE", "sonar:S6868",
                    "rbac-police:pods_exec"},
        .standards = {"NSA-authn-authz", "MITRE-T1609", "OWASP-K03"},
        .examples = pod_exec_examples,
        .run = on_roles_and_bindings<pod_exec>(),
    },
    {
        .id = "rbac-pod-attach",
        .title = "Role can attach to pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Attaching reaches the standard streams of a running process; in a container with a shell that is as good as exec.",
        .aliases = {"trivy:KSV-0054", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach", "polaris:clusterrolebindingPodExecAttach",
                    "polaris:rolebindingClusterRolePodExecAttach", "polaris:rolebindingRolePodExecAttach", "kubescape:C-0002",
                    "kics:d45330fd-f58d-45fb-a682-6481477a0f84"},
        .standards = {"MITRE-T1609", "OWASP-K03"},
        .examples = pod_attach_examples,
        .run = on_roles_and_bindings<pod_attach>(),
    },
    {
        .id = "rbac-pod-portforward",
        .title = "Role can port-forward to pods.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Port forwarding goes through the API server and the kubelet to the local interface of the pod: network policies do not see it, and ports "
               "that listen on localhost only are reached too.",
        .aliases = {"kubescape:C-0063", "kics:38fa11ef-dbcc-4da8-9680-7e1fd855b6fb"},
        .standards = {"MITRE-T1090", "OWASP-K03"},
        .examples = pod_portforward_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<pod_portforward>),
    },
    {
        .id = "rbac-ephemeral-containers",
        .title = "Role can inject ephemeral containers.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "An ephemeral container shares the network and, when asked for, the process space of the pod, and runs whatever image the holder picks: "
               "kubectl debug for everybody.",
        .aliases = {"rbac-police:pods_ephemeral_ctrs", "kyverno:block-ephemeral-containers"},
        .standards = {"MITRE-T1610", "OWASP-K03"},
        .examples = ephemeral_containers_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<ephemeral_containers>),
    },
    {
        .id = "rbac-delete-pod-logs",
        .title = "Role can delete pod logs.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Logs are read with get. A role that asks for more than that on them was widened without thought, or means to cover tracks.",
        .aliases = {"trivy:KSV-0042"},
        .standards = {"NSA-audit", "MITRE-T1070"},
        .examples = delete_pod_logs_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<delete_pod_logs>),
    },
};

extern constinit const std::span<const Check> powers_inside_pods = table;

}
