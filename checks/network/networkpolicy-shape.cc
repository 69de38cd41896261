#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// NetworkPolicies that say something else than their author meant.

namespace plimsoll::checks::networkpolicy_shape {

using kubernetes::Direction;
using kubernetes::NetworkPolicy;

static constexpr Direction directions[] = {Direction::ingress, Direction::egress};

static void run_empty_selector(const kubernetes::Object& object, Reporter& report) {
    const NetworkPolicy policy(object);
    const yaml::Node selector = object.spec()["podSelector"];
    if (!policy.selects_all() || object.is_fragment()) return;
    for (Direction direction : directions) {
        if (policy.restricts(direction) != kubernetes::Match::yes || policy.rules(direction).items().empty()) continue;
        const std::string message = "an empty podSelector makes these rules hold for every pod of the namespace; select the pods that need them";
        if (selector)
            report.at(selector, message);
        else
            report.missing(object, "spec.podSelector", message);
        return;
    }
}

static bool has_selector(yaml::Node rule, Direction direction) {
    const auto peers = kubernetes::peers(rule, direction).items();
    return std::any_of(peers.begin(), peers.end(),
                       [](yaml::Node peer) { return !peer.is_mapping() || !peer["podSelector"].empty() || !peer["namespaceSelector"].empty(); });
}

static void run_no_selector(const kubernetes::Object& object, Reporter& report) {
    const NetworkPolicy policy(object);
    if (!policy.selects_all() || object.is_fragment()) return;
    bool rules = false;
    for (Direction direction : directions)
        for (yaml::Node rule : policy.rules(direction).items()) {
            if (has_selector(rule, direction)) return;
            // A list of addresses is a statement of its own.
            for (yaml::Node peer : kubernetes::peers(rule, direction).items())
                if (peer["ipBlock"] || peer["podSelector"]) return;
            if (kubernetes::has_ports(rule)) return;
            rules = true;
        }
    if (!rules) return;
    const yaml::Node spec = object.spec();
    report.at(spec.key().span(), "this policy selects no pods and no peers, so it says nothing about who may talk to whom; fill podSelector, from or to");
}

static bool is_empty_selector(yaml::Node selector) { return kubernetes::Selector::labels(selector).empty(); }

// "- namespaceSelector" and "- podSelector" as neighbours: one item each where one item with both was meant.
static void check_peers(yaml::Node list, Reporter& report) {
    yaml::Node before;
    for (yaml::Node peer : list.items()) {
        const yaml::Node spaces = before["namespaceSelector"], pods = peer["podSelector"];
        const bool apart = spaces.is_set() && !before["podSelector"] && pods.is_set() && !peer["namespaceSelector"];
        if (apart && !is_empty_selector(spaces) && !is_empty_selector(pods))
            report
                .at(pods.key(), "this is an item of its own, so it allows these pods of the policy's namespace besides all pods of the namespaces above; "
                                "for those pods of those namespaces put both selectors into one item")
                .related(spaces.key().span(), "all pods of these namespaces are allowed");
        before = peer;
    }
}

static void run_peer_or(const kubernetes::Object& object, Reporter& report) {
    const NetworkPolicy policy(object);
    for (Direction direction : directions)
        for (yaml::Node rule : policy.rules(direction).items()) check_peers(kubernetes::peers(rule, direction), report);
}

// Inserts one more item behind the last one.
static std::optional<Edit> append_item(const Source& source, yaml::Node list, std::string_view value) {
    yaml::Node last;
    for (yaml::Node item : list.items()) last = item;
    if (!last || list.is_alias() || list.has_anchor() || last.is_alias()) return std::nullopt;
    const Span after{last.span().end, last.span().end};
    if (list.in_flow()) return Edit{after, ", " + std::string(value)};
    const std::string_view text = source.text();
    const std::size_t begin = text.rfind('\n', last.span().begin) + 1;
    const std::string_view lead = text.substr(begin, last.span().begin - begin);
    if (lead.find_first_not_of(" -") != std::string_view::npos || lead.find('-') == std::string_view::npos) return std::nullopt;
    const std::string_view newline = begin >= 2 && text[begin - 2] == '\r' ? "\r\n" : "\n";
    return Edit{after, std::string(newline) + std::string(lead) + std::string(value)};
}

static void run_types(const kubernetes::Object& object, Reporter& report) {
    const NetworkPolicy policy(object);
    const yaml::Node types = object.spec()["policyTypes"];
    for (Direction direction : directions) {
        const yaml::Node rules = policy.rules(direction);
        if (rules.items().empty() || policy.restricts(direction) != kubernetes::Match::no) continue;
        const std::string name = direction == Direction::ingress ? "Ingress" : "Egress";
        report
            .at(rules.key(),
                "policyTypes lacks " + name + ", so these rules are ignored and " + std::string(kubernetes::name_of(direction)) + " stays open; add " + name)
            .related(types.span(), "only these directions count")
            .fix("Add " + name + " to policyTypes", Safety::unsafe, append_item(object.manifest().source(), types, name));
    }
}

static constexpr Example empty_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
               ^^ an empty podSelector makes these rules hold for every pod of the namespace; select the pods that need them
  ingress:
  - from:
    - podSelector: {}
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
)",
                                              .path = "app.yaml"}};

static constexpr Example no_selector_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
^^^^ this policy selects no pods and no peers, so it says nothing about who may talk to whom; fill podSelector, from or to
  podSelector: {}
  ingress:
  - {}
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
)",
                                                    .path = "app.yaml"}};

static constexpr Example peer_examples[] = {{.bad = R"(
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
  - from:
    - namespaceSelector:
        matchLabels:
          team: a
    - podSelector:
      ^^^^^^^^^^^ this is an item of its own, so it allows these pods of the policy's namespace besides all pods of the namespaces above; for those pods of those namespaces put both selectors into one item
        matchLabels:
          role: client
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
  - from:
    - namespaceSelector:
        matchLabels:
          team: a
      podSelector:
        matchLabels:
          role: client
)",
                                             .path = "app.yaml"}};

static constexpr Example types_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
  - Ingress
  egress:
  ^^^^^^ policyTypes lacks Egress, so these rules are ignored and egress stays open; add Egress
  - to:
    - ipBlock:
        cidr: 10.0.0.0/8
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
  - Ingress
  - Egress
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/8
)",
                                              .path = "app.yaml"},
                                             {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], ingress: [{from: [{podSelector: {}}]}]}
                                               ^^^^^^^ policyTypes lacks Ingress, so these rules are ignored and ingress stays open; add Ingress
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress, Ingress], ingress: [{from: [{podSelector: {}}]}]}
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "networkpolicy-empty-pod-selector",
        .title = "NetworkPolicy with empty podSelector and rules.",
        .category = Category::security,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Rules under an empty podSelector open every pod of the namespace, those of others and of tomorrow included. For a default that denies, "
               "that is right; what allows should name its pods.",
        .aliases = {"kyverno:restrict-networkpolicy-empty-podselector"},
        .examples = empty_examples,
        .run = on_objects({"NetworkPolicy"}, run_empty_selector),
    },
    {
        .id = "networkpolicy-no-selector",
        .title = "NetworkPolicy uses no selector at all.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A policy without any selector holds for all pods and narrows no peer: it looks like protection and is none.",
        .aliases = {"trivy:KSV-0038"},
        .standards = {"NSA-net-policies"},
        .examples = no_selector_examples,
        .run = on_objects({"NetworkPolicy"}, run_no_selector),
    },
    {
        .id = "networkpolicy-peer-or-confusion",
        .title = "Peer list probably meant AND, says OR.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Items of from and to are alternatives; only selectors within one item must both match. One dash too many opens the policy to whole "
               "namespaces.",
        .examples = peer_examples,
        .run = on_objects({"NetworkPolicy"}, run_peer_or),
    },
    {
        .id = "networkpolicy-types-mismatch",
        .title = "policyTypes omits a direction that has rules.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "policyTypes says which directions the policy restricts. Rules of a direction that is not listed are read by nobody, and without another "
               "policy all traffic of that direction is allowed.",
        .examples = types_examples,
        .run = on_objects({"NetworkPolicy"}, run_types),
    },
};

extern constinit const std::span<const Check> networkpolicy_shape = table;

}
