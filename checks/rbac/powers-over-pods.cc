#include "checks/rbac/power.h"

// Verbs on pods, workloads and nodes.

namespace plimsoll::checks {

static constexpr Power create_pods = {
    .verbs = {"create"},
    .resources = {{{"", "pods"}, {"apps", "deployments"}, {"apps", "statefulsets"}, {"apps", "daemonsets"}, {"apps", "replicasets"},
                   {"batch", "jobs"}, {"batch", "cronjobs"}, {"", "replicationcontrollers"}}},
    .consequence = "lets the holder run pods with any service account and Secret of the namespace; grant it in the namespaces that need it only",
};

static constexpr Power manage_workloads = {
    .verbs = {"create", "update", "patch", "delete", "deletecollection"},
    .resources = {{{"", "pods"}, {"apps", "deployments"}, {"apps", "statefulsets"}, {"apps", "daemonsets"}, {"apps", "replicasets"},
                   {"batch", "jobs"}, {"batch", "cronjobs"}, {"", "replicationcontrollers"}}},
    .consequence = "lets the holder change or remove what runs; leave the reading verbs, or grant it in the namespaces that need it only",
};

static constexpr Power pod_exec = {
    .verbs = {"create", "get"},
    .resources = {{{"", "pods/exec"}}},
    .consequence = "lets the holder run commands in containers with all they can reach; drop it",
    .sweeping = true,
    .named = true,
};

static constexpr Power pod_attach = {
    .verbs = {"create", "get"},
    .resources = {{{"", "pods/attach"}}},
    .consequence = "lets the holder read and type into running processes; drop it",
    .named = true,
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
    .resources = {{{"", "pods"}, {"apps", "deployments"}, {"apps", "statefulsets"}, {"apps", "daemonsets"}, {"apps", "replicasets"},
                   {"batch", "jobs"}, {"batch", "cronjobs"}, {"", "replicationcontrollers"}, {"", "secrets"}, {"", "configmaps"},
                   {"", "persistentvolumes"}, {"", "persistentvolumeclaims"}}},
    .consequence = "lets the holder destroy workloads or data; grant it for named objects or drop it",
};

static constexpr Power delete_events = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "events"}, {"events.k8s.io", "events"}}},
    .consequence = "lets the holder remove traces; drop it",
};

static constexpr Power delete_pod_logs = {
    .verbs = {"delete", "deletecollection"},
    .resources = {{{"", "pods/log"}}},
    .consequence = "is not needed to read logs; leave get and list",
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
        .id = "rbac-create-pods",
        .title = "Role can create pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A pod can mount every Secret and use every service account of its namespace, and without pod security it can mount the node. Who may "
               "create pods, directly or through a Deployment or Job, holds all that. kube-system and the like are included when a ClusterRole is bound "
               "in the whole cluster.",
        .aliases = {"kube-linter:access-to-create-pods", "kubescape:C-0188", "kics:592ad21d-ad9b-46c6-8d2d-fad09d62a942",
                    "datree:CIS_INVALID_VALUE_CREATE_POD", "kubiscan:risky-create-*", "rbac-police:assign_sa"},
        .standards = {"CIS-K8s-5.1.4", "MITRE-T1610", "OWASP-K03"},
        .examples = create_pods_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<create_pods>),
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
        .id = "rbac-pod-exec",
        .title = "Role can exec into pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A shell in a container has its files, environment and service account token. A web socket opens with GET, so get is as good as create.",
        .aliases = {"trivy:KSV-0053", "checkov:CKV2_K8S_2", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach",
                    "polaris:clusterrolebindingPodExecAttach", "polaris:rolebindingClusterRolePodExecAttach", "polaris:rolebindingRolePodExecAttach",
                    "kubescape:C-0002", "kics:c589f42c-7924-4871-aee2-1cede9bc7cbc", "datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE",
                    "sonar:S6868", "rbac-police:pods_exec"},
        .standards = {"NSA-authn-authz", "MITRE-T1609", "OWASP-K03"},
        .examples = pod_exec_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<pod_exec>),
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
        .run = on_objects({"Role", "ClusterRole"}, run_power<pod_attach>),
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

extern constinit const std::span<const Check> powers_over_pods = table;

}
