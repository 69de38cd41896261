#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"
#include "analyzer/text/distance.h"

// Rules of roles that grant nothing, because what they name is not there.

namespace plimsoll::checks::rule_names {

static constexpr std::string_view verbs[] = {"get",      "list", "watch",       "create",  "update", "patch", "delete", "deletecollection", "use", "bind",
                                             "escalate", "sign", "impersonate", "approve", "attest", "proxy", "*"};

namespace {

// Subresources of what is usually misspelt; others are not judged.
struct Subresources {
    std::string_view resource, names;
};
constexpr Subresources subresources[] = {
    {"pods", " attach binding ephemeralcontainers eviction exec finalizers log portforward proxy resize status "},
    {"services", " finalizers proxy status "},
    {"deployments", " finalizers rollback scale status "},
    {"statefulsets", " finalizers scale status "},
    {"serviceaccounts", " finalizers token "},
};

}

// Every group of the rule belongs to Kubernetes itself, so what it names can be known. Rules with more groups than there are do not count.
static bool all_builtin(const kubernetes::PolicyRule& rule) {
    std::size_t count = 0;
    for (yaml::Node group : rule.groups().items()) {
        const auto name = group.text();
        if (!name || !kubernetes::is_builtin_group(*name)) return false;
        if (++count > 100) return false;
    }
    return count > 0;
}

static bool in_any_group(const kubernetes::PolicyRule& rule, std::string_view resource) {
    for (yaml::Node group : rule.groups().items())
        if (kubernetes::is_builtin_resource(group.text_or_empty(), resource)) return true;
    return false;
}

static bool listed_in(const std::vector<std::string>& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

static bool is_wildcard(std::string_view resource) { return resource.empty() || resource == "*" || resource.starts_with("*/"); }

// A virtual resource of the API server itself, or one that a verb with a colon or an audience stands for.
static bool has_special_verbs(const kubernetes::PolicyRule& rule) {
    for (yaml::Node verb : rule.verbs().items()) {
        const std::string_view text = verb.text_or_empty();
        if (text.find(':') != std::string_view::npos || text.starts_with("request-")) return true;
    }
    return false;
}

static std::string suggestion(std::string_view name) { return name.empty() ? std::string() : "; did you mean " + quote(name) + "?"; }

static void check_verbs(const kubernetes::PolicyRule& rule, const std::vector<std::string>& extra, Reporter& report) {
    for (yaml::Node item : rule.verbs().items()) {
        const auto verb = item.text();
        if (!verb || std::find(std::begin(verbs), std::end(verbs), *verb) != std::end(verbs) || listed_in(extra, *verb)) continue;
        const std::string_view meant = *verb == "read" || *verb == "describe" ? "get"
                                       : *verb == "write" || *verb == "edit"  ? "update"
                                       : verb->size() > 2                     ? nearest_name(*verb, verbs)
                                                                              : std::string_view{};
        report.at(item, "no request has the verb " + quote(*verb) + ", so it grants nothing" + suggestion(meant));
    }
}

static void check_subresource(yaml::Node item, std::string_view resource, std::string_view sub, Reporter& report) {
    if (sub == "*") {
        report.at(item, quote(item.scalar()) + " matches nothing: '*' stands alone or before a slash; name the subresources");
        return;
    }
    for (const Subresources& row : subresources) {
        if (row.resource != resource) continue;
        const std::size_t at = row.names.find(sub);
        if (at != std::string_view::npos && row.names[at - 1] == ' ' && row.names[at + sub.size()] == ' ') return;
        std::vector<std::string_view> names;
        for (std::size_t begin = 1; begin < row.names.size();) {
            const std::size_t end = row.names.find(' ', begin);
            names.push_back(row.names.substr(begin, end - begin));
            begin = end + 1;
        }
        const std::string_view meant = nearest_name(sub, names);
        report.at(item, quote(resource) + " has no subresource " + quote(sub) + ", so it grants nothing" +
                            (meant.empty() ? std::string() : "; did you mean " + quote(std::string(resource) + "/" + std::string(meant)) + "?"));
    }
}

static void run_unknown(const kubernetes::Object& role, Reporter& report) {
    const std::vector<std::string>&more_resources = report.list("extra_resources"), &more_verbs = report.list("extra_verbs");
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (!all_builtin(rule) || has_special_verbs(rule)) continue;
        check_verbs(rule, more_verbs, report);
        for (yaml::Node node : rule.resources().items()) {
            const std::string_view name = node.text_or_empty();
            const std::size_t slash = std::min(name.find('/'), name.size());
            if (is_wildcard(name) || listed_in(more_resources, name)) continue;
            if (!kubernetes::group_of_resource(name))
                report.at(node,
                          "no resource is called " + quote(name.substr(0, slash)) + ", so it grants nothing" + suggestion(kubernetes::nearest_resource(name)));
            else if (slash < name.size() && in_any_group(rule, name))
                check_subresource(node, name.substr(0, slash), name.substr(slash + 1), report);
        }
    }
}

// The role grants the resource under its right group in another rule: then this one is a left-over for old clusters.
static bool granted_elsewhere(const kubernetes::Object& role, std::string_view group, std::string_view resource) {
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (kubernetes::listed(rule.groups(), group) && kubernetes::listed(rule.resources(), resource)) return true;
    }
    return false;
}

static bool is_removed_group(std::string_view group) { return group == "extensions"; }

static void run_group(const kubernetes::Object& role, Reporter& report) {
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (!all_builtin(rule) || has_special_verbs(rule)) continue;
        for (yaml::Node node : rule.resources().items()) {
            const std::string_view name = node.text_or_empty();
            if (is_wildcard(name) || in_any_group(rule, name)) continue;
            const auto group = kubernetes::group_of_resource(name);
            if (!group || is_removed_group(*group) || granted_elsewhere(role, *group, name)) continue;
            report.at(node, quote(name) + " is in " + (group->empty() ? std::string("the core group ''") : "the group " + quote(*group)) +
                                ", which this rule does not list, so it grants nothing; add the group to apiGroups");
        }
    }
}

// A namespace is asked for within itself, and whether a pod may use a pod security policy in the namespace of the pod.
static bool works_in_namespace(const kubernetes::PolicyRule& rule, std::string_view resource) {
    if (resource == "podsecuritypolicies") return static_cast<bool>(kubernetes::listed(rule.verbs(), "use"));
    if (resource != "namespaces" && !resource.starts_with("namespaces/")) return false;
    for (std::string_view verb : {"get", "update", "patch", "delete"})
        if (kubernetes::listed(rule.verbs(), verb)) return true;
    return false;
}

static void run_scope(const kubernetes::Object& role, Reporter& report) {
    for (yaml::Node item : role["rules"].items()) {
        const kubernetes::PolicyRule rule(item);
        if (const yaml::Node urls = rule.urls(); !urls.items().empty())
            report.at(urls.key(), "a Role cannot grant nonResourceURLs; put them into a ClusterRole that a ClusterRoleBinding binds");
        for (yaml::Node node : rule.resources().items()) {
            const auto name = node.text();
            if (!name || is_wildcard(*name) || rule.groups().size() > 100) continue;
            for (yaml::Node group : rule.groups().items()) {
                if (group.text() != "" && !kubernetes::is_builtin_group(group.text_or_empty())) continue;
                if (!group.text() || !kubernetes::is_cluster_scoped_resource(*group.text(), *name)) continue;
                if (works_in_namespace(rule, *name)) continue;
                report.at(node, quote(*name) + " live outside namespaces, so a Role grants nothing on them; put the rule into a ClusterRole that a "
                                               "ClusterRoleBinding binds");
                break;
            }
        }
    }
}

static constexpr Option unknown_options[] = {
    {.name = "extra_resources", .type = Option::Type::list, .what = "resources that exist besides those of Kubernetes itself"},
    {.name = "extra_verbs", .type = Option::Type::list, .what = "verbs that are asked for besides those of Kubernetes itself"}};

static constexpr Example unknown_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pod]
              ^^^ no resource is called 'pod', so it grants nothing; did you mean 'pods'?
  verbs: [get, lsit]
               ^^^^ no request has the verb 'lsit', so it grants nothing; did you mean 'list'?
- apiGroups: [""]
  resources: [pods/logs]
              ^^^^^^^^^ 'pods' has no subresource 'logs', so it grants nothing; did you mean 'pods/log'?
  verbs: [get]
- apiGroups: [apps]
  resources: [Deployment]
              ^^^^^^^^^^ no resource is called 'Deployment', so it grants nothing; did you mean 'deployments'?
  verbs: [read]
          ^^^^ no request has the verb 'read', so it grants nothing; did you mean 'get'?
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, pods/log, services/finalizers]
  verbs: [get, list]
- apiGroups: [apps]
  resources: [deployments, deployments/scale]
  verbs: [get]
- apiGroups: [example.com]
  resources: [boat]
  verbs: [sail]
)",
                                                .path = "app.yaml"}};

static constexpr Example group_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, deployments]
                    ^^^^^^^^^^^ 'deployments' is in the group 'apps', which this rule does not list, so it grants nothing; add the group to apiGroups
  verbs: [get]
)",
                                              .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: ["", apps]
  resources: [pods, deployments]
  verbs: [get]
)",
                                              .path = "app.yaml"}};

static constexpr Example scope_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [pods, nodes]
                    ^^^^^ 'nodes' live outside namespaces, so a Role grants nothing on them; put the rule into a ClusterRole that a ClusterRoleBinding binds
  verbs: [get]
- nonResourceURLs: [/metrics]
  ^^^^^^^^^^^^^^^ a Role cannot grant nonResourceURLs; put them into a ClusterRole that a ClusterRoleBinding binds
  verbs: [get]
)",
                                              .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods, nodes]
  verbs: [get]
- nonResourceURLs: [/metrics]
  verbs: [get]
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-api-group-mismatch",
        .title = "Resource is listed under the wrong API group.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A rule grants the combinations of its groups and resources. A resource under a group that does not have it is no error for the API "
               "server: the rule just never matches, and the program is refused at run time.",
        .examples = group_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_group),
    },
    {
        .id = "rbac-role-grants-cluster-scope",
        .title = "Role grants cluster-scoped resources to no effect.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A Role counts in its namespace only. Requests for nodes, volumes, cluster roles and the like belong to no namespace, so the rule never "
               "matches.",
        .examples = scope_examples,
        .run = on_objects({"Role"}, run_scope),
    },
    {
        .id = "rbac-unknown-resource-or-verb",
        .title = "Rule names an unknown resource, verb or group.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The API server takes any name in a rule and matches it as it stands: lower-case plurals for resources, verbs of requests. A kind, a "
               "singular or a misspelt name grants nothing, which shows only when the program is refused.",
        .options = unknown_options,
        .examples = unknown_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_unknown),
    },
};

extern constinit const std::span<const Check> rule_names = table;

}
