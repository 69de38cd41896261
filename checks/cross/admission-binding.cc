#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/provided.h"

// Admission policies, their bindings and parameters.

namespace plimsoll::checks::admission_binding {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Selector;

// The kind as Cluster::find() takes it.
std::string kind_of(yaml::Node reference) {
    const std::string_view version = reference["apiVersion"].text_or_empty();
    const std::size_t slash = version.find('/');
    return slash == std::string_view::npos ? std::string(reference["kind"].text_or_empty())
                                           : std::string(version.substr(0, slash)) + "/" + std::string(reference["kind"].text_or_empty());
}

void parameter(const Cluster& cluster, const Object& binding, const Object& policy, Reporter& report) {
    const yaml::Node wanted = policy.at("spec.paramKind"), reference = binding.at("spec.paramRef");
    const yaml::Node name = reference["name"];
    // Without a namespace the parameters are looked up where the request goes.
    if (!wanted["kind"].text() || !name.text() || name.is_placeholder() || !reference["namespace"].text() ||
        reference["parameterNotFoundAction"].text_or_empty() == "Allow")
        return;
    if (kubernetes::nowhere(cluster, binding, kind_of(wanted), name.scalar(), reference["namespace"].scalar()))
        report.at(binding, name, "no " + std::string(wanted["kind"].scalar()) + " " + quote(name.scalar()) + " is here, so the policy refuses every request")
            .related(policy, wanted, "the kind of the parameters");
}

void bindings_of(const Cluster& cluster, const std::string& kind, Reporter& report) {
    std::set<std::string_view> bound;
    for (const Object* binding : cluster.of_kind(kind + "Binding")) {
        const yaml::Node name = binding->at("spec.policyName");
        if (!name.text() || name.is_placeholder()) continue;
        bound.insert(name.scalar());
        if (kubernetes::nowhere(cluster, *binding, kind, name.scalar()))
            report.at(*binding, name, "no " + kind + " " + quote(name.scalar()) + " is here; create it or name it as external in the configuration");
        else if (const Object* policy = cluster.find(*binding, kind, name.scalar()))
            parameter(cluster, *binding, *policy, report);
    }
    if (cluster.partial()) return;
    for (const Object* policy : cluster.of_kind(kind))
        if (!policy->name().empty() && !policy->metadata()["name"].is_placeholder() && !bound.contains(policy->name()))
            report.at(*policy, "no " + kind + "Binding names this policy, so it is never asked");
}

void unbound(const Cluster& cluster, Reporter& report) {
    bindings_of(cluster, "ValidatingAdmissionPolicy", report);
    bindings_of(cluster, "MutatingAdmissionPolicy", report);
}

// A rule without any entry in a list it needs, or selectors that nothing can meet.
void judge_match(const Object& object, yaml::Node match, std::string_view rules, Reporter& report) {
    for (std::string_view field : {"namespaceSelector", "objectSelector"})
        if (const Selector selector = Selector::labels(match[field]); selector.contradicts_itself())
            report.at(object, match[field], "no labels can meet this selector, so the rule never applies");
    for (yaml::Node rule : match[rules].items())
        for (std::string_view field : {"operations", "resources", "apiGroups", "apiVersions"})
            if (rule[field].is_sequence() && rule[field].empty())
                report.at(object, rule[field], std::string(field) + " lists nothing, so the rule never applies");
}

void never(const Object& object, Reporter& report) {
    for (yaml::Node webhook : object["webhooks"].items()) judge_match(object, webhook, "rules", report);
    judge_match(object, object.at("spec.matchConstraints"), "resourceRules", report);
    judge_match(object, object.at("spec.matchResources"), "resourceRules", report);
}

constexpr Example binding_examples[] = {{.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-latest
        ^^^^^^^^^ no ValidatingAdmissionPolicyBinding names this policy, so it is never asked
spec:
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-latest}
spec:
  policyName: no-lates
              ^^^^^^^^ no ValidatingAdmissionPolicy 'no-lates' is here; create it or name it as external in the configuration
  validationActions: [Deny]
)",
                                         .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-latest
spec:
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-latest}
spec:
  policyName: no-latest
  validationActions: [Deny]
)",
                                         .path = "app.yaml"},
                                        {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: limits}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: limits}
spec:
  policyName: limits
  paramRef: {name: numbers, namespace: policies, parameterNotFoundAction: Deny}
                   ^^^^^^^ no ConfigMap 'numbers' is here, so the policy refuses every request
)",
                                         .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: limits}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: limits}
spec:
  policyName: limits
  paramRef: {name: numbers, namespace: policies, parameterNotFoundAction: Deny}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: numbers, namespace: policies}
data: {most: "5"}
)",
                                         .path = "app.yaml"}};

constexpr Example never_examples[] = {{.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  namespaceSelector: {matchLabels: {team: shop}, matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no labels can meet this selector, so the rule never applies
  rules:
  - operations: []
                ^^ operations lists nothing, so the rule never applies
    resources: [pods]
)",
                                       .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  namespaceSelector: {matchLabels: {team: shop}}
  rules:
  - operations: [CREATE]
    resources: [pods]
)",
                                       .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "admission-policy-excludes-all",
        .title = "An admission rule can never apply.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Selectors that contradict themselves and empty lists match no request at all: the guard is there and guards nothing.",
        .examples = never_examples,
        .run = on_objects({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy",
                           "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"},
                          never),
    },
    {
        .id = "admission-policy-without-binding",
        .title = "An admission policy and its binding do not find each other.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A policy does nothing until a binding names it, and a binding of a policy or parameter that is not there enforces nothing or refuses "
               "everything.",
        .examples = binding_examples,
        .run = on_cluster(unbound),
    },
};

}

extern constinit const std::span<const Check> admission_binding = table;

}
