#include <algorithm>
#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// Pods and namespaces that no NetworkPolicy guards.

namespace plimsoll::checks::networkpolicy_coverage {

using kubernetes::Direction;
using kubernetes::Isolation;

static std::string open_directions(const kubernetes::Policies& policies, const kubernetes::Pod& pod, const std::vector<std::string>& wanted) {
    std::string out;
    for (Direction direction : {Direction::ingress, Direction::egress}) {
        const std::string_view name = kubernetes::name_of(direction);
        if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
        if (policies.reach(pod, direction).isolation == Isolation::none) out.append(out.empty() ? "" : " and ").append(name);
    }
    return out;
}

static void run_pod(const kubernetes::Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const kubernetes::Policies policies(cluster);
    const std::vector<std::string>& directions = report.list("directions");
    for (const kubernetes::Object* workload : cluster.workloads())
        for (const kubernetes::Pod& pod : workload->pods()) {
            if (pod.partial || workload->is_fragment()) continue;
            if (policies.selected(pod) == kubernetes::Match::no) {
                report.at(*workload, workload->head(),
                          "no NetworkPolicy selects this pod, so everything may talk to it and it to everything; add one that allows what is needed");
            } else if (const std::string open = open_directions(policies, pod, directions); !open.empty()) {
                report.at(*workload, workload->head(), "no NetworkPolicy of this pod restricts " + open + "; add one that allows what is needed");
            }
        }
}

namespace {

// A namespace of the set, with the object that stands for it: the Namespace itself, else the first workload in it.
struct Space {
    const kubernetes::Object* object = nullptr;
    Span place;
    std::optional<std::string_view> name;
};

}

// Namespaces of workloads, and those the set makes.
static std::vector<Space> spaces(const kubernetes::Cluster& cluster) {
    std::vector<Space> out;
    std::set<std::string_view> seen;
    bool unset = false;
    for (const kubernetes::Object* space : cluster.of_kind("Namespace"))
        if (!space->name().empty() && seen.insert(space->name()).second) out.push_back({space, space->head(), space->name()});
    for (const kubernetes::Object* workload : cluster.workloads()) {
        if (workload->is_fragment()) continue;
        const auto name = workload->declared_namespace();
        if (name ? !seen.insert(*name).second : unset) continue;
        unset |= !name;
        const yaml::Node written = workload->metadata()["namespace"];
        out.push_back({workload, written.is_set() ? written.span() : workload->head(), name});
    }
    return out;
}

static std::string quoted_name(const Space& space) { return space.name ? "namespace " + quote(*space.name) : std::string("the namespace of this set"); }

static void run_namespace(const kubernetes::Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const kubernetes::Policies policies(cluster);
    for (const Space& space : spaces(cluster))
        if (!policies.any_in(space.name)) report.at(*space.object, space.place, quoted_name(space) + " has no NetworkPolicy; add one that denies by default");
}

static void run_default_deny(const kubernetes::Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const kubernetes::Policies policies(cluster);
    const std::vector<std::string>& directions = report.list("directions");
    const auto lacks = [&](const Space& space, Direction direction) {
        return std::find(directions.begin(), directions.end(), kubernetes::name_of(direction)) != directions.end() &&
               !policies.denies_all(space.name, direction);
    };
    for (const Space& space : spaces(cluster)) {
        const bool in = lacks(space, Direction::ingress), out = lacks(space, Direction::egress);
        if (!in && !out) continue;
        const std::string_view what = in && out ? "ingress and egress" : in ? "ingress" : "egress";
        Draft draft =
            report.at(*space.object, space.place,
                      quoted_name(space) + " has no NetworkPolicy that denies all " + std::string(what) + "; add one with podSelector: {} and no rules");
        if (in && out)
            draft.only({"kubeaudit:MissingDefaultDenyIngressAndEgressNetworkPolicy", "kyverno:add-network-policy"});
        else
            draft.only({in ? std::string_view("kubeaudit:MissingDefaultDenyIngressNetworkPolicy")
                           : std::string_view("kubeaudit:MissingDefaultDenyEgressNetworkPolicy"),
                        "kyverno:add-network-policy"});
    }
}

static constexpr Option pod_options[] = {
    {.name = "directions", .what = "directions, ingress and egress, that a policy of the pod must restrict besides selecting it"}};
static constexpr Option deny_options[] = {{.name = "directions", .value = "ingress egress", .what = "the directions that must be denied by default"}};

static constexpr Example pod_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
        ^^^ no NetworkPolicy selects this pod, so everything may talk to it and it to everything; add one that allows what is needed
  namespace: shop
  labels:
    app: web
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: other
  namespace: elsewhere
spec:
  podSelector: {}
)",
                                            .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
)",
                                            .path = "app.yaml"},
                                           {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
                 ^^^ no NetworkPolicy of this pod restricts egress; add one that allows what is needed
spec: {containers: [{name: web, image: "registry.example/web:1.0.0"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}}
)",
                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0.0"}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}}
)",
                                            .config = "checks: {networkpolicy-missing-for-pod: {directions: [egress]}}",
                                            .path = "app.yaml"}};

static constexpr Example namespace_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
        ^^^^ namespace 'shop' has no NetworkPolicy; add one that denies by default
)",
                                                  .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
)",
                                                  .path = "app.yaml"}};

static constexpr Example deny_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
        ^^^^ namespace 'shop' has no NetworkPolicy that denies all egress; add one with podSelector: {} and no rules
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
)",
                                             .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
)",
                                             .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "networkpolicy-default-deny-missing",
        .title = "Namespace has no default-deny policy.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Pods that no policy selects are open. A policy that selects all and allows nothing turns that around, for pods added later too: what is "
               "not allowed is refused.",
        .aliases = {"kubeaudit:MissingDefaultDenyIngressAndEgressNetworkPolicy", "kubeaudit:MissingDefaultDenyIngressNetworkPolicy",
                    "kubeaudit:MissingDefaultDenyEgressNetworkPolicy", "kyverno:add-network-policy"},
        .standards = {"NSA-net-policies", "OWASP-K07"},
        .options = deny_options,
        .examples = deny_examples,
        .run = on_cluster(run_default_deny),
    },
    {
        .id = "networkpolicy-missing-for-pod",
        .title = "No NetworkPolicy selects the pod.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Without a policy every pod of the cluster may connect to this one, and it to everything, the cloud's metadata service included. One "
               "compromised pod then is a foothold for all.",
        .aliases = {"checkov:CKV2_K8S_6", "kube-linter:non-isolated-pod", "kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy", "kubescape:C-0260",
                    "kubescape:C-0030", "kics:0401f71b-9c1e-4821-ab15-a955caa621be", "popeye:1204", "popeye:1205"},
        .standards = {"CIS-K8s-5.3.2", "NSA-net-policies", "NIST-800-190-4.3.3", "NIST-800-190-4.4.2", "OWASP-K07"},
        .options = pod_options,
        .examples = pod_examples,
        .run = on_cluster(run_pod),
    },
    {
        .id = "networkpolicy-missing-in-namespace",
        .title = "Namespace has no NetworkPolicy.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "A namespace is no border for the network: without policies its pods are open to those of all others.",
        .aliases = {"kubescape:C-0049", "kubescape:C-0054", "kubescape:C-0206", "rhcop:COMBINE-00001", "kyverno:require-netpol"},
        .standards = {"CIS-K8s-5.3.2", "NSA-net-policies", "OWASP-K07"},
        .examples = namespace_examples,
        .run = on_cluster(run_namespace),
    },
};

extern constinit const std::span<const Check> networkpolicy_coverage = table;

}
