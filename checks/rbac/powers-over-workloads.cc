#include "checks/rbac/power.h"

// Verbs on pods, workloads, nodes and volumes.

namespace plimsoll::checks::powers_over_workloads {

// kube-linter means the binding, the others the role.
static void create_pods_aliases(const kubernetes::Object& object, const kubernetes::Grant&, Draft& draft) {
    if (object.is("ClusterRoleBinding") || object.is("RoleBinding"))
        draft.only({"kube-linter:access-to-create-pods", "rbac-police:assign_sa"});
    else
        draft.only({"kubescape:C-0188", "kics:592ad21d-ad9b-46c6-8d2d-fad09d62a942", "datree:CIS_INVALID_VALUE_CREATE_POD", "kubiscan:risky-create-*"});
}

static constexpr Power create_pods = {
    .verbs = {"create"},
    .resources = {{{"", "pods"},
                   {"apps", "deployments"},
                   {"apps", "statefulsets"},
                   {"apps", "daemonsets"},
                   {"apps", "replicasets"},
                   {"batch", "jobs"},
                   {"batch", "cronjobs"},
                   {"", "replicationcontrollers"}}},
    .consequence = "lets the holder run pods with any service account and Secret of the namespace; grant it in the namespaces that need it only",
    .narrow = create_pods_aliases,
};

static constexpr Power manage_workloads = {
    .verbs = {"create", "update", "patch", "delete", "deletecollection"},
    .resources = {{{"", "pods"},
                   {"apps", "deployments"},
                   {"apps", "statefulsets"},
                   {"apps", "daemonsets"},
                   {"apps", "replicasets"},
                   {"batch", "jobs"},
                   {"batch", "cronjobs"},
                   {"", "replicationcontrollers"}}},
    .consequence = "lets the holder change or remove what runs; leave the reading verbs, or grant it in the namespaces that need it only",
};

static constexpr Power modify_node_or_pod_status = {
    .verbs = {"update", "patch"},
    .resources = {{{"", "nodes/status"}, {"", "pods/status"}, {"", "nodes"}}},
    .consequence = "lets the holder draw pods away from nodes or traffic away from pods; leave the reading verbs",
};

static constexpr Power persistent_volume_create = {
    .verbs = {"create"},
    .resources = {{{"", "persistentvolumes"}}},
    .consequence = "reaches the nodes' file systems by hostPath volumes; leave it to the storage provisioner",
    .of_cluster = true,
};

static constexpr Power delete_broad = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "pods"},
                   {"apps", "deployments"},
                   {"apps", "statefulsets"},
                   {"apps", "daemonsets"},
                   {"apps", "replicasets"},
                   {"batch", "jobs"},
                   {"batch", "cronjobs"},
                   {"", "replicationcontrollers"},
                   {"", "secrets"},
                   {"", "configmaps"},
                   {"", "persistentvolumes"},
                   {"", "persistentvolumeclaims"}}},
    .consequence = "lets the holder destroy workloads or data; grant it for named objects or drop it",
};

static constexpr Power delete_events = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "events"}, {"events.k8s.io", "events"}}},
    .consequence = "lets the holder remove traces; drop it",
};

static constexpr Example create_pods_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: [deployments]
              ^^^^^^^^^^^ 'create' on 'deployments' lets the holder run pods with any service account and Secret of the namespace; grant it in the namespaces that need it only
  verbs: [get, create]
)",
                                                    .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: [deployments]
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
- apiGroups: [batch]
  resources: [jobs]
              ^^^^ 'create' on 'jobs' lets the holder run pods with any service account and Secret of the namespace; grant it in the namespaces that need it only
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
        ^^^^^^ role 'helper' gives these subjects 'create' on 'jobs'; bind a narrower role
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
- apiGroups: [batch]
  resources: [jobs]
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

static constexpr Example manage_workloads_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: [deployments]
              ^^^^^^^^^^^ 'patch' on 'deployments' lets the holder change or remove what runs; leave the reading verbs, or grant it in the namespaces that need it only
  verbs: [get, patch]
)",
                                                         .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get]
)",
                                                         .path = "app.yaml"}};

static constexpr Example modify_node_or_pod_status_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [nodes/status]
              ^^^^^^^^^^^^ 'patch' on 'nodes/status' lets the holder draw pods away from nodes or traffic away from pods; leave the reading verbs
  verbs: [get, patch]
)",
                                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [nodes/status]
  verbs: [get]
)",
                                                                  .path = "app.yaml"}};

static constexpr Example persistent_volume_create_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [persistentvolumes]
              ^^^^^^^^^^^^^^^^^ 'create' on 'persistentvolumes' reaches the nodes' file systems by hostPath volumes; leave it to the storage provisioner
  verbs: [get, create]
)",
                                                                 .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get]
)",
                                                                 .path = "app.yaml"}};

static constexpr Example delete_broad_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [persistentvolumeclaims]
              ^^^^^^^^^^^^^^^^^^^^^^ 'delete' on 'persistentvolumeclaims' lets the holder destroy workloads or data; grant it for named objects or drop it
  verbs: [get, delete]
)",
                                                     .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get]
)",
                                                     .path = "app.yaml"}};

static constexpr Example delete_events_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [events]
              ^^^^^^ 'delete' on 'events' lets the holder remove traces; drop it
  verbs: [create, delete]
)",
                                                      .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [events]
  verbs: [create]
)",
                                                      .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-create-pods",
        .title = "Role can create pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A pod can mount every Secret and use every service account of its namespace, and without pod security it can mount the node. Who may "
               "create pods, directly or through a Deployment or Job, holds all that. kube-system and the like are included when a ClusterRole is bound "
               "in the whole cluster.",
        .aliases = {"kube-linter:access-to-create-pods", "kubescape:C-0188", "kics:592ad21d-ad9b-46c6-8d2d-fad09d62a942", "datree:CIS_INVALID_VALUE_CREATE_POD",
                    "kubiscan:risky-create-*", "rbac-police:assign_sa"},
        .standards = {"CIS-K8s-5.1.4", "MITRE-T1610", "OWASP-K03"},
        .examples = create_pods_examples,
        .run = on_roles_and_bindings<create_pods>(),
    },
    {
        .id = "rbac-manage-workloads",
        .title = "Role can change or delete workloads.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Changing a pod template runs code of the writer with the identity of the workload; deleting takes the service down.",
        .aliases = {"trivy:KSV-0048", "kubescape:C-0007", "kubescape:C-0188", "rbac-police:modify_pods", "kubiscan:risky-update-*"},
        .standards = {"CIS-K8s-5.1.4", "OWASP-K03"},
        .examples = manage_workloads_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<manage_workloads>),
    },
    {
        .id = "rbac-modify-node-or-pod-status",
        .title = "Role can change node or pod status.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "With the status of nodes one decides where pods can run, with the status of pods which of them a Service sends traffic to. A compromised "
               "node agent uses both to pull other workloads, and their tokens, to itself.",
        .aliases = {"rbac-police:modify_node_status", "rbac-police:modify_pod_status", "rbac-police:steal_pods"},
        .standards = {"OWASP-K03"},
        .examples = modify_node_or_pod_status_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<modify_node_or_pod_status>),
    },
    {
        .id = "rbac-persistent-volume-create",
        .title = "Role can create PersistentVolumes.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A PersistentVolume may be a hostPath or local volume: whoever creates one and claims it mounts any directory of a node, and pod security "
               "does not look at it.",
        .aliases = {"kubescape:C-0278"},
        .standards = {"CIS-K8s-5.1.9", "MITRE-T1611", "OWASP-K03"},
        .examples = persistent_volume_create_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<persistent_volume_create>),
    },
    {
        .id = "rbac-delete-broad",
        .title = "Role has delete rights on workloads or data.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Deleting is what cannot be taken back: a volume claim takes its data along, a workload its service.",
        .aliases = {"kubescape:C-0007", "kubiscan:risky-any-resource-delete"},
        .standards = {"MITRE-T1485"},
        .examples = delete_broad_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<delete_broad>),
    },
    {
        .id = "rbac-delete-events",
        .title = "Role can delete events.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Events say what happened to the objects of the cluster. They expire by themselves; deleting them only serves to cover tracks.",
        .aliases = {"kubescape:C-0031"},
        .standards = {"NSA-audit", "MITRE-T1070"},
        .examples = delete_events_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<delete_events>),
    },
};

extern constinit const std::span<const Check> powers_over_workloads = table;

}
