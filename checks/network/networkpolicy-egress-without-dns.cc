#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

namespace plimsoll::checks::networkpolicy_egress_without_dns {

using kubernetes::Direction;
using kubernetes::Match;
using kubernetes::NetworkPolicy;

// Ports that name servers in clusters listen on: 53 of the Service, the others behind it.
static bool allows_dns_port(yaml::Node rule) {
    for (std::int64_t port : {53, 5353, 1053, 8053, 10053})
        for (std::string_view protocol : {"UDP", "TCP"})
            if (kubernetes::allows_port(rule, port, protocol) != Match::no) return true;
    return false;
}

// Pods of the policy's own namespace alone are no name servers, those of kube-system excepted.
static bool may_be_name_server(yaml::Node peer, const kubernetes::Object& object) {
    return !peer["podSelector"].is_set() || peer["namespaceSelector"].is_set() || peer["ipBlock"].is_set() || object.declared_namespace() == "kube-system";
}

static bool allows_dns(const kubernetes::Object& object) {
    for (yaml::Node rule : NetworkPolicy(object).rules(Direction::egress).items()) {
        if (!rule.is_mapping() || !allows_dns_port(rule)) continue;
        const auto to = rule["to"].items();
        if (to.empty()) return true;
        for (yaml::Node peer : to)
            if (may_be_name_server(peer, object)) return true;
    }
    return false;
}

// Another policy allows the name service to the same pods.
static bool covered(const kubernetes::Object& object, std::span<const kubernetes::Object* const> dns_policies) {
    const NetworkPolicy policy(object);
    return std::any_of(dns_policies.begin(), dns_policies.end(), [&](const kubernetes::Object* other) {
        if (kubernetes::Cluster::same_namespace(object, *other) == Match::no) return false;
        const NetworkPolicy its(*other);
        return its.selects_all() || (!policy.selects_all() && its.selects(object.spec().at("podSelector.matchLabels")) != Match::no);
    });
}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    std::vector<const kubernetes::Object*> dns_policies, others;
    for (const kubernetes::Object* object : cluster.of_kind("NetworkPolicy")) {
        const NetworkPolicy policy(*object);
        if (policy.restricts(Direction::egress) == Match::no || object->is_fragment()) continue;
        (allows_dns(*object) ? dns_policies : others).push_back(object);
    }
    for (const kubernetes::Object* object : others) {
        const yaml::Node rules = NetworkPolicy(*object).rules(Direction::egress);
        // What denies everything denies names as well, on purpose.
        if (rules.items().empty() || covered(*object, dns_policies)) continue;
        report.at(*object, rules.key(), "no rule allows DNS, so these pods cannot resolve a name; allow ports 53/UDP and 53/TCP to the cluster's name service");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Egress]
  egress:
  ^^^^^^ no rule allows DNS, so these pods cannot resolve a name; allow ports 53/UDP and 53/TCP to the cluster's name service
  - to:
    - ipBlock:
        cidr: 10.0.0.0/8
    ports:
    - port: 5432
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
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/8
    ports:
    - port: 5432
  - to:
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]
  ^^^^^^ no rule allows DNS, so these pods cannot resolve a name; allow ports 53/UDP and 53/TCP to the cluster's name service
)",
                                        .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check networkpolicy_egress_without_dns = {
    .id = "networkpolicy-egress-without-dns",
    .title = "Egress policy does not allow DNS.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "As soon as a policy restricts the outgoing traffic of a pod, its DNS queries are restricted too. Without a rule for port 53 every "
           "connection by name fails, which looks like an outage of the other side.",
    .aliases = {"kyverno:add-networkpolicy-dns"},
    .examples = examples,
    .run = on_cluster(run),
};

}
