#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/selector.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// NetworkPolicies as the API defines them: pods that no policy selects for a direction may talk to everybody; pods that one selects
// may only do what some policy allows. Policies add up.

enum class Direction : std::uint8_t { ingress, egress };
constexpr std::string_view name_of(Direction direction) { return direction == Direction::ingress ? "ingress" : "egress"; }

// A view of a networking.k8s.io (or extensions) NetworkPolicy.
class NetworkPolicy {
public:
    explicit NetworkPolicy(const Object& object) : object_(&object) {}
    const Object& object() const { return *object_; }
    // The direction is in policyTypes; without policyTypes ingress always is, egress when there are egress rules.
    Match restricts(Direction direction) const;
    yaml::Node rules(Direction direction) const { return object_->spec()[name_of(direction)]; }
    // An absent podSelector is an empty one: it selects every pod of the namespace.
    bool selects_all() const;
    Match selects(yaml::Node labels) const;
    Selector selector() const { return Selector::labels(object_->spec()["podSelector"]); }
    // Selects every pod, restricts the direction and allows nothing in it.
    bool denies_all(Direction direction) const;

private:
    const Object* object_;
};

// The peers of a rule: `from` or `to`.
yaml::Node peers(yaml::Node rule, Direction direction);
// What lets everybody in: the peer (0.0.0.0/0 or ::/0 without except, namespaceSelector: {} without pods), or the rule itself when it has no
// peers; empty when every peer narrows it. Ports are not looked at.
yaml::Node open_peer(yaml::Node rule, Direction direction);
// The rule is limited to some ports.
inline bool has_ports(yaml::Node rule) { return !rule["ports"].items().empty(); }
// The rule allows a port; without ports it allows all. `protocol`: "TCP", "UDP" or "SCTP". A named port is one of the pod's, when that is known.
Match allows_port(yaml::Node rule, std::int64_t port, std::string_view protocol, const Pod* pod = nullptr);

// What stands between the world and a pod, for one direction.
enum class Isolation : std::uint8_t {
    none,      // no policy selects the pod: everything is open
    open,      // policies select it and one of them allows everybody
    limited,   // policies select it and allow some
    closed,    // policies select it and allow nothing
    unknown,   // a policy of another kind, a placeholder or an unset namespace leaves it open
};

struct Reach {
    Isolation isolation = Isolation::none;
    std::vector<const Object*> policies;   // the NetworkPolicies that select the pod and restrict the direction
    const Object* open_by = nullptr;       // for `open`: the policy
    yaml::Node open_rule;                  // and its rule
};

// The policies of a cluster by namespace. Made once by a check, which may not share it between threads: what holds for pods with the same labels in one
// namespace is worked out once.
class Policies {
public:
    explicit Policies(const Cluster& cluster);
    // Who can reach the pod, or whom it can reach.
    const Reach& reach(const Pod& pod, Direction direction) const;
    // NetworkPolicies that select the pod and restrict any direction, and whether something else (Cilium, Calico, AdminNetworkPolicy, Antrea,
    // a policy whose namespace is open) may.
    Match selected(const Pod& pod) const;
    // A policy of whatever kind is, or may be, in the namespace; nullopt is that of objects that name none.
    bool any_in(std::optional<std::string_view> in_namespace) const;
    // A policy of the namespace, or one that may be there, selects every pod, restricts the direction and allows nothing in it.
    bool denies_all(std::optional<std::string_view> in_namespace, Direction direction) const;

private:
    // Numbers in `policies_` by a label that the selector requires, and of those without such a label.
    struct Group {
        std::map<std::pair<std::string_view, std::string_view>, std::vector<std::uint32_t>> by_label;
        std::vector<std::uint32_t> others;
        bool any = false, denies_ingress = false, denies_egress = false;
        void add(const Object& policy, std::uint32_t number);
        void gather(yaml::Node labels, std::vector<std::uint32_t>& out) const;
    };
    // What was worked out for pods of one namespace with the same labels.
    struct Known {
        std::optional<Match> selected;
        std::optional<Reach> ingress, egress;
    };
    Known& known(const Pod& pod) const;
    Reach find_reach(const Pod& pod, Direction direction) const;
    Match find_selected(const Pod& pod) const;
    template <typename Visit>
    void visit(const Pod& pod, Visit see) const;
    template <typename Test>
    bool any_group(std::optional<std::string_view> in_namespace, Test test) const;
    bool foreign_in(const Object& policy, std::optional<std::string_view> in_namespace) const;
    std::vector<const Object*> policies_;
    std::map<std::string_view, Group, std::less<>> by_namespace_;
    Group unset_;                          // NetworkPolicies without a namespace
    Group set_;                            // those of by_namespace_ together
    std::vector<const Object*> foreign_;   // policies of other kinds
    mutable std::unordered_map<std::string, Known> known_;
};

// Ports that the containers of a pod declare, by number or name; the empty node when none has it.
yaml::Node find_port(const Pod& pod, std::string_view name);
yaml::Node find_port(const Pod& pod, std::int64_t number);

// Services, Ingresses.

// ClusterIP when nothing is written.
std::string_view service_type(const Object& service);
// An annotation of a cloud provider makes the load balancer reachable from inside only.
bool has_internal_load_balancer(const Object& service);
// The class an Ingress names (field or old annotation): its node; empty without.
yaml::Node ingress_class(const Object& ingress);
// ingress-nginx may serve it: the class says nginx, is unknown or not written.
bool may_be_nginx(const Object& ingress);

}
