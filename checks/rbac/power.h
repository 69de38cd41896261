#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

// Checks of roles that differ only in which verbs on which resources they look for.

namespace plimsoll::checks {

struct RoleResource {
    std::string_view group, name;
};

struct Power {
    std::array<std::string_view, 6> verbs{};
    std::array<RoleResource, 12> resources{};
    std::array<RoleResource, 2> only_named{};   // looked for with the verb itself only, "*" does not count
    std::string_view consequence;               // follows "'create' on 'pods/exec' "
    bool sweeping = false;                      // also when it is part of "*" resources of the core group: there the wildcard checks do not tell enough
    bool named = false;                         // also when resourceNames narrows it
    bool of_cluster = false;                    // a Role cannot grant it
    bool mark_verb = false;                     // the verb is the special word, not the resource
    void (*narrow)(const kubernetes::Object& object, const kubernetes::Grant& grant, Draft& draft) = nullptr;   // the aliases that fit a role, or a binding
};

// The wildcard checks report a rule for everything, and all resources of the core group; a rule for one group with "*" resources means that group.
inline bool told_by_wildcard(const kubernetes::PolicyRule& rule, const kubernetes::Grant& grant, const Power& power) {
    if (!grant.any_resource()) return false;
    if (rule.grants_everything()) return true;
    if (!grant.any_group() && !grant.group.scalar().empty()) return false;
    return !power.sweeping && (grant.any_verb() || !power.mark_verb);
}

inline kubernetes::Grant find_power(const kubernetes::PolicyRule& rule, const Power& power, const RoleResource& resource) {
    for (std::string_view verb : power.verbs) {
        if (verb.empty()) break;
        const kubernetes::Grant grant = rule.grants(verb, resource.group, resource.name);
        if (grant && (power.named || !grant.restricted) && !told_by_wildcard(rule, grant, power)) return grant;
    }
    return {};
}

inline kubernetes::Grant find_power(const kubernetes::PolicyRule& rule, const Power& power) {
    for (const RoleResource& resource : power.resources) {
        if (resource.name.empty()) break;
        if (const kubernetes::Grant grant = find_power(rule, power, resource)) return grant;
    }
    for (const RoleResource& resource : power.only_named) {
        if (resource.name.empty()) break;
        if (const kubernetes::Grant grant = find_power(rule, power, resource); grant && !grant.any_verb()) return grant;
    }
    return {};
}

inline void narrow_aliases(const Power& power, const kubernetes::Object& object, const kubernetes::Grant& grant, Draft& draft) {
    if (power.narrow) power.narrow(object, grant, draft);
}

inline void report_power(const kubernetes::Object& role, const kubernetes::Grant& grant, const Power& power, Reporter& report) {
    Draft draft = report.at(power.mark_verb ? grant.verb : grant.resource,
                            quote(grant.verb.scalar()) + " on " + quote(grant.resource.scalar()) + " " + std::string(power.consequence));
    narrow_aliases(power, role, grant, draft);
    // Some objects by name are less than all of them.
    if (grant.restricted && report.check().severity > Severity::medium) draft.severity(Severity::medium);
}

// One finding for each rule that gives the power.
template <const Power& power>
void run_power(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role) || (power.of_cluster && !kubernetes::is_cluster_role(role))) return;
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (const kubernetes::Grant grant = find_power(rule, power)) report_power(role, grant, power, report);
    }
}

// The rule of a role that gives the power, however wide it is.
inline kubernetes::Grant find_any_power(const std::vector<kubernetes::PolicyRule>& rules, const Power& power) {
    for (const kubernetes::PolicyRule& rule : rules)
        for (const RoleResource& resource : power.resources) {
            if (resource.name.empty()) break;
            for (std::string_view verb : power.verbs) {
                if (verb.empty()) break;
                const kubernetes::Grant grant = rule.grants(verb, resource.group, resource.name);
                if (grant && (power.named || !grant.restricted)) return grant;
            }
        }
    return {};
}

// One finding for each binding to a role of the set that gives the power.
template <const Power& power>
void run_bound_power(const kubernetes::Cluster& cluster, Reporter& report) {
    const kubernetes::EffectiveRules rules(cluster);
    std::map<const kubernetes::Object*, kubernetes::Grant> known;
    for (std::string_view kind : {"ClusterRoleBinding", "RoleBinding"})
        for (const kubernetes::Object* binding : cluster.of_kind(kind)) {
            const kubernetes::Object* role = kubernetes::bound_role(cluster, *binding);
            if (!role || kubernetes::is_bootstrap(*role)) continue;
            auto [at, is_new] = known.try_emplace(role);
            if (is_new) at->second = find_any_power(rules.of(*role), power);
            if (!at->second) continue;
            Draft draft = report.at(*binding, binding->at("roleRef.name"),
                                    "role " + quote(role->name()) + " gives these subjects " + quote(at->second.verb.scalar()) + " on " +
                                        quote(at->second.resource.scalar()) + "; bind a narrower role");
            narrow_aliases(power, *binding, at->second, draft);
        }
}

// A power as its role grants it and as bindings hand it out.
template <const Power& power>
constexpr Runner on_roles_and_bindings(RunOnObject run = run_power<power>) {
    Runner runner = on_objects({"Role", "ClusterRole"}, run);
    runner.cluster = run_bound_power<power>;
    return runner;
}

}
