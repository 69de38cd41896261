#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

// Wildcards in rules. Each rule is told by one of these checks, the gravest that fits.

namespace plimsoll::checks::wildcards {

namespace {

enum class Wildcard { none, everything, resources, sensitive, other };

struct Finding {
    Wildcard kind = Wildcard::none;
    yaml::Node place;            // the item with the wildcard
    std::string_view field;      // where it stands
    std::string_view resource;   // for `sensitive`
    bool plain = true;           // "*", not "*/scale"
};

constexpr std::string_view sensitive_resources[][2] = {
    {"", "secrets"},
    {"", "pods"},
    {"", "serviceaccounts"},
    {"", "users"},
    {"", "groups"},
    {"", "replicationcontrollers"},
    {"apps", "deployments"},
    {"apps", "daemonsets"},
    {"apps", "statefulsets"},
    {"apps", "replicasets"},
    {"batch", "jobs"},
    {"batch", "cronjobs"},
    {kubernetes::rbac_group, "roles"},
    {kubernetes::rbac_group, "rolebindings"},
    {kubernetes::rbac_group, "clusterroles"},
    {kubernetes::rbac_group, "clusterrolebindings"},
};

}

static yaml::Node star(yaml::Node list) {
    const yaml::Node found = kubernetes::listed(list, "*");
    return found.text_or_empty() == "*" ? found : yaml::Node();
}

// "*" among the groups, or one that belongs to Kubernetes itself: there "*" stands for resources the author did not define.
static bool reaches_builtin(yaml::Node groups) {
    for (yaml::Node group : groups.items())
        if (const auto name = group.text(); name && (*name == "*" || kubernetes::is_builtin_group(*name))) return true;
    return false;
}

static Finding find_sensitive(const kubernetes::PolicyRule& rule) {
    if (!star(rule.verbs()) || rule.restricted()) return {};
    for (const auto& [group, resource] : sensitive_resources)
        if (const auto grant = rule.grants("*", group, resource); grant && !grant.any_resource())
            return {Wildcard::sensitive, grant.verb, "verbs", grant.resource.scalar()};
    return {};
}

static Finding find_other(const kubernetes::PolicyRule& rule) {
    if (const yaml::Node verb = star(rule.verbs())) return {Wildcard::other, verb, "verbs", {}};
    if (const yaml::Node resource = star(rule.resources())) return {Wildcard::other, resource, "resources", {}};
    for (yaml::Node resource : rule.resources().items()) {
        const std::string_view text = resource.text_or_empty();
        if (text.starts_with("*/") || text.ends_with("/*")) return {Wildcard::other, resource, "resources", {}, false};
    }
    for (std::string_view field : {"apiGroups", "resourceNames", "nonResourceURLs"})
        if (const yaml::Node item = star(rule.node()[field])) return {Wildcard::other, item, field, {}};
    return {};
}

static Finding classify(const kubernetes::PolicyRule& rule) {
    if (rule.grants_everything()) return {Wildcard::everything, star(rule.resources()), "resources", {}};
    const yaml::Node resource = star(rule.resources());
    if (resource && !rule.verbs().items().empty() && reaches_builtin(rule.groups()) && !rule.restricted())
        return {Wildcard::resources, resource, "resources", {}};
    if (const Finding found = find_sensitive(rule); found.place) return found;
    return find_other(rule);
}

static std::string advice(const Finding& found) {
    if (found.field == "resourceNames") return "'*' in resourceNames is no wildcard, it names an object called '*'; leave resourceNames out to mean all";
    if (found.place.scalar().ends_with("/*")) return quote(found.place.scalar()) + " matches nothing, and would be a wildcard if it did; name the subresources";
    return quote(found.place.scalar()) + " in " + std::string(found.field) + " grants what nobody has looked at, in future versions too; list what is needed";
}

static std::string message(const Finding& found, const kubernetes::Object& role) {
    const bool cluster = kubernetes::is_cluster_role(role);
    if (found.kind == Wildcard::everything)
        return std::string("this rule grants everything") + (cluster ? "" : " in the namespace") + "; list the groups, resources and verbs that are needed";
    if (found.kind == Wildcard::resources)
        return std::string("'*' grants every resource") + (cluster ? ", Secrets included when the core group is meant" : " of the namespace") +
               "; list the resources that are needed";
    if (found.kind == Wildcard::sensitive) return "'*' grants every verb on " + quote(found.resource) + "; list the verbs that are needed";
    return advice(found);
}

static void adjust(const Finding& found, Draft& draft) {
    if (found.field != "verbs" && found.field != "resources")
        draft.severity(Severity::low)
            .only({"checkov:CKV_K8S_49", "kubescape:C-0187", "kics:6b896afb-ca07-467a-b256-1a0077a1c08e", "datree:CIS_INVALID_WILDCARD_ROLE"});
    else if (!reaches_builtin(found.place.parent().parent()["apiGroups"]))
        draft.severity(Severity::medium);
}

template <Wildcard kind>
static void run(const kubernetes::Object& role, Reporter& report) {
    if (kubernetes::is_bootstrap(role)) return;
    for (yaml::Node item : role["rules"].items()) {
        const Finding found = classify(kubernetes::PolicyRule(item));
        if (found.kind != kind) continue;
        if constexpr (kind == Wildcard::other) {
            const std::vector<std::string>& fields = report.list("fields");
            if (std::find(fields.begin(), fields.end(), found.field) == fields.end()) continue;
        }
        Draft draft = report.at(found.place, message(found, role));
        if constexpr (kind == Wildcard::other) adjust(found, draft);
    }
}

static constexpr Option rule_options[] = {{.name = "fields",
                                           .type = Option::Type::list,
                                           .value = "verbs resources apiGroups resourceNames nonResourceURLs",
                                           .what = "the fields of a rule in which wildcards are reported"}};

static constexpr Example all_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [settings]
  verbs: [get]
- apiGroups: ["*"]
  resources: ["*"]
              ^^^ this rule grants everything; list the groups, resources and verbs that are needed
  verbs: ["*"]
)",
                                            .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [settings]
  verbs: [get]
)",
                                            .path = "app.yaml"}};

static constexpr Example cluster_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods, "*"]
                    ^^^ '*' grants every resource, Secrets included when the core group is meant; list the resources that are needed
  verbs: [get]
)",
                                                .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
)",
                                                .path = "app.yaml"}};

static constexpr Example namespace_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: ["", apps]
  resources: ["*"]
              ^^^ '*' grants every resource of the namespace; list the resources that are needed
  verbs: [get, list]
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list]
)",
                                                  .path = "app.yaml"}};

static constexpr Example sensitive_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [secrets]
  verbs: ["*"]
          ^^^ '*' grants every verb on 'secrets'; list the verbs that are needed
)",
                                                  .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helper
  namespace: shop
rules:
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
)",
                                                  .path = "app.yaml"}};

static constexpr Example rule_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: ["*/scale"]
              ^^^^^^^^^ '*/scale' in resources grants what nobody has looked at, in future versions too; list what is needed
  verbs: [update]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: ["*"]
          ^^^ '*' in verbs grants what nobody has looked at, in future versions too; list what is needed
- apiGroups: [example.com]
  resources: ["*"]
              ^^^ '*' in resources grants what nobody has looked at, in future versions too; list what is needed
  verbs: [get]
)",
                                             .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [apps]
  resources: [deployments/scale]
  verbs: [update]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
- apiGroups: [example.com]
  resources: [boats]
  verbs: [get]
)",
                                             .path = "app.yaml"},
                                            {.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules:
- {apiGroups: [""], resources: [configmaps], resourceNames: ["*"], verbs: [get]}
                                                             ^^^ '*' in resourceNames is no wildcard, it names an object called '*'; leave resourceNames out to mean all
- {apiGroups: [""], resources: [pods/*], verbs: [get]}
                                ^^^^^^ 'pods/*' matches nothing, and would be a wildcard if it did; name the subresources
)",
                                             .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [get]}
- {apiGroups: [""], resources: [pods/log], verbs: [get]}
)",
                                             .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-wildcard-all",
        .title = "Role grants every verb on every resource.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "A rule with \"*\" in groups, resources and verbs is administrator: it reads every Secret, changes every role and includes whatever kinds "
               "are installed later.",
        .aliases = {"trivy:KSV-0044", "checkov:CKV_K8S_49", "kube-linter:wildcard-in-rules", "kubescape:C-0035", "kubescape:C-0187",
                    "kics:6b896afb-ca07-467a-b256-1a0077a1c08e", "kubiscan:risky-any-verb", "mondoo:rbac-no-wildcard-rules"},
        .standards = {"CIS-K8s-5.1.3", "NIST-800-190-4.3.1", "OWASP-K03"},
        .examples = all_examples,
        .run = on_objects({"Role", "ClusterRole"}, run<Wildcard::everything>),
    },
    {
        .id = "rbac-wildcard-resource-cluster",
        .title = "ClusterRole grants access to every resource.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "\"*\" among the resources of a group that belongs to Kubernetes takes in Secrets, pods/exec (which even get opens), nodes/proxy and "
               "everything that later versions add.",
        .aliases = {"trivy:KSV-0046", "kubiscan:risky-any-resource-*", "checkov:CKV_K8S_49", "kube-linter:wildcard-in-rules", "kubescape:C-0187"},
        .standards = {"CIS-K8s-5.1.3", "OWASP-K03"},
        .examples = cluster_examples,
        .run = on_objects({"ClusterRole"}, run<Wildcard::resources>),
    },
    {
        .id = "rbac-wildcard-resource-namespace",
        .title = "Role grants access to every resource of its namespace.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "\"*\" among the resources takes in the Secrets and pods/exec of the namespace, and everything that later versions add.",
        .aliases = {"trivy:KSV-0112", "checkov:CKV_K8S_49", "kube-linter:wildcard-in-rules", "kubescape:C-0187"},
        .standards = {"CIS-K8s-5.1.3", "OWASP-K03"},
        .examples = namespace_examples,
        .run = on_objects({"Role"}, run<Wildcard::resources>),
    },
    {
        .id = "rbac-wildcard-verb-sensitive",
        .title = "Role grants all verbs on a sensitive resource.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "\"*\" includes the verbs nobody thinks of: impersonate on users and service accounts, bind and escalate on roles, deletecollection on "
               "everything. On these resources each of them matters.",
        .aliases = {"trivy:KSV-0045", "kubescape:C-0187", "kubiscan:risky-any-verb-*", "checkov:CKV_K8S_49", "kube-linter:wildcard-in-rules"},
        .standards = {"CIS-K8s-5.1.3", "OWASP-K03"},
        .examples = sensitive_examples,
        .run = on_objects({"Role", "ClusterRole"}, run<Wildcard::sensitive>),
    },
    {
        .id = "rbac-wildcard-rule",
        .title = "Role uses a wildcard.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A wildcard grants what exists today and whatever is added tomorrow. Nobody reviews what it takes in.",
        .aliases = {"checkov:CKV_K8S_49", "kube-linter:wildcard-in-rules", "kubescape:C-0187", "kics:6b896afb-ca07-467a-b256-1a0077a1c08e",
                    "semgrep:legacy-api-clusterrole-excessive-permissions", "datree:CIS_INVALID_WILDCARD_ROLE", "sonar:S6867",
                    "kyverno:restrict-wildcard-resources", "kyverno:restrict-wildcard-verbs", "mondoo:rbac-no-wildcard-rules"},
        .standards = {"CIS-K8s-5.1.3", "OWASP-K03"},
        .options = rule_options,
        .examples = rule_examples,
        .run = on_objects({"Role", "ClusterRole"}, run<Wildcard::other>),
    },
};

extern constinit const std::span<const Check> wildcards = table;

}
