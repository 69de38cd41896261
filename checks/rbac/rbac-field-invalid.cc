#include "analyzer/kubernetes/rbac.h"
#include "checks/kubernetes/refusal.h"

// What the API server wants of roles and bindings.

namespace plimsoll::checks::rbac_field_invalid {

using kubernetes::Object;
using yaml::Node;

static bool none(Node list) { return !list.is_set() || (list.is_sequence() && list.empty()); }

// ---- rules ------------------------------------------------------------------------------------------------------------

static void judge_rule(Node rule, bool namespaced, Refusals& refusals) {
    if (!rule.is_mapping()) return;
    const Node verbs = rule["verbs"], urls = rule["nonResourceURLs"];
    if (verbs.is_sequence() && verbs.empty()) refusals.clash(verbs, "a rule without verbs allows nothing; add some");
    if (!none(urls)) {
        // rbac-role-grants-cluster-scope says the first in the other profiles.
        if (namespaced && refusals.as_server()) refusals.clash(urls, "URLs belong to the whole cluster; put the rule into a ClusterRole");
        if (!none(rule["apiGroups"]) || !none(rule["resources"]) || !none(rule["resourceNames"]))
            refusals.clash(urls, "a rule is about resources or about URLs; make two of it");
        return;
    }
    if (!refusals.whole() || urls.is_placeholder()) return;
    if (none(rule["apiGroups"])) refusals.absent(rule, "apiGroups", "the rule names no API group; add apiGroups, [\"\"] for the core one");
    if (none(rule["resources"])) refusals.absent(rule, "resources", "the rule names no resources; add some");
}

static void judge_aggregation(Node selectors, Refusals& refusals) {
    if (selectors.is_sequence() && selectors.empty()) refusals.clash(selectors, "an aggregation selects roles by labels; add a selector");
}

static void run_role(const Object& role, Refusals& refusals) {
    const bool namespaced = role.is("Role");
    for (Node rule : role["rules"].items()) judge_rule(rule, namespaced, refusals);
    judge_aggregation(role["aggregationRule"]["clusterRoleSelectors"], refusals);
}

// ---- bindings ---------------------------------------------------------------------------------------------------------

static bool is_segment(std::string_view name) { return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos; }

static void judge_role(const Object& binding, Refusals& refusals) {
    const Node role = binding["roleRef"], group = role["apiGroup"], kind = role["kind"];
    const bool wide = binding.is("ClusterRoleBinding");
    if (group.text() && !group.text()->empty() && *group.text() != kubernetes::rbac_group)
        refusals.wrong(group, quote(*group.text()) + " has no roles; write " + std::string(kubernetes::rbac_group));
    // rbac-roleref-incomplete says what is missing, and that a wide binding binds no Role, in the other profiles.
    if (kind.text() && (refusals.as_server() || *kind.text() != "Role")) {
        if (wide)
            refusals.one_of(kind, {"ClusterRole"});
        else
            refusals.one_of(kind, {"Role", "ClusterRole"});
    }
    refusals.text(role["name"], is_segment, "a name without '/' and '%'");
}

static void judge_subject(Node subject, bool wide, Refusals& refusals) {
    const Node kind = subject["kind"], group = subject["apiGroup"], name = subject["name"];
    if (!subject.is_mapping() || kind.is_placeholder()) return;
    refusals.one_of(kind, {"ServiceAccount", "User", "Group"});
    if (kind.text() == "ServiceAccount") {
        refusals.subdomain(name);
        if (group.text() && !group.text()->empty()) refusals.wrong(group, "accounts are in the core group; write \"\" or remove apiGroup");
        if (wide && refusals.whole()) refusals.needs(subject, "namespace", "the namespace of the account");
    } else if ((kind.text() == "User" || kind.text() == "Group") && group.text() && !group.text()->empty() && *group.text() != kubernetes::rbac_group) {
        refusals.wrong(group, quote(*group.text()) + " has no users; write " + std::string(kubernetes::rbac_group));
    }
}

static void run(const Object& object, Reporter& report) {
    if (object.version() == "v1alpha1") return;
    Refusals refusals(object, report);
    if (object.is("Role") || object.is("ClusterRole")) return run_role(object, refusals);
    judge_role(object, refusals);
    for (Node subject : object["subjects"].items()) judge_subject(subject, object.is("ClusterRoleBinding"), refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods], verbs: []}
                                       ^^^^^ a rule without verbs allows nothing; add some
- {resources: [pods], verbs: [get]}
   ^^^^^^^^^ the rule names no API group; add apiGroups, [""] for the core one
- {apiGroups: [""], verbs: [get]}
   ^^^^^^^^^ the rule names no resources; add some
- {nonResourceURLs: [/metrics], apiGroups: [""], resources: [pods], verbs: [get]}
   ^^^^^^^^^^^^^^^ a rule is about resources or about URLs; make two of it
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.example.org, kind: ClusterRole, name: a/b}
                    ^^^^^^^^^^^^^^^^ 'rbac.example.org' has no roles; write rbac.authorization.k8s.io
                                                               ^^^ 'a/b' is not valid here; use a name without '/' and '%'
subjects:
- {kind: ServiceAccount, name: web}
                               ^^^ the namespace of the account is needed; add namespace
- {kind: ServiceAccount, name: Web, namespace: shop, apiGroup: rbac.authorization.k8s.io}
                               ^^^ 'Web' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^ accounts are in the core group; write "" or remove apiGroup
- {kind: Robot, name: a}
         ^^^^^ 'Robot' is not known here; use one of ServiceAccount, User, Group
- {kind: User, name: a, apiGroup: example.org}
                                  ^^^^^^^^^^^ 'example.org' has no users; write rbac.authorization.k8s.io
)",
     .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
- {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:reader"}
subjects:
- {kind: ServiceAccount, name: web, namespace: shop}
- {kind: Group, name: "system:masters", apiGroup: rbac.authorization.k8s.io}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {nonResourceURLs: [/metrics], verbs: [get]}
   ^^^^^^^^^^^^^^^ URLs belong to the whole cluster; put the rule into a ClusterRole
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                                                     ^^^^ 'Role' is not known here; use one of ClusterRole
)",
     .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check rbac_field_invalid = {
    .id = "rbac-field-invalid",
    .title = "Role or binding is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why =
        "A rule names verbs and either resources with their groups or URLs, and a binding names a role and subjects of the right kind. The API server refuses "
        "the object, and nobody gets the rights.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}, run),
};

}
