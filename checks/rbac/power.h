#pragma once

#include <array>
#include <string>
#include <string_view>

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
    bool sweeping = false;          // also when it is part of "*" resources of the core group: there the wildcard checks do not tell enough
    bool named = false;             // also when resourceNames narrows it
    bool of_cluster = false;        // a Role cannot grant it
    bool mark_verb = false;         // the verb is the special word, not the resource
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

inline Draft report_power(const kubernetes::Grant& grant, const Power& power, Reporter& report) {
    return report.at(power.mark_verb ? grant.verb : grant.resource,
                     quote(grant.verb.scalar()) + " on " + quote(grant.resource.scalar()) + " " + std::string(power.consequence));
}

// One finding for each rule that gives the power.
template <const Power& power>
void run_power(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role) || (power.of_cluster && !kubernetes::is_cluster_role(role))) return;
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (const kubernetes::Grant grant = find_power(rule, power)) report_power(grant, power, report);
    }
}

}
