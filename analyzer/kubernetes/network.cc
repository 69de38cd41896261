#include "analyzer/kubernetes/network.h"

#include <algorithm>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

constexpr std::string_view foreign_kinds[] = {
    "cilium.io/CiliumNetworkPolicy",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
    "crd.antrea.io/NetworkPolicy",
    "crd.antrea.io/ClusterNetworkPolicy",
};

bool namespaced(const Object& policy) { return policy.kind() == "CiliumNetworkPolicy" || policy.kind() == "NetworkPolicy"; }

// Cilium's selectors are label selectors; the others' are read as "may select".
Match foreign_selects(const Object& policy, yaml::Node labels) {
    const yaml::Node endpoints = policy.spec()["endpointSelector"];
    if (policy.group() != "cilium.io" || !endpoints) return Match::unknown;
    return endpoints.empty() ? Match::yes : Selector::labels(endpoints).matches(labels);
}

bool is_everyone(yaml::Node peer) {
    if (const yaml::Node block = peer["ipBlock"]) {
        const auto cidr = parse_cidr(block["cidr"].text_or_empty());
        return cidr && cidr->all() && block["except"].items().empty();
    }
    const yaml::Node spaces = peer["namespaceSelector"];
    if (!spaces.is_set() || !Selector::labels(spaces).empty()) return false;
    const yaml::Node pods = peer["podSelector"];
    return !pods.is_set() || Selector::labels(pods).empty();
}

}

Match NetworkPolicy::restricts(Direction direction) const {
    const yaml::Node types = object_->spec()["policyTypes"];
    if (types.is_placeholder()) return Match::unknown;
    if (types.items().empty()) return direction == Direction::ingress || !rules(direction).items().empty() ? Match::yes : Match::no;
    bool unknown = false;
    for (yaml::Node type : types.items()) {
        if (type.scalar() == (direction == Direction::ingress ? "Ingress" : "Egress")) return Match::yes;
        unknown |= type.is_placeholder();
    }
    return unknown ? Match::unknown : Match::no;
}

bool NetworkPolicy::selects_all() const {
    const yaml::Node selector = object_->spec()["podSelector"];
    return !selector.is_set() || (selector.is_mapping() && Selector::labels(selector).empty());
}

Match NetworkPolicy::selects(yaml::Node labels) const { return selects_all() ? Match::yes : selector().matches(labels); }

bool NetworkPolicy::denies_all(Direction direction) const {
    return selects_all() && restricts(direction) == Match::yes && rules(direction).items().empty() && !rules(direction).is_placeholder();
}

yaml::Node peers(yaml::Node rule, Direction direction) { return rule[direction == Direction::ingress ? "from" : "to"]; }

yaml::Node open_peer(yaml::Node rule, Direction direction) {
    const yaml::Node list = peers(rule, direction);
    if (!rule.is_mapping() || list.is_placeholder()) return {};
    if (list.items().empty()) return !list || list.is_null() || list.is_sequence() ? rule : yaml::Node();
    for (yaml::Node peer : list.items())
        if (is_everyone(peer)) return peer;
    return {};
}

Match allows_port(yaml::Node rule, std::int64_t port, std::string_view protocol, const Pod* pod) {
    if (!has_ports(rule)) return rule["ports"].is_placeholder() ? Match::unknown : Match::yes;
    bool unknown = false;
    for (yaml::Node item : rule["ports"].items()) {
        if (item["protocol"].is_placeholder() || item["port"].is_placeholder()) {
            unknown = true;
            continue;
        }
        const std::string_view its = item["protocol"].is_set() ? item["protocol"].scalar() : "TCP";
        if (its != protocol) continue;
        const yaml::Node value = item["port"];
        if (!value.is_set()) return Match::yes;
        if (const auto first = value.integer()) {
            if (port >= *first && port <= item["endPort"].integer().value_or(*first)) return Match::yes;
        } else if (!pod || find_port(*pod, value.text_or_empty())["containerPort"].integer() == port) {
            return pod ? Match::yes : Match::unknown;
        }
    }
    return unknown ? Match::unknown : Match::no;
}

void Policies::Group::add(const Object& object, std::uint32_t number) {
    const NetworkPolicy policy(object);
    const yaml::Entry pair = policy.selects_all() ? yaml::Entry() : policy.selector().required_pair();
    if (pair.key)
        by_label[{pair.key.scalar(), pair.value.scalar()}].push_back(number);
    else
        others.push_back(number);
    any = true;
    denies_ingress |= policy.denies_all(Direction::ingress);
    denies_egress |= policy.denies_all(Direction::egress);
}

void Policies::Group::gather(yaml::Node labels, std::vector<std::uint32_t>& out) const {
    out.insert(out.end(), others.begin(), others.end());
    bool unknown = labels.is_placeholder();
    for (const yaml::Entry& label : labels.entries()) {
        unknown |= label.value.is_placeholder() || label.key.is_placeholder();
        if (const auto found = by_label.find({label.key.scalar(), label.value.scalar()}); found != by_label.end())
            out.insert(out.end(), found->second.begin(), found->second.end());
    }
    if (unknown)
        for (const auto& [label, numbers] : by_label) out.insert(out.end(), numbers.begin(), numbers.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

Policies::Policies(const Cluster& cluster) {
    for (const Object* policy : cluster.of_kind("NetworkPolicy")) {
        if (policy->is_fragment()) continue;
        const auto number = static_cast<std::uint32_t>(policies_.size());
        policies_.push_back(policy);
        if (const auto name = policy->declared_namespace()) {
            by_namespace_[*name].add(*policy, number);
            set_.add(*policy, number);
        } else {
            unset_.add(*policy, number);
        }
    }
    for (std::string_view kind : foreign_kinds)
        for (const Object* policy : cluster.of_kind(kind)) foreign_.push_back(policy);
}

// NetworkPolicies that may select the pod and are, or may be, in its namespace, with how sure the namespace is.
template <typename Visit>
void Policies::visit(const Pod& pod, Visit see) const {
    const auto in = pod.object->declared_namespace();
    std::vector<std::uint32_t> sure, perhaps;
    if (!in) {
        unset_.gather(pod.labels(), sure);
        set_.gather(pod.labels(), perhaps);
    } else {
        if (const auto found = by_namespace_.find(*in); found != by_namespace_.end()) found->second.gather(pod.labels(), sure);
        unset_.gather(pod.labels(), perhaps);
    }
    for (std::uint32_t number : sure) see(*policies_[number], Match::yes);
    for (std::uint32_t number : perhaps) see(*policies_[number], Match::unknown);
}

// Some group of policies that are, or may be, in the namespace passes the test.
template <typename Test>
bool Policies::any_group(std::optional<std::string_view> in_namespace, Test test) const {
    if (test(unset_)) return true;
    if (!in_namespace) return test(set_);
    const auto found = by_namespace_.find(*in_namespace);
    return found != by_namespace_.end() && test(found->second);
}

static bool allows_nothing(const Reach& reach, Direction direction) {
    return std::all_of(reach.policies.begin(), reach.policies.end(), [&](const Object* policy) {
        const yaml::Node rules = NetworkPolicy(*policy).rules(direction);
        return rules.items().empty() && !rules.is_placeholder();
    });
}

Policies::Known& Policies::known(const Pod& pod) const {
    const auto in = pod.object->declared_namespace();
    std::string key = in ? std::string(*in) + '\n' : std::string();
    add_labels_key(pod.labels(), key);
    return known_[std::move(key)];
}

const Reach& Policies::reach(const Pod& pod, Direction direction) const {
    Known& all = known(pod);
    std::optional<Reach>& its = direction == Direction::ingress ? all.ingress : all.egress;
    if (!its) its = find_reach(pod, direction);
    return *its;
}

Match Policies::selected(const Pod& pod) const {
    std::optional<Match>& its = known(pod).selected;
    if (!its) its = find_selected(pod);
    return *its;
}

Reach Policies::find_reach(const Pod& pod, Direction direction) const {
    Reach out;
    bool unknown = false;
    visit(pod, [&](const Object& object, Match here) {
        const NetworkPolicy policy(object);
        const Match selects = policy.selects(pod.labels()), restricts = policy.restricts(direction);
        if (selects == Match::no || restricts == Match::no) return;
        if (here != Match::yes || selects != Match::yes || restricts != Match::yes) {
            unknown = true;
            return;
        }
        out.policies.push_back(&object);
        for (yaml::Node rule : policy.rules(direction).items())
            if (!out.open_by && !has_ports(rule) && open_peer(rule, direction)) {
                out.open_by = &object;
                out.open_rule = rule;
            }
    });
    for (const Object* policy : foreign_)
        if (foreign_in(*policy, pod.object->declared_namespace())) unknown |= foreign_selects(*policy, pod.labels()) != Match::no;
    if (out.open_by)
        out.isolation = Isolation::open;
    else if (unknown)
        out.isolation = Isolation::unknown;
    else if (!out.policies.empty())
        out.isolation = allows_nothing(out, direction) ? Isolation::closed : Isolation::limited;
    return out;
}

Match Policies::find_selected(const Pod& pod) const {
    Match best = Match::no;
    visit(pod, [&](const Object& object, Match here) {
        const Match selects = NetworkPolicy(object).selects(pod.labels());
        if (selects == Match::yes && here == Match::yes)
            best = Match::yes;
        else if (selects != Match::no && best == Match::no)
            best = Match::unknown;
    });
    if (best == Match::yes) return best;
    for (const Object* policy : foreign_) {
        if (!foreign_in(*policy, pod.object->declared_namespace())) continue;
        const Match selects = foreign_selects(*policy, pod.labels());
        if (selects != Match::no) best = selects == Match::yes ? Match::yes : best == Match::no ? Match::unknown : best;
    }
    return best;
}

bool Policies::foreign_in(const Object& policy, std::optional<std::string_view> in_namespace) const {
    const auto own = policy.declared_namespace();
    return !namespaced(policy) || !own || !in_namespace || *own == *in_namespace;
}

bool Policies::any_in(std::optional<std::string_view> in_namespace) const {
    if (any_group(in_namespace, [](const Group& group) { return group.any; })) return true;
    return std::any_of(foreign_.begin(), foreign_.end(), [&](const Object* policy) { return foreign_in(*policy, in_namespace); });
}

bool Policies::denies_all(std::optional<std::string_view> in_namespace, Direction direction) const {
    return any_group(in_namespace, [&](const Group& group) { return direction == Direction::ingress ? group.denies_ingress : group.denies_egress; });
}

namespace {

template <typename Test>
yaml::Node find_port_if(const Pod& pod, Test test) {
    for (const Container& container : pod.containers)
        for (yaml::Node port : container["ports"].items())
            if (test(port)) return port;
    return {};
}

}

yaml::Node find_port(const Pod& pod, std::string_view name) {
    return find_port_if(pod, [&](yaml::Node port) { return !name.empty() && port["name"].text_or_empty() == name; });
}

yaml::Node find_port(const Pod& pod, std::int64_t number) {
    return find_port_if(pod, [&](yaml::Node port) { return port["containerPort"].integer() == number; });
}

std::string_view service_type(const Object& service) {
    const yaml::Node type = service.spec()["type"];
    return type.is_set() ? type.text_or_empty() : "ClusterIP";
}

bool has_internal_load_balancer(const Object& service) {
    struct Row {
        std::string_view key, value;   // value "": any but "false"
    };
    static constexpr Row rows[] = {
        {"service.beta.kubernetes.io/aws-load-balancer-internal", ""},
        {"service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"},
        {"service.beta.kubernetes.io/azure-load-balancer-internal", ""},
        {"networking.gke.io/load-balancer-type", "Internal"},
        {"cloud.google.com/load-balancer-type", "Internal"},
        {"service.beta.kubernetes.io/openstack-internal-load-balancer", ""},
        {"service.beta.kubernetes.io/oci-load-balancer-internal", ""},
        {"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"},
        {"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", "private"},
        {"service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", ""},
        {"service.kubernetes.io/hcloud-load-balancer-disable-public-network", ""},
        {"load-balancer.hetzner.cloud/disable-public-network", ""},
        {"kubernetes.io/elb.class", "internal"},
    };
    const yaml::Node annotations = service.annotations();
    if (!annotations.is_mapping()) return false;
    return std::any_of(std::begin(rows), std::end(rows), [&](const Row& row) {
        const yaml::Node value = annotations[row.key];
        if (!value.is_set()) return false;
        if (value.is_placeholder()) return true;
        return row.value.empty() ? value.scalar() != "false" : value.scalar() == row.value;
    });
}

yaml::Node ingress_class(const Object& ingress) {
    const yaml::Node field = ingress.spec()["ingressClassName"];
    return field.is_set() ? field : ingress.annotations()["kubernetes.io/ingress.class"];
}

bool may_be_nginx(const Object& ingress) {
    const yaml::Node name = ingress_class(ingress);
    return !name.is_set() || name.is_placeholder() || name.scalar().find("nginx") != std::string_view::npos;
}

}
