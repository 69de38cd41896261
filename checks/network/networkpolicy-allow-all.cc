#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

namespace plimsoll::checks::networkpolicy_allow_all {

using kubernetes::Direction;

static std::string message(yaml::Node rule, yaml::Node open, Direction direction) {
    const bool in = direction == Direction::ingress;
    if (open == rule)
        return std::string("a rule without ") + (in ? "from" : "to") + " and ports allows all " + std::string(kubernetes::name_of(direction)) +
               " traffic; name the peers";
    if (const yaml::Node block = open["ipBlock"])
        return quote(block["cidr"].scalar()) + " allows " + (in ? "everybody in" : "traffic to everywhere") + "; name the ranges that are needed";
    return std::string("an empty namespaceSelector allows ") + (in ? "every pod of the cluster in" : "traffic to every pod of the cluster") +
           "; name the namespaces";
}

static yaml::Node place(yaml::Node rule, yaml::Node open, Direction direction) {
    if (open == rule) {
        const yaml::Node list = kubernetes::peers(rule, direction);
        return list ? list : rule;
    }
    const yaml::Node block = open["ipBlock"];
    return block ? block["cidr"] : open["namespaceSelector"];
}

static void run(const kubernetes::Object& object, Reporter& report) {
    const kubernetes::NetworkPolicy policy(object);
    for (Direction direction : {Direction::ingress, Direction::egress}) {
        if (policy.restricts(direction) != kubernetes::Match::yes) continue;
        if (direction == Direction::egress && report.flag("allow_egress")) continue;
        for (yaml::Node rule : policy.rules(direction).items()) {
            if (kubernetes::has_ports(rule) || rule["ports"].is_placeholder()) continue;
            const yaml::Node open = kubernetes::open_peer(rule, direction);
            if (!open) continue;
            Draft draft = report.at(place(rule, open, direction), message(rule, open, direction));
            if (direction == Direction::ingress)
                draft.only({"kubeaudit:AllowAllIngressNetworkPolicyExists", "popeye:1203"});
            else
                draft.severity(Severity::low).only({"kubeaudit:AllowAllEgressNetworkPolicyExists", "popeye:1203"});
        }
    }
}

static constexpr Option options[] = {
    {.name = "allow_egress", .type = Option::Type::flag, .value = "false", .what = "whether unlimited outgoing traffic is accepted"}};

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
  ingress:
  - {}
    ^^ a rule without from and ports allows all ingress traffic; name the peers
  - from: []
          ^^ a rule without from and ports allows all ingress traffic; name the peers
  - from:
    - ipBlock:
        cidr: 0.0.0.0/0
              ^^^^^^^^^ '0.0.0.0/0' allows everybody in; name the ranges that are needed
  - from:
    - namespaceSelector: {}
                         ^^ an empty namespaceSelector allows every pod of the cluster in; name the namespaces
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
    - port: 8080
  - from:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [10.0.0.0/8]
  - from:
    - podSelector: {}
  - from:
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          role: client
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{}]
           ^^ a rule without to and ports allows all egress traffic; name the peers
)",
                                        .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check networkpolicy_allow_all = {
    .id = "networkpolicy-allow-all",
    .title = "NetworkPolicy allows all traffic.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A rule without peers and ports matches all traffic, and because policies add up, it makes every other policy of these pods void for its "
           "direction. An empty namespaceSelector lets every pod of every namespace in.",
    .aliases = {"kubeaudit:AllowAllIngressNetworkPolicyExists", "kubeaudit:AllowAllEgressNetworkPolicyExists", "popeye:1203"},
    .standards = {"NSA-net-policies", "OWASP-K07"},
    .options = options,
    .examples = examples,
    .run = on_objects({"NetworkPolicy"}, run),
};

}
