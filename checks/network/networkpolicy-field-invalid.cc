#include "checks/kubernetes/refusal.h"

// What the API server wants of a NetworkPolicy.

namespace plimsoll::checks::networkpolicy_field_invalid {

using kubernetes::Object;
using yaml::Node;

static void judge_port(Node port, Refusals& refusals) {
    const Node first = port["port"], last = port["endPort"];
    refusals.port(first);
    if (!last.integer()) return;
    const auto number = first.integer();
    if (!first.is_set())
        refusals.wrong(last, "endPort ends a range that begins nowhere; add port");
    else if (first.text())
        refusals.wrong(last, "a named port begins no range; write the number of the port");
    else if (number && *last.integer() < *number)
        refusals.wrong(last, "the range ends before it begins; write an endPort of at least " + std::to_string(*number));
    else
        refusals.range(last, 1, 65535);
}

// A range as the newer servers want it: no leading zeros and nothing behind the prefix.
static std::optional<kubernetes::Cidr> range_of(Node node, Refusals& refusals) {
    const std::string_view text = node.text_or_empty();
    if (!node.text() || text.empty()) return std::nullopt;
    const auto cidr = text.find('/') == std::string_view::npos ? std::nullopt : kubernetes::parse_cidr(text);
    if (!cidr) {
        refusals.wrong(node, quote(text) + " is no range of addresses; write it as 10.0.0.0/8");
        return std::nullopt;
    }
    const unsigned bits = cidr->v6 ? 128 : 32;
    const auto address = kubernetes::parse_address(text.substr(0, text.find('/')));
    for (unsigned bit = cidr->prefix; address && bit < bits; ++bit)
        if (address->bytes[bit / 8] & (0x80u >> (bit % 8))) {
            refusals.wrong(node, quote(text) + " has bits set behind its prefix; write the first address of the range");
            break;
        }
    return cidr;
}

static void judge_block(Node block, Refusals& refusals) {
    if (!block.is_mapping()) return;
    const auto whole = range_of(block["cidr"], refusals);
    for (Node except : block["except"].items()) {
        const auto part = range_of(except, refusals);
        if (whole && part && (!whole->contains(*part) || part->prefix <= whole->prefix))
            refusals.wrong(except,
                           quote(except.scalar()) + " does not lie inside of " + quote(block["cidr"].scalar()) + "; an exception is a part of the range");
    }
}

static void judge_selector(Node selector, Refusals& refusals) {
    for (Node requirement : selector["matchExpressions"].items()) {
        const Node operation = requirement["operator"], values = requirement["values"];
        refusals.one_of(operation, {"In", "NotIn", "Exists", "DoesNotExist"});
        const std::string_view name = operation.text_or_empty();
        if ((name == "In" || name == "NotIn") && values.empty() && !values.is_placeholder() && refusals.whole())
            refusals.absent(requirement, "values", std::string(name) + " needs values; add some");
        if ((name == "Exists" || name == "DoesNotExist") && !values.empty()) refusals.clash(values, std::string(name) + " takes no values; remove them");
    }
}

static void judge_peer(Node peer, Refusals& refusals) {
    const int count = count_set(peer, {"podSelector", "namespaceSelector", "ipBlock"});
    if (count == 0 && refusals.whole() && !peer.is_placeholder() && (peer.is_mapping() || peer.is_null()))
        refusals.clash(peer, "the entry names no peer; add podSelector, namespaceSelector or ipBlock");
    else if (count > 1 && peer["ipBlock"].is_set())
        refusals.clash(peer["ipBlock"], "ipBlock stands alone; make an entry of its own for the selectors").field(server_path(refusals, peer, ""));
    judge_block(peer["ipBlock"], refusals);
    judge_selector(peer["podSelector"], refusals);
    judge_selector(peer["namespaceSelector"], refusals);
}

static void run(const Object& policy, Reporter& report) {
    constexpr std::size_t most_types = 2;
    Refusals refusals(policy, report);
    const Node spec = policy.spec(), types = spec["policyTypes"];
    struct Direction {
        std::string_view rules, peers;
    };
    constexpr Direction directions[] = {{"ingress", "from"}, {"egress", "to"}};
    judge_selector(spec["podSelector"], refusals);
    for (const Direction& direction : directions)
        for (Node rule : spec[direction.rules].items()) {
            for (Node port : rule["ports"].items()) judge_port(port, refusals);
            for (Node peer : rule[direction.peers].items()) judge_peer(peer, refusals);
        }
    // networkpolicy-types-mismatch speaks of these in the other profiles.
    if (!refusals.as_server()) return;
    if (types.size() > most_types)
        refusals.clash(types, "there are two types of policy; remove what is listed twice");
    else
        for (Node type : types.items()) refusals.one_of(type, {"Ingress", "Egress"}, false);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In}]}
                                    ^^^ In needs values; add some
  ingress:
  - ports: [{port: 0}, {port: 80, endPort: 79}, {endPort: 90}, {port: http, endPort: 90}]
                   ^ '0' is out of range; use 1 to 65535
                                           ^^ the range ends before it begins; write an endPort of at least 80
                                                          ^^ endPort ends a range that begins nowhere; add port
                                                                                     ^^ a named port begins no range; write the number of the port
    from:
    - {}
      ^ the entry names no peer; add podSelector, namespaceSelector or ipBlock
    - {podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}
                        ^^^^^^^ ipBlock stands alone; make an entry of its own for the selectors
    - {ipBlock: {cidr: 10.0.0.1/8}}
                       ^^^^^^^^^^ '10.0.0.1/8' has bits set behind its prefix; write the first address of the range
    - {ipBlock: {cidr: everywhere}}
                       ^^^^^^^^^^ 'everywhere' is no range of addresses; write it as 10.0.0.0/8
  egress:
  - to:
    - {ipBlock: {cidr: 10.0.0.0/8, except: [192.0.2.0/24, 10.0.0.0/8]}}
                                            ^^^^^^^^^^^^ '192.0.2.0/24' does not lie inside of '10.0.0.0/8'; an exception is a part of the range
                                                          ^^^^^^^^^^ '10.0.0.0/8' does not lie inside of '10.0.0.0/8'; an exception is a part of the range
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchExpressions: [{key: app, operator: Exists}]}
  ingress:
  - ports: [{port: 80, endPort: 90}, {port: http}, {protocol: UDP}]
    from:
    - {podSelector: {}, namespaceSelector: {}}
    - {ipBlock: {cidr: "${CIDR}"}}
  egress:
  - to:
    - {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [ingress]}
                                      ^^^^^^^ 'ingress' is not known here; use one of Ingress, Egress
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [Ingress]}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check networkpolicy_field_invalid = {
    .id = "networkpolicy-field-invalid",
    .title = "NetworkPolicy is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why =
        "Ports, ranges of ports and ranges of addresses have to make sense, and a peer is either a range or selectors. The API server refuses the policy, and "
        "the pods stay as open as they were.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"NetworkPolicy"}, run),
};

}
