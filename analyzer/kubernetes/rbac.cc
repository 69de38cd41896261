#include "analyzer/kubernetes/rbac.h"

#include <algorithm>

namespace plimsoll::kubernetes {

namespace {

// "*" for everything, "*/sub" for that subresource of everything, else the whole name.
bool resource_matches(std::string_view item, std::string_view resource) {
    if (item == "*" || item == resource) return true;
    const std::size_t slash = resource.find('/');
    return slash != std::string_view::npos && item.starts_with("*/") && item.substr(2) == resource.substr(slash + 1);
}

yaml::Node listed_resource(yaml::Node list, std::string_view resource, bool& unknown) {
    yaml::Node found;
    for (yaml::Node item : list.items()) {
        if (item.is_placeholder()) unknown = true;
        if (!resource_matches(item.text_or_empty(), resource)) continue;
        if (item.text_or_empty() != "*") return item;
        if (!found) found = item;
    }
    return found;
}

}

yaml::Node listed(yaml::Node list, std::string_view name, bool* unknown) {
    yaml::Node star;
    for (yaml::Node item : list.items()) {
        const std::optional<std::string_view> text = item.text();
        if (text == name) return item;
        if (text == "*" && !star) star = item;
        if (unknown && item.is_placeholder()) *unknown = true;
    }
    return star;
}

Grant PolicyRule::grants(std::string_view verb, std::string_view group, std::string_view resource) const {
    Grant grant;
    bool unknown = resources().is_placeholder() || verbs().is_placeholder();
    grant.resource = listed_resource(resources(), resource, unknown);
    if (!grant.resource && !unknown) return grant;
    grant.verb = listed(verbs(), verb, &unknown);
    grant.group = listed(groups(), group, &unknown);
    grant.restricted = restricted();
    const bool nameless = (verb == "create" || verb == "deletecollection") && resource.find('/') == std::string_view::npos;
    if (grant.restricted && nameless) return grant;
    if (grant.resource && grant.verb && grant.group)
        grant.match = Match::yes;
    else if (unknown)
        grant.match = Match::unknown;
    return grant;
}

Grant PolicyRule::grants_any(std::initializer_list<std::string_view> verbs, std::string_view group, std::string_view resource) const {
    Grant best;
    for (std::string_view verb : verbs) {
        const Grant grant = grants(verb, group, resource);
        if (grant) return grant;
        if (grant.match == Match::unknown) best = grant;
    }
    return best;
}

bool PolicyRule::grants_everything() const {
    const auto star = [](yaml::Node list) { return listed(list, "*"); };
    return star(resources()) && star(verbs()) && star(groups());
}

bool is_bootstrap(const Object& object) { return object.label("kubernetes.io/bootstrapping") == "rbac-defaults"; }

Danger takeover(const PolicyRule& rule, bool wide) {
    struct Way {
        std::initializer_list<std::string_view> verbs;
        std::string_view group, resource, what;
        bool needs_wide;
    };
    static const Way ways[] = {
        {{"escalate"}, rbac_group, "clusterroles", "may give itself any permission (escalate)", true},
        {{"bind"}, rbac_group, "clusterroles", "may bind any role to itself (bind)", true},
        {{"escalate"}, rbac_group, "roles", "may give itself any permission of its namespaces (escalate)", true},
        {{"impersonate"}, "", "users", "may act as any user (impersonate)", true},
        {{"impersonate"}, "", "groups", "may act as a member of any group (impersonate)", true},
        {{"impersonate"}, "", "serviceaccounts", "may act as any service account (impersonate)", true},
        {{"create", "get"}, "", "nodes/proxy", "may run commands in every pod through the kubelets (nodes/proxy)", true},
        {{"create"}, "", "serviceaccounts/token", "may mint tokens of every service account (serviceaccounts/token)", true},
        {{"create", "update", "patch"}, "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "may rewrite every object by a webhook", true},
    };
    if (rule.restricted()) return {};
    if (rule.grants_everything()) return {wide ? "may do everything in the cluster" : "may do everything in its namespace", rule.node()};
    for (const Way& way : ways) {
        if (way.needs_wide && !wide) continue;
        if (const Grant grant = rule.grants_any(way.verbs, way.group, way.resource)) return {way.what, grant.resource};
    }
    return {};
}

std::optional<std::string_view> Subject::namespace_in(const Object& binding) const {
    if (const auto own = node["namespace"].text(); own && !own->empty()) return own;
    return binding.is("RoleBinding") ? binding.declared_namespace() : std::nullopt;
}

const Object* bound_role(const Cluster& cluster, const Object& binding) {
    const std::string_view kind = binding.at("roleRef.kind").scalar();
    const std::string_view name = binding.at("roleRef.name").text_or_empty();
    if (name.empty() || (kind != "Role" && kind != "ClusterRole")) return nullptr;
    if (kind == "Role" && !binding.is("RoleBinding")) return nullptr;
    return cluster.find(binding, kind, name);
}

EffectiveRules::EffectiveRules(const Cluster& cluster) {
    for (const Object* role : cluster.of_kind("ClusterRole")) {
        roles_.push_back(role);
        for (const yaml::Entry& label : role->labels().entries()) by_label_[{label.key.scalar(), label.value.scalar()}].push_back(role);
        for (yaml::Node item : role->at("aggregationRule.clusterRoleSelectors").items()) {
            const yaml::Entry pair = Selector::labels(item).required_pair();
            if (pair.key)
                collected_.insert({pair.key.scalar(), pair.value.scalar()});
            else
                collects_all_ = true;
        }
    }
}

std::vector<PolicyRule> EffectiveRules::of(const Object& role) const {
    // A role that collects more than this is judged by the first ones.
    static constexpr std::size_t most = 200, most_looked_at = 2000;
    std::size_t looked_at = 0;
    std::vector<PolicyRule> rules;
    const auto add = [&](const Object& from) {
        for (yaml::Node item : from["rules"].items()) rules.emplace_back(item);
    };
    const yaml::Node selectors = role.at("aggregationRule.clusterRoleSelectors");
    if (!selectors) {
        add(role);
        return rules;
    }
    std::set<const Object*> seen = {&role};
    for (yaml::Node item : selectors.items()) {
        const Selector selector = Selector::labels(item);
        const yaml::Entry pair = selector.required_pair();
        const auto found = pair.key ? by_label_.find({pair.key.scalar(), pair.value.scalar()}) : by_label_.end();
        if (pair.key && found == by_label_.end()) continue;
        for (const Object* other : pair.key ? found->second : roles_) {
            if (seen.size() > most || ++looked_at > most_looked_at) return rules;
            if (selector.matches(other->labels()) == Match::yes && seen.insert(other).second) add(*other);
        }
    }
    return rules;
}

bool EffectiveRules::may_be_collected(const Object& role) const {
    if (collects_all_) return true;
    for (const yaml::Entry& label : role.labels().entries())
        if (collected_.contains({label.key.scalar(), label.value.scalar()}) || label.key.scalar().find("aggregate-to-") != std::string_view::npos) return true;
    return false;
}

Bindings::Bindings(const Cluster& cluster) {
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const Object* binding : cluster.of_kind(kind)) {
            const Object* role = bound_role(cluster, *binding);
            for (yaml::Node item : (*binding)["subjects"].items()) {
                const Subject subject{item};
                if (!subject.is_service_account() || subject.name().empty()) continue;
                entries_.push_back({subject.name(), subject.namespace_in(*binding), {binding, role, item}});
            }
        }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.account < b.account; });
}

const std::vector<Binding>& Bindings::of(const Object& object, std::string_view name) const {
    const auto space = object.declared_namespace();
    const auto [found, is_new] = known_.try_emplace({std::string(name), space ? std::optional<std::string>(*space) : std::nullopt});
    if (is_new) found->second = find(name, space);
    return found->second;
}

std::vector<Binding> Bindings::find(std::string_view name, std::optional<std::string_view> own) const {
    // No account has more bindings than this; a set made to have them costs no more.
    static constexpr std::ptrdiff_t most = 500;
    std::vector<Binding> out;
    const auto by_account = [](const Entry& entry, std::string_view account) { return entry.account < account; };
    const auto first = std::lower_bound(entries_.begin(), entries_.end(), name, by_account);
    for (auto at = first; at != entries_.end() && at->account == name && at - first < most; ++at) {
        if (!own || !at->in_namespace || *own == *at->in_namespace) out.push_back(at->binding);
    }
    return out;
}

}
