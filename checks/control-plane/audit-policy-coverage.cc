#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::audit_policy_coverage {

namespace {

struct Resource {
    std::string_view group, name;
};

// Their bodies hold credentials.
constexpr Resource confidential[] = {{"", "secrets"}, {"", "configmaps"}, {"authentication.k8s.io", "tokenreviews"}};
// Whoever does one of these changes what runs or who may do what.
constexpr Resource telling[] = {
    {"", "pods/exec"},
    {"", "pods/attach"},
    {"", "pods/portforward"},
    {"", "pods/proxy"},
    {"apps", "deployments"},
    {"rbac.authorization.k8s.io", "rolebindings"},
    {"rbac.authorization.k8s.io", "clusterrolebindings"},
};

bool names_resource(std::string_view pattern, std::string_view name) {
    if (pattern == "*" || pattern == name) return true;
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return false;
    return (pattern.starts_with("*/") && pattern.substr(1) == name.substr(slash)) ||
           (pattern.ends_with("/*") && pattern.substr(0, pattern.size() - 2) == name.substr(0, slash));
}

bool matches(yaml::Node rule, const Resource& resource) {
    if (rule["resources"].items().empty()) return rule["nonResourceURLs"].items().empty();
    for (yaml::Node entry : rule["resources"].items()) {
        const std::string_view group = entry["group"].text_or_empty();
        if (group != resource.group && group != "*") continue;
        if (entry["resources"].items().empty()) return true;
        for (yaml::Node pattern : entry["resources"].items())
            if (names_resource(pattern.scalar(), resource.name)) return true;
    }
    return false;
}

// The rule speaks of some requests only.
bool is_restricted(yaml::Node rule) {
    for (std::string_view key : {"users", "userGroups", "verbs", "namespaces"})
        if (!rule[key].items().empty()) return true;
    return false;
}

// The first rule that matches decides.
bool is_recorded(yaml::Node rules, const Resource& resource) {
    for (yaml::Node rule : rules.items()) {
        if (!matches(rule, resource)) continue;
        const bool none = rule["level"].text() == "None";
        if (!none) return true;
        if (!is_restricted(rule)) return false;
    }
    return false;
}

// A rule that writes bodies of this resource to the log.
yaml::Node body_rule(yaml::Node rules, const Resource& resource) {
    for (yaml::Node rule : rules.items()) {
        if (!matches(rule, resource)) continue;
        const std::optional<std::string_view> level = rule["level"].text();
        if (level == "Request" || level == "RequestResponse") return rule["level"];
        if (!is_restricted(rule)) break;
    }
    return {};
}

}

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node rules = object["rules"];
    std::vector<yaml::Node> seen;
    for (const Resource& resource : confidential) {
        const yaml::Node level = body_rule(rules, resource);
        if (!level || std::find(seen.begin(), seen.end(), level) != seen.end()) continue;
        seen.push_back(level);
        report.at(level, quote(level.scalar()) + " writes the bodies of " + std::string(resource.name) + " to the log; use Metadata for them");
    }
    std::string unrecorded;
    for (const Resource& resource : telling)
        if (!is_recorded(rules, resource)) unrecorded.append(unrecorded.empty() ? "" : ", ").append(resource.name);
    if (!unrecorded.empty() && !object.is_fragment()) report.missing(object, "rules", "requests for " + unrecorded + " are not recorded; add rules for them");
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
^^^^^ requests for rolebindings, clusterrolebindings are not recorded; add rules for them
- level: RequestResponse
         ^^^^^^^^^^^^^^^ 'RequestResponse' writes the bodies of secrets to the log; use Metadata for them
  resources:
  - {group: "", resources: [secrets]}
- level: Metadata
  resources:
  - {group: "", resources: ["pods/*"]}
  - {group: apps}
)",
     .good = R"(
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: ["system:kube-proxy"]
  verbs: [watch]
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps]}
  - {group: authentication.k8s.io, resources: [tokenreviews]}
- level: Request
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
^^^^^ requests for pods/exec, pods/attach, pods/portforward, pods/proxy, deployments, rolebindings, clusterrolebindings are not recorded; add rules for them
- level: None
- level: Metadata
)",
     .good = R"(
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check audit_policy_coverage = {
    .id = "audit-policy-coverage",
    .title = "Audit policy misses key resources.",
    .category = Category::compliance,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "The first rule that matches a request decides what is recorded. Bodies of Secrets do not belong in a log, and an "
           "investigation needs to see who ran commands in pods, changed workloads or handed out rights.",
    .aliases = {"kubescape:C-0161", "kics:1828a670-5957-4bc5-9974-47da228f75e2"},
    .standards = {"CIS-K8s-3.2.2", "NSA-audit", "OWASP-K05"},
    .examples = examples,
    .run = on_objects({"audit.k8s.io/Policy"}, run),
};

}
