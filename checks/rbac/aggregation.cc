#include "checks/rbac/power.h"

// ClusterRoles that feed the built-in roles admin, edit and view.

namespace plimsoll::checks::aggregation {

using kubernetes::rbac_group;

static constexpr std::string_view label_prefix = "rbac.authorization.k8s.io/aggregate-to-";

// The built-in role that the label feeds; "" for other labels.
static std::string_view fed_role(const yaml::Entry& label) {
    const std::string_view key = label.key.scalar();
    if (!key.starts_with(label_prefix) || label.value.text_or_empty() != "true") return {};
    const std::string_view role = key.substr(label_prefix.size());
    return role == "view" || role == "edit" || role == "admin" ? role : std::string_view{};
}

static constexpr Power dangerous = {
    .verbs = {"escalate", "bind", "impersonate", "create", "get"},
    .resources = {{{"", "pods/exec"}, {"", "pods/attach"}, {"", "serviceaccounts/token"}, {"", "nodes/proxy"}}},
    .consequence = "",
    .sweeping = true,
    .named = true,
};

// What must not be in the built-in role. admin and edit may read Secrets and exec by themselves, so for them only what they lack counts.
static kubernetes::Grant find(const kubernetes::PolicyRule& rule, std::string_view fed) {
    const auto any = [&](std::initializer_list<std::string_view> verbs, std::string_view group, std::string_view resource) {
        return rule.grants_any(verbs, group, resource);
    };
    if (const auto grant = any({"escalate", "bind"}, rbac_group, "clusterroles")) return grant;
    if (const auto grant = any({"escalate", "bind"}, rbac_group, "roles")) return grant;
    if (const auto grant = any({"impersonate"}, "", "users")) return grant;
    if (const auto grant = any({"get", "create"}, "", "nodes/proxy")) return grant;
    if (fed != "view") return {};
    if (const auto grant = any({"get", "list", "watch"}, "", "secrets"); grant && !grant.restricted) return grant;
    if (const auto grant = find_power(rule, dangerous)) return grant;
    for (yaml::Node verb : rule.verbs().items()) {
        const std::string_view text = verb.text_or_empty();
        for (std::string_view write : {"*", "create", "update", "patch", "delete", "deletecollection"})
            if (text == write && !rule.resources().items().empty()) {
                kubernetes::Grant grant;
                grant.match = kubernetes::Match::yes;
                grant.verb = verb;
                grant.resource = rule.resources()[std::size_t{0}];
                return grant;
            }
    }
    return {};
}

static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role)) return;
    for (const yaml::Entry& label : role.labels().entries()) {
        const std::string_view fed = fed_role(label);
        if (fed.empty()) continue;
        for (yaml::Node item : role["rules"].items()) {
            const auto grant = find(kubernetes::PolicyRule(item), fed);
            if (!grant) continue;
            report
                .at(label.key, "this label adds " + quote(grant.verb.scalar()) + " on " + quote(grant.resource.scalar()) + " to the built-in role " +
                                   quote(fed) + " of every namespace; bind the role by itself instead")
                .related(grant.verb.span(), "granted here");
            return;
        }
    }
}

// CVE-2021-25740: who may edit endpoints can send traffic of a Service past network policies.
static void run_endpoints(const kubernetes::Object& role, Reporter& report) {
    bool feeds = role.name() == "system:aggregate-to-edit";
    for (const yaml::Entry& label : role.labels().entries()) feeds |= fed_role(label) == "edit";
    if (!feeds) return;
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        for (const auto& [group, resource] : {std::pair<std::string_view, std::string_view>{"", "endpoints"}, {"discovery.k8s.io", "endpointslices"}})
            if (const auto grant = rule.grants_any({"create", "update", "patch"}, group, resource)) {
                report.at(grant.resource, quote(grant.verb.scalar()) + " on " + quote(grant.resource.scalar()) +
                                              " in the built-in role edit lets its holders forward traffic into other namespaces; leave the reading verbs");
                break;
            }
    }
}

static constexpr Example builtin_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
  labels:
    rbac.authorization.k8s.io/aggregate-to-view: "true"
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this label adds 'get' on 'secrets' to the built-in role 'view' of every namespace; bind the role by itself instead
rules:
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list]
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
  labels:
    rbac.authorization.k8s.io/aggregate-to-view: "true"
rules:
- apiGroups: [example.com]
  resources: [boats]
  verbs: [get, list]
)",
                                                .path = "app.yaml"},
                                               {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
  labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this label adds 'bind' on 'clusterroles' to the built-in role 'edit' of every namespace; bind the role by itself instead
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}]
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
  labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
rules: [{apiGroups: [example.com], resources: [boats], verbs: [create, update]}]
)",
                                                .path = "app.yaml"}};

static constexpr Example endpoints_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: system:aggregate-to-edit
rules:
- apiGroups: [""]
  resources: [services, endpoints]
                        ^^^^^^^^^ 'update' on 'endpoints' in the built-in role edit lets its holders forward traffic into other namespaces; leave the reading verbs
  verbs: [get, update]
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: system:aggregate-to-edit
rules:
- apiGroups: [""]
  resources: [services]
  verbs: [get, update]
)",
                                                  .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-aggregation-to-builtin",
        .title = "ClusterRole aggregates dangerous rules into a built-in role.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The built-in roles view, edit and admin collect the rules of every ClusterRole with such a label. Whoever was given view to look around "
               "then has these permissions too, in every namespace where it is bound.",
        .examples = builtin_examples,
        .run = on_objects({"ClusterRole"}, run),
    },
    {
        .id = "rbac-edit-endpoints",
        .title = "Default edit role may change endpoints.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Who may write Endpoints of a Service that an Ingress or load balancer serves can point them at pods of other namespaces and so use the "
               "controller as a proxy past network policies (CVE-2021-25740). Since 1.22 the built-in role edit lacks that verb; an aggregated rule "
               "brings it back.",
        .aliases = {"gatekeeper:block-endpoint-edit-default-role", "kyverno:restrict-edit-for-endpoints"},
        .standards = {"MITRE-T1557"},
        .examples = endpoints_examples,
        .run = on_objects({"ClusterRole"}, run_endpoints),
    },
};

extern constinit const std::span<const Check> aggregation = table;

}
