#include "analyzer/engine/kubernetes_check.h"

// Which namespace an object goes to.

namespace plimsoll::checks::object_namespace {

static bool is_workload_kind(const kubernetes::Object& object, const Reporter& report) {
    for (const std::string& kind : report.list("kinds"))
        if (object.is(kind)) return true;
    return false;
}

// An object without a namespace goes where it is applied to, which the file does not say.
static void in_default(const kubernetes::Object& object, Reporter& report) {
    if (object.declared_namespace() != "default" || object.cluster_scoped()) return;
    if (!report.list("kinds").empty() && !is_workload_kind(object, report)) return;
    // The API server's own Service and its slices live there.
    if (object.name() == "kubernetes" && (object.is("Service") || object.is("Endpoints") || object.is("EndpointSlice"))) return;
    Draft draft = report.at(object.metadata()["namespace"], "everything that forgets its namespace ends up here too; give the application one of its own");
    // Most peers look at workloads only, KubeLinter at Services besides.
    if (!object.is_workload())
        draft.only({"checkov:CKV_K8S_21", "kubescape:C-0061", "kubescape:C-0212", "kics:611ab018-c4aa-4ba2-b0f6-a448337509a6", "marvin:M-500",
                    "mondoo:default-namespace", object.is("Service") ? "kube-linter:use-namespace" : "marvin:M-500"});
}

namespace {

// Names that the components of a cluster and its usual add-ons go by.
constexpr std::string_view system_names[] = {
    "kube-",
    "csi",
    "coredns",
    "etcd",
    "metrics-server",
    "calico",
    "cilium",
    "flannel",
    "canal",
    "weave",
    "antrea",
    "kindnet",
    "aws-",
    "azure",
    "gce-",
    "gke-",
    "fluentd-gcp",
    "node-local-dns",
    "nodelocaldns",
    "konnectivity",
    "cluster-autoscaler",
    "node-problem-detector",
    "tiller",
    "snapshot-controller",
    "local-path",
    "storage-provisioner",
    "cloud-controller-manager",
    "cloud-node-manager",
    "heapster",
    "kubernetes-dashboard",
    "dns-",
    "vsphere",
    "openstack",
    "ip-masq-agent",
    "nvidia-",
    "multus",
    "sealed-secrets",
    "traefik",
    "svclb-",
    "helm-install",
    "kubelet",
    "apiserver",
    "cni",
    "ibm-",
};

bool is_system_component(const kubernetes::Object& object) {
    const std::string_view name = object.name();
    for (std::string_view known : system_names)
        if (name.find(known) != std::string_view::npos) return true;
    // Anything with a system priority is part of the cluster, and so is what its labels call a cluster service.
    for (const kubernetes::Pod& pod : object.pods())
        if (pod["priorityClassName"].text_or_empty().starts_with("system-")) return true;
    return object.label("kubernetes.io/cluster-service") == "true" || object.labels().has("addonmanager.kubernetes.io/mode") ||
           object.label("tier") == "control-plane";
}

}

static void in_system(const kubernetes::Object& object, Reporter& report) {
    if (!object.is_workload() || object.is("DaemonSet")) return;   // agents on every node belong to the cluster
    const std::optional<std::string_view> place = object.declared_namespace();
    if (!place || is_system_component(object)) return;
    for (const std::string& reserved : report.list("namespaces"))
        if (*place == reserved)
            report.at(object.metadata()["namespace"], quote(*place) + " is for the cluster's own components; move the workload to a namespace of its own");
}

static void boundaries(const kubernetes::Object& object, Reporter& report) {
    if (object.is_workload() && object.declared_namespace() == "default")
        report.at(object.metadata()["namespace"],
                  "no namespace separates this workload from others, nor its permissions from theirs; review how teams are kept apart");
}

static void on_cluster_scope(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node place = object.metadata()["namespace"];
    if (object.cluster_scoped() && object.declared_namespace() && !object.declared_namespace()->empty())
        report.at(place, "a " + std::string(object.kind()) + " belongs to no namespace; remove the field")
            .fix("Remove the namespace", Safety::safe, yaml::remove_entry(object.manifest().source(), place));
}

static constexpr Option default_options[] = {{.name = "kinds", .what = "only these kinds; all when empty"}};
static constexpr Option system_options[] = {
    {.name = "namespaces", .value = "kube-system kube-public kube-node-lease", .what = "namespaces for the cluster's own components"}};

static constexpr Example namespace_default_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: default}
                                      ^^^^^^^ everything that forgets its namespace ends up here too; give the application one of its own
)",
                                                          .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: more}
)",
                                                          .path = "app.yaml",
                                                          .fixed = false}};

static constexpr Example namespace_kube_system_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: kube-system}
                                  ^^^^^^^^^^^ 'kube-system' is for the cluster's own components; move the workload to a namespace of its own
spec:
  containers:
  - {name: shop, image: shop:2.1.0}
)",
                                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-proxy, namespace: kube-system}
spec:
  containers:
  - {name: kube-proxy, image: kube-proxy:v1.34.1}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: shop}
spec:
  containers:
  - {name: shop, image: shop:2.1.0}
)",
                                                              .path = "app.yaml",
                                                              .fixed = false}};

static constexpr Example namespace_boundaries_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: default}
                                  ^^^^^^^ no namespace separates this workload from others, nor its permissions from theirs; review how teams are kept apart
spec:
  containers:
  - {name: shop, image: shop:2.1.0}
)",
                                                             .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: shop}
spec:
  containers:
  - {name: shop, image: shop:2.1.0}
)",
                                                             .path = "app.yaml",
                                                             .fixed = false}};

static constexpr Example namespace_on_cluster_scoped_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
  namespace: shop
             ^^^^ a ClusterRole belongs to no namespace; remove the field
rules: []
)",
                                                                    .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
rules: []
)",
                                                                    .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "namespace-default",
        .title = "Object goes to the default namespace.",
        .category = Category::compliance,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Permissions, quotas and network policies are given by namespace. In the default one, everything that was applied "
               "without thinking lies beside your application.",
        .aliases = {"trivy:KSV-0110", "checkov:CKV_K8S_21", "kube-linter:use-namespace", "kubescape:C-0061", "kubescape:C-0212",
                    "kics:611ab018-c4aa-4ba2-b0f6-a448337509a6", "datree:WORKLOAD_INCORRECT_NAMESPACE_VALUE_DEFAULT", "marvin:M-500", "terrascan:AC_K8S_0086",
                    "kyverno:disallow-default-namespace", "mondoo:default-namespace"},
        .standards = {"CIS-K8s-5.6.4", "NSA-net-namespaces"},
        .options = default_options,
        .examples = namespace_default_examples,
        .run = on_every_object(in_default),
    },
    {
        .id = "namespace-kube-system",
        .title = "User workload placed in kube-system.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Who may change anything in kube-system usually owns the cluster, policies often leave it out, and its quotas protect "
               "the components. An application does not belong there.",
        .aliases = {"trivy:KSV-0037", "kics:611ab018-c4aa-4ba2-b0f6-a448337509a6"},
        .standards = {"NSA-net-namespaces"},
        .options = system_options,
        .examples = namespace_kube_system_examples,
        .run = on_every_object(in_system),
    },
    {
        .id = "namespace-boundaries",
        .title = "No administrative boundary by namespace (inventory).",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Namespaces are the boundary for permissions, quotas and policies. This is a list for a review, not a defect.",
        .aliases = {"kubescape:C-0209", "kics:e84eaf4d-2f45-47b2-abe8-e581b06deb66"},
        .standards = {"CIS-K8s-5.6.1"},
        .examples = namespace_boundaries_examples,
        .run = on_every_object(boundaries),
    },
    {
        .id = "namespace-on-cluster-scoped",
        .title = "Cluster-scoped object carries a namespace.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .fix = Safety::safe,
        .why = "The API server refuses an object whose namespace does not fit the request, kubectl drops the field with some kinds, "
               "and other tools wait for an object that is not there.",
        .examples = namespace_on_cluster_scoped_examples,
        .run = on_every_object(on_cluster_scope),
    },
};

extern constinit const std::span<const Check> object_namespace = table;

}
