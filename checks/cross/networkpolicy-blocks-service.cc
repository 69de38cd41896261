#include <algorithm>
#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

namespace plimsoll::checks::networkpolicy_blocks_service {

using kubernetes::Cluster;
using kubernetes::Direction;
using kubernetes::Isolation;
using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Pod;

// What the pods of a Service let in; the strictest of them, null when one of them is not limited.
static const kubernetes::Reach* reach_of(const kubernetes::Selection& pods, const kubernetes::Policies& policies, const kubernetes::Selector& selector) {
    const kubernetes::Reach* worst = nullptr;
    for (const Pod* pod : pods) {
        if (selector.matches(pod->labels()) != Match::yes || pod->host_network()) continue;
        const kubernetes::Reach& reach = policies.reach(*pod, Direction::ingress);
        if (reach.isolation != Isolation::closed && reach.isolation != Isolation::limited) return nullptr;
        if (!worst || reach.isolation == Isolation::closed) worst = &reach;
    }
    return worst;
}

// The peer lets pods of the client's kind in. Addresses and namespaces whose labels are not in the set stay open.
static Match admits(const Cluster& cluster, const Object& policy, yaml::Node peer, const Pod& client) {
    if (peer["ipBlock"] || !peer.is_mapping()) return Match::unknown;
    const yaml::Node spaces = peer["namespaceSelector"], pods = peer["podSelector"];
    if (pods.is_set() && !kubernetes::Selector::labels(pods).empty()) {
        const Match matched = kubernetes::Selector::labels(pods).matches(client.labels());
        if (matched != Match::yes) return matched;
    }
    if (!spaces.is_set()) return Cluster::same_namespace(policy, *client.object);
    if (kubernetes::Selector::labels(spaces).empty()) return Match::yes;
    const auto name = client.object->declared_namespace();
    const Object* space = name ? cluster.find(*client.object, "Namespace", *name) : nullptr;
    return space ? kubernetes::Selector::labels(spaces).matches(space->labels()) == Match::yes ? Match::yes : Match::unknown : Match::unknown;
}

// No rule of any policy lets the client in; only then is the block certain.
static bool is_blocked(const Cluster& cluster, const kubernetes::Reach& reach, const Pod& client) {
    for (const Object* policy : reach.policies)
        for (yaml::Node rule : kubernetes::NetworkPolicy(*policy).rules(Direction::ingress).items()) {
            const yaml::Node from = rule["from"];
            if (from.items().empty()) return false;
            for (yaml::Node peer : from.items())
                if (admits(cluster, *policy, peer, client) != Match::no) return false;
        }
    return true;
}

// The host of "scheme://host:port/path" or "host:port"; "" for other texts.
static std::string_view host_of(std::string_view text) {
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
        text = text.substr(scheme + 3);
        text = text.substr(0, text.find_first_of("/?"));
        if (const std::size_t user = text.rfind('@'); user != std::string_view::npos) text.remove_prefix(user + 1);
        return text.substr(0, text.find(':'));
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return {};
    const std::string_view port = text.substr(colon + 1);
    const bool number = !port.empty() && port.size() < 6 && port.find_first_not_of("0123456789") == std::string_view::npos;
    return number ? text.substr(0, colon) : std::string_view{};
}

// "db", "db.shop" and "db.shop.svc..." in an environment variable.
static const Object* service_named(const Cluster& cluster, const Object& from, std::string_view host) {
    const std::size_t dot = host.find('.');
    if (host.empty()) return nullptr;
    if (dot == std::string_view::npos) return cluster.find(from, "Service", host);
    const std::string_view rest = host.substr(dot + 1), space = rest.substr(0, rest.find('.'));
    const std::string_view tail = rest.substr(std::min(space.size(), rest.size()));
    if (!tail.empty() && tail != ".svc" && !tail.starts_with(".svc.")) return nullptr;
    return cluster.find(from, "Service", host.substr(0, dot), space);
}

namespace {

class Reaches {
public:
    Reaches(const Cluster& cluster, const kubernetes::Policies& policies) : cluster_(cluster), policies_(policies) {}
    // Null when everybody may come in.
    const kubernetes::Reach* of(const Object& service) {
        const auto selector = kubernetes::Selector::map(service.spec()["selector"]);
        if (selector.absent() || selector.empty()) return nullptr;
        const kubernetes::Selection& pods = cluster_.selected(service, selector);
        auto [at, is_new] = known_.try_emplace(&pods);
        if (is_new) at->second = reach_of(pods, policies_, selector);
        return at->second;
    }

private:
    const Cluster& cluster_;
    const kubernetes::Policies& policies_;
    std::map<const kubernetes::Selection*, const kubernetes::Reach*> known_;
};

}

static void check_environment(const Cluster& cluster, const Pod& pod, Reaches& reaches, Reporter& report) {
    for (const kubernetes::Container& container : pod.containers)
        for (yaml::Node variable : container["env"].items()) {
            const yaml::Node value = variable["value"];
            const Object* service = service_named(cluster, *pod.object, host_of(value.text_or_empty()));
            if (!service) continue;
            const kubernetes::Reach* reach = reaches.of(*service);
            if (!reach || reach->policies.empty() || !is_blocked(cluster, *reach, pod)) continue;
            report
                .at(*pod.object, value,
                    "the NetworkPolicies of " + quote(service->name()) + " do not let this pod in, so the connection is refused; add it to their peers")
                .container(container)
                .related(*reach->policies.front(), reach->policies.front()->head(), "one of the policies");
        }
}

static void check_backend(const Cluster& cluster, const Object& ingress, yaml::Node backend, Reaches& reaches, Reporter& report) {
    const yaml::Node name = backend["service"]["name"] ? backend["service"]["name"] : backend["serviceName"];
    const Object* service = cluster.find(ingress, "Service", name.text_or_empty());
    if (!service) return;
    const kubernetes::Reach* reach = reaches.of(*service);
    if (!reach || reach->isolation != Isolation::closed) return;
    report.at(ingress, name, "the NetworkPolicies of " + quote(service->name()) + " let nobody in, not even the Ingress controller; allow its namespace")
        .related(*reach->policies.front(), reach->policies.front()->head(), "one of the policies");
}

static void run(const Cluster& cluster, Reporter& report) {
    if (cluster.partial() || cluster.of_kind("NetworkPolicy").empty()) return;
    const kubernetes::Policies policies(cluster);
    Reaches reaches(cluster, policies);
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods())
            if (!pod.host_network()) check_environment(cluster, pod, reaches, report);
    for (const Object* ingress : cluster.of_kind("Ingress"))
        for (yaml::Node rule : ingress->spec()["rules"].items())
            for (yaml::Node path : rule["http"]["paths"].items()) check_backend(cluster, *ingress, path["backend"], reaches, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
    env:
    - name: DATABASE_URL
      value: postgres://db:5432/shop
             ^^^^^^^^^^^^^^^^^^^^^^^ the NetworkPolicies of 'db' do not let this pod in, so the connection is refused; add it to their peers
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: "registry.example/db:1.0.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
    env:
    - name: DATABASE_URL
      value: postgres://db:5432/shop
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: "registry.example/db:1.0.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
                                                                                                     ^^^ the NetworkPolicies of 'web' let nobody in, not even the Ingress controller; allow its namespace
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
)",
                                        .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check networkpolicy_blocks_service = {
    .id = "networkpolicy-blocks-service",
    .title = "Policies of the bundle block traffic the bundle needs.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::strict,
    .why = "Each policy looks right by itself; together with who talks to whom they refuse what the application needs. Only blocks that are certain "
           "from the set are reported.",
    .examples = examples,
    .run = on_cluster(run),
};

}
