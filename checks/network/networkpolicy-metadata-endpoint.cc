#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

namespace plimsoll::checks::networkpolicy_metadata_endpoint {

using kubernetes::Direction;

// The cloud metadata service answers on this address in AWS, GCP, Azure and others.
static bool reaches_metadata(yaml::Node block) {
    static const auto metadata = kubernetes::parse_address("169.254.169.254");
    const auto cidr = kubernetes::parse_cidr(block["cidr"].text_or_empty());
    if (!metadata || !cidr || !cidr->contains(*metadata)) return false;
    for (yaml::Node item : block["except"].items()) {
        const auto hole = kubernetes::parse_cidr(item.text_or_empty());
        if (!hole || hole->contains(*metadata)) return false;
    }
    return true;
}

static void run(const kubernetes::Object& object, Reporter& report) {
    const kubernetes::NetworkPolicy policy(object);
    if (policy.restricts(Direction::egress) == kubernetes::Match::no) return;
    for (yaml::Node rule : policy.rules(Direction::egress).items()) {
        if (kubernetes::allows_port(rule, 80, "TCP") != kubernetes::Match::yes) continue;
        for (yaml::Node peer : rule["to"].items()) {
            const yaml::Node block = peer["ipBlock"];
            if (!block || !reaches_metadata(block)) continue;
            report.at(block["cidr"], quote(block["cidr"].scalar()) + " includes the cloud metadata service, which hands out credentials of the node; add "
                                                                     "except: [169.254.169.254/32]");
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
              ^^^^^^^^^ '0.0.0.0/0' includes the cloud metadata service, which hands out credentials of the node; add except: [169.254.169.254/32]
)",
                                        .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
    ports:
    - port: 443
)",
                                        .path = "app.yaml"}};

extern constinit const Check networkpolicy_metadata_endpoint = {
    .id = "networkpolicy-metadata-endpoint",
    .title = "Egress does not exclude the cloud metadata address.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "On most clouds 169.254.169.254 hands the credentials of the node to whoever asks from a pod. An egress rule for everywhere includes that "
           "address unless it is excepted.",
    .aliases = {"kubescape:C-0052"},
    .standards = {"NSA-net-policies", "MITRE-T1552.005"},
    .examples = examples,
    .run = on_objects({"NetworkPolicy"}, run),
};

}
