#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// Role-based access control as the API server's authorizer decides it.

inline constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

// Whether a rule lets its holder do something, and by which of its items: the name itself or "*".
struct Grant {
    Match match = Match::no;
    yaml::Node verb, group, resource;
    bool restricted = false;   // only for the objects in resourceNames
    explicit operator bool() const { return match == Match::yes; }
    bool any_verb() const { return verb.scalar() == "*"; }
    bool any_group() const { return group.scalar() == "*"; }
    bool any_resource() const { return resource.scalar() == "*"; }
};

// One rule of a Role or ClusterRole.
class PolicyRule {
public:
    explicit PolicyRule(yaml::Node node)
        : node_(node), verbs_(node["verbs"]), groups_(node["apiGroups"]), resources_(node["resources"]), names_(node["resourceNames"]) {}
    yaml::Node node() const { return node_; }
    yaml::Node verbs() const { return verbs_; }
    yaml::Node groups() const { return groups_; }
    yaml::Node resources() const { return resources_; }
    yaml::Node names() const { return names_; }
    yaml::Node urls() const { return node_["nonResourceURLs"]; }
    // A verb on a resource ("secrets") or subresource ("pods/exec") of a group ("" is the core group). "*" matches everything, "*/scale" that
    // subresource of everything; "pods/*" matches nothing. With resourceNames, create and deletecollection of whole resources are never granted,
    // because such requests carry no name.
    Grant grants(std::string_view verb, std::string_view group, std::string_view resource) const;
    // Any of the verbs, in their order.
    Grant grants_any(std::initializer_list<std::string_view> verbs, std::string_view group, std::string_view resource) const;
    // resourceNames is not empty. A "*" there is a name like any other.
    bool restricted() const { return !names().items().empty(); }
    // "*" in all of apiGroups, resources and verbs.
    bool grants_everything() const;

private:
    yaml::Node node_;
    yaml::Node verbs_, groups_, resources_, names_;   // dozens of checks ask for each
};

// The item of a list of names that is this name or "*"; empty without. `unknown` is set when a placeholder stands among the items.
yaml::Node listed(yaml::Node list, std::string_view name, bool* unknown = nullptr);

inline bool is_cluster_role(const Object& object) { return object.is("ClusterRole"); }
// One that every cluster brings along, told by the label of the bootstrap policy.
bool is_bootstrap(const Object& role_or_binding);

// The resources of the groups that belong to Kubernetes itself, those of past versions included. The part after "/" is not looked at.
bool is_builtin_group(std::string_view group);
bool is_builtin_resource(std::string_view group, std::string_view resource);
// Lives outside namespaces: a Role cannot grant it.
bool is_cluster_scoped_resource(std::string_view group, std::string_view resource);
// The group that has a resource of this name, the one of today first; nullopt when none has.
std::optional<std::string_view> group_of_resource(std::string_view resource);
// A built-in resource that is probably meant by a misspelt name, a kind or a singular; "" without.
std::string_view nearest_resource(std::string_view name);

// Somebody who may take over the cluster, its namespaces or its nodes with such a rule: what exactly it is, in words; empty when harmless.
// `wide`: bound in the whole cluster.
struct Danger {
    std::string_view what;
    yaml::Node place;
    explicit operator bool() const { return !what.empty(); }
};
Danger takeover(const PolicyRule& rule, bool wide);

// Who a binding names.
struct Subject {
    yaml::Node node;
    std::string_view kind() const { return node["kind"].text_or_empty(); }
    std::string_view name() const { return node["name"].text_or_empty(); }
    bool is_service_account() const { return kind() == "ServiceAccount"; }
    bool is_group(std::string_view name_) const { return kind() == "Group" && name() == name_; }
    bool is_user(std::string_view name_) const { return kind() == "User" && name() == name_; }
    // Namespace of a service account: its own, else that of a RoleBinding; nullopt when neither is written.
    std::optional<std::string_view> namespace_in(const Object& binding) const;
};

// A binding that gives an account a role.
struct Binding {
    const Object* object = nullptr;
    const Object* role = nullptr;   // null when it is not in the set
    yaml::Node subject;             // the item of subjects
    bool wide() const { return object->is("ClusterRoleBinding"); }
    std::string_view role_name() const { return object->at("roleRef.name").text_or_empty(); }
    bool is_cluster_admin() const { return object->at("roleRef.kind").scalar() == "ClusterRole" && role_name() == "cluster-admin"; }
};

// The role a binding refers to; null when it is not in the set.
const Object* bound_role(const Cluster& cluster, const Object& binding);
// The rules that roles have in effect: those of an aggregated ClusterRole are the ones of the roles it selects. Made once by a check.
class EffectiveRules {
public:
    explicit EffectiveRules(const Cluster& cluster);
    std::vector<PolicyRule> of(const Object& role) const;
    // Some ClusterRole collects the rules of this one, or may do so.
    bool may_be_collected(const Object& role) const;

private:
    using Label = std::pair<std::string_view, std::string_view>;
    std::vector<const Object*> roles_;                       // ClusterRoles
    std::map<Label, std::vector<const Object*>> by_label_;   // of those
    std::set<Label> collected_;                              // what the selectors of aggregated roles require
    bool collects_all_ = false;                              // one of them requires no label
};

// The bindings of a cluster by the service account they name. Made once by a check, which may not share it between threads.
class Bindings {
public:
    explicit Bindings(const Cluster& cluster);
    // Of the account `name` in the namespace where the object lives. Where only one of the two names a namespace they count as the same one.
    // The same list for all objects of a namespace: what follows from it alone need be found only once.
    const std::vector<Binding>& of(const Object& object, std::string_view name) const;

private:
    struct Entry {
        std::string_view account;
        std::optional<std::string_view> in_namespace;
        Binding binding;
    };
    std::vector<Binding> find(std::string_view name, std::optional<std::string_view> in_namespace) const;
    std::vector<Entry> entries_;   // sorted by account, in order of the set among equals
    mutable std::map<std::pair<std::string, std::optional<std::string>>, std::vector<Binding>> known_;
};

}
