#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"
#include "analyzer/text/distance.h"

// NetworkPolicies whose selectors and ports fit nothing in the set.

namespace plimsoll::checks::networkpolicy_matches {

using kubernetes::Cluster;
using kubernetes::Direction;
using kubernetes::Match;
using kubernetes::NetworkPolicy;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::Selector;

namespace {

// Objects of custom kinds: their controllers make pods, usually with labels of the object, that no file shows.
class PodMakers {
public:
    explicit PodMakers(const Cluster& cluster) {
        for (const Object* object : cluster.objects())
            if (!object->builtin() && !object->is_workload() && object->labels().is_mapping()) makers_.push_back(object);
    }
    bool may_match(const Object& policy, const Selector& selector) const {
        // A set with thousands of custom objects is not compared object by object.
        if (makers_.size() > 500) return true;
        return std::any_of(makers_.begin(), makers_.end(), [&](const Object* object) {
            return Cluster::same_namespace(policy, *object) != Match::no && selector.matches(object->labels()) != Match::no;
        });
    }

private:
    std::vector<const Object*> makers_;
};

}

static bool has_placeholder(yaml::Node selector) {
    for (const yaml::Entry& label : selector["matchLabels"].entries())
        if (label.value.is_placeholder() || label.key.is_placeholder()) return true;
    return selector.is_placeholder() || selector["matchLabels"].is_placeholder() || selector["matchExpressions"].is_placeholder();
}

// The value that was probably meant: that of the same label on a pod of the namespace.
static std::string suggestion(const Cluster& cluster, const Object& policy, yaml::Node selector) {
    // Enough to know the labels of a namespace, whatever the size of the set.
    static constexpr std::size_t most = 50, most_workloads = 1000;
    const auto workloads = cluster.workloads().first(std::min(cluster.workloads().size(), most_workloads));
    for (const yaml::Entry& label : selector["matchLabels"].entries()) {
        std::vector<std::string_view> values;
        for (const Object* workload : workloads) {
            if (values.size() >= most) break;
            if (Cluster::same_namespace(policy, *workload) == Match::no) continue;
            for (const Pod& pod : workload->pods())
                if (const auto value = pod.labels()[label.key.scalar()].text()) values.push_back(*value);
        }
        const std::string_view wanted = label.value.scalar();
        if (std::find(values.begin(), values.end(), wanted) != values.end()) continue;
        if (const std::string_view meant = nearest_name(wanted, values); !meant.empty())
            return "; did you mean " + std::string(label.key.scalar()) + ": " + std::string(meant) + "?";
    }
    return {};
}

static bool matches_nothing(const Cluster& cluster, const PodMakers& makers, const Object& policy, yaml::Node selector) {
    const Selector labels = Selector::labels(selector);
    return selector.is_mapping() && !labels.empty() && labels.valid() && !has_placeholder(selector) && cluster.selected(policy, labels).empty() &&
           !makers.may_match(policy, labels);
}

static void run_selects(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const PodMakers makers(cluster);
    for (const Object* policy : cluster.of_kind("NetworkPolicy")) {
        const yaml::Node selector = policy->spec()["podSelector"];
        if (policy->is_fragment() || !matches_nothing(cluster, makers, *policy, selector)) continue;
        report.at(*policy, selector.key().span(),
                  "podSelector matches no pod of the set, so this policy guards nothing" + suggestion(cluster, *policy, selector));
    }
}

static void run_peers(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const PodMakers makers(cluster);
    for (const Object* policy : cluster.of_kind("NetworkPolicy"))
        for (Direction direction : {Direction::ingress, Direction::egress})
            for (yaml::Node rule : NetworkPolicy(*policy).rules(direction).items())
                for (yaml::Node peer : kubernetes::peers(rule, direction).items()) {
                    const yaml::Node pods = peer["podSelector"];
                    if (peer["namespaceSelector"] || !matches_nothing(cluster, makers, *policy, pods)) continue;
                    report.at(*policy, pods.key().span(),
                              "this peer matches no pod of the policy's namespace; add a namespaceSelector when the pods live elsewhere" +
                                  suggestion(cluster, *policy, pods));
                }
}

namespace {

// The ports that the pods of a selection have.
class Ports {
public:
    explicit Ports(const kubernetes::Selection& pods) {
        for (const Pod* pod : pods) {
            if (pod->partial) any_name_ = any_number_ = true;
            any_number_ |= !add(*pod);
        }
        std::sort(numbers_.begin(), numbers_.end());
    }
    // No pod has the port: by name for certain, by number when all of them say which ports they have.
    bool lack(yaml::Node item) const {
        const yaml::Node port = item["port"];
        if (const auto first = port.integer()) {
            const auto next = std::lower_bound(numbers_.begin(), numbers_.end(), *first);
            return !any_number_ && (next == numbers_.end() || *next > item["endPort"].integer().value_or(*first));
        }
        const auto name = port.text();
        return name && !name->empty() && !any_name_ && !names_.contains(*name);
    }

private:
    // Whether the pod says which ports it has.
    bool add(const Pod& pod) {
        bool any = false, all = true;
        for (const kubernetes::Container& container : pod.containers)
            for (yaml::Node port : container["ports"].items()) {
                any = true;
                names_.insert(port["name"].text_or_empty());
                if (const auto number = port["containerPort"].integer())
                    numbers_.push_back(*number);
                else
                    all = false;
            }
        return any && all;
    }
    bool any_name_ = false, any_number_ = false;   // some pod may have any
    std::unordered_set<std::string_view> names_;
    std::vector<std::int64_t> numbers_;
};

}

static void run_ports(const Cluster& cluster, Reporter& report) {
    std::unordered_map<const kubernetes::Selection*, Ports> known;
    for (const Object* policy : cluster.of_kind("NetworkPolicy")) {
        const NetworkPolicy view(*policy);
        if (view.selects_all() || view.rules(Direction::ingress).items().empty()) continue;
        const kubernetes::Selection& pods = cluster.selected(*policy, view.selector());
        if (pods.empty()) continue;
        const Ports& ports = known.try_emplace(&pods, pods).first->second;
        for (yaml::Node rule : view.rules(Direction::ingress).items())
            for (yaml::Node item : rule["ports"].items())
                if (ports.lack(item))
                    report.at(*policy, item["port"],
                              "no pod that this policy selects has port " + quote(item["port"].scalar()) + "; name one that a container declares");
    }
}

static constexpr Example selects_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
  ^^^^^^^^^^^ podSelector matches no pod of the set, so this policy guards nothing; did you mean app: web?
    matchLabels:
      app: wbe
---
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
)",
                                                .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: other
spec:
  podSelector: {}
---
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
)",
                                                .path = "app.yaml"}};

static constexpr Example peer_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector:
      ^^^^^^^^^^^ this peer matches no pod of the policy's namespace; add a namespaceSelector when the pods live elsewhere
        matchLabels:
          app: proxy
---
apiVersion: v1
kind: Pod
metadata:
  name: proxy
  namespace: edge
  labels:
    app: proxy
spec:
  containers:
  - name: proxy
    image: registry.example/proxy:1.0.0
)",
                                             .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: edge
      podSelector:
        matchLabels:
          app: proxy
)",
                                             .path = "app.yaml"}};

static constexpr Example port_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - ports:
    - port: http
            ^^^^ no pod that this policy selects has port 'http'; name one that a container declares
    - port: 8081
            ^^^^ no pod that this policy selects has port '8081'; name one that a container declares
---
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
    ports:
    - name: web
      containerPort: 8080
)",
                                             .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - ports:
    - port: web
    - port: 8000
      endPort: 9000
---
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
    ports:
    - name: web
      containerPort: 8080
)",
                                             .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "networkpolicy-peer-matches-nothing",
        .title = "NetworkPolicy peer selector matches no pod.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A peer with only a podSelector means pods of the policy's own namespace. When none has those labels, the rule lets nobody in, and what "
               "was meant to come in is refused.",
        .aliases = {"kube-linter:dangling-networkpolicypeer-podselector", "popeye:1201", "popeye:1202", "popeye:1206", "popeye:1207", "popeye:1208"},
        .examples = peer_examples,
        .run = on_cluster(run_peers),
    },
    {
        .id = "networkpolicy-port-unused",
        .title = "Policy allows a port no selected pod has.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A named port that no container has is allowed to nobody; a number that no container declares is most likely left over from another "
               "version.",
        .examples = port_examples,
        .run = on_cluster(run_ports),
    },
    {
        .id = "networkpolicy-selects-nothing",
        .title = "NetworkPolicy selects no pod of the bundle.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A policy that selects no pod is accepted and does nothing: the pods it was written for stay open. Labels or the namespace differ from "
               "those of the workload.",
        .aliases = {"kube-linter:dangling-networkpolicy", "kube-score:networkpolicy-targets-pod", "kubescape:C-0299",
                    "kics:85ab1c5b-014e-4352-b5f8-d7dea3bb4fd3", "popeye:1200"},
        .examples = selects_examples,
        .run = on_cluster(run_selects),
    },
};

extern constinit const std::span<const Check> networkpolicy_matches = table;

}
