#include "tests/catch.h"

#include "analyzer/kubernetes/network.h"

using namespace plimsoll;
using namespace plimsoll::kubernetes;

namespace {

struct Set {
    explicit Set(std::string text) : source("app.yaml", std::move(text)), manifest(source), cluster(pointers(manifest), Knowledge::complete) {}
    static std::vector<const Object*> pointers(const Manifest& manifest) {
        std::vector<const Object*> out;
        for (const auto& object : manifest.objects()) out.push_back(object.get());
        return out;
    }
    const Object& at(std::size_t index) const { return *manifest.objects().at(index); }
    const Pod& pod() const { return at(0).pods().at(0); }

    Source source;
    Manifest manifest;
    Cluster cluster;
};

// A pod labelled app: web in namespace shop, and one more document for each spec of a NetworkPolicy there.
Set guarded(std::initializer_list<std::string> specs, std::string space = "shop") {
    std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\n"
                       "spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}\n";
    for (const std::string& spec : specs)
        text += "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: " + space + "}\nspec: " + spec + "\n";
    return Set(text);
}

Isolation ingress(const Set& set) { return Policies(set.cluster).reach(set.pod(), Direction::ingress).isolation; }

}

TEST_CASE("policyTypes default to ingress, and to egress when there are egress rules") {
    const Set set = guarded({"{podSelector: {}}", "{podSelector: {}, egress: [{}]}", "{podSelector: {}, policyTypes: [Egress]}"});
    CHECK(NetworkPolicy(set.at(1)).restricts(Direction::ingress) == Match::yes);
    CHECK(NetworkPolicy(set.at(1)).restricts(Direction::egress) == Match::no);
    CHECK(NetworkPolicy(set.at(2)).restricts(Direction::egress) == Match::yes);
    CHECK(NetworkPolicy(set.at(3)).restricts(Direction::ingress) == Match::no);
    CHECK(NetworkPolicy(set.at(3)).denies_all(Direction::egress));
}

TEST_CASE("who can reach a pod") {
    CHECK(ingress(guarded({})) == Isolation::none);
    CHECK(ingress(guarded({"{podSelector: {matchLabels: {app: other}}}"})) == Isolation::none);
    CHECK(ingress(guarded({"{podSelector: {}}"}, "other")) == Isolation::none);
    CHECK(ingress(guarded({"{podSelector: {}, policyTypes: [Egress]}"})) == Isolation::none);
    CHECK(ingress(guarded({"{podSelector: {}}"})) == Isolation::closed);
    CHECK(ingress(guarded({"{}"})) == Isolation::closed);
    CHECK(ingress(guarded({"{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}"})) == Isolation::limited);
    CHECK(ingress(guarded({"{podSelector: {}}", "{podSelector: {matchLabels: {app: web}}, ingress: [{}]}"})) == Isolation::open);
    CHECK(ingress(guarded({"{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}"})) == Isolation::limited);
}

TEST_CASE("a policy of another kind leaves it open who can reach a pod") {
    const std::string pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: c, image: c}]}\n---\n";
    const Set cilium(
        pod +
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {endpointSelector: {matchLabels: {app: web}}}\n");
    CHECK(Policies(cilium.cluster).selected(cilium.pod()) == Match::yes);
    CHECK(Policies(cilium.cluster).reach(cilium.pod(), Direction::ingress).isolation == Isolation::unknown);
    const Set calico(pod + "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\nspec: {selector: \"app == 'web'\"}\n");
    CHECK(Policies(calico.cluster).selected(calico.pod()) == Match::unknown);
}

TEST_CASE("peers and ports of a rule") {
    const Set set = guarded({"{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}, {from: [{namespaceSelector: {}}]},"
                             " {from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}, {from: []},"
                             " {ports: [{port: http}, {port: 9000, endPort: 9100}, {port: 53, protocol: UDP}]}]}"});
    const yaml::Node rules = NetworkPolicy(set.at(1)).rules(Direction::ingress);
    CHECK_FALSE(open_peer(rules[std::size_t{0}], Direction::ingress));
    CHECK(open_peer(rules[1], Direction::ingress));
    CHECK_FALSE(open_peer(rules[2], Direction::ingress));
    CHECK(open_peer(rules[3], Direction::ingress) == rules[3]);
    CHECK(allows_port(rules[3], 1, "TCP") == Match::yes);
    CHECK(allows_port(rules[4], 8080, "TCP", &set.pod()) == Match::yes);
    CHECK(allows_port(rules[4], 8081, "TCP", &set.pod()) == Match::no);
    CHECK(allows_port(rules[4], 8080, "TCP") == Match::unknown);
    CHECK(allows_port(rules[4], 9050, "TCP", &set.pod()) == Match::yes);
    CHECK(allows_port(rules[4], 53, "UDP") == Match::yes);
    CHECK(allows_port(rules[4], 53, "TCP", &set.pod()) == Match::no);
}
