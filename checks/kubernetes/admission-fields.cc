#include <algorithm>
#include <unordered_set>

#include "analyzer/kubernetes/expression.h"
#include "checks/kubernetes/refusal.h"

// What the API server wants of webhooks and admission policies.

namespace plimsoll::checks::admission_fields {

using kubernetes::Object;
using yaml::Node;

// ---- rules ------------------------------------------------------------------------------------------------------------

static void judge_operations(Node rule, Refusals& refusals) {
    const Node operations = rule["operations"];
    if (operations.is_sequence() && operations.empty()) refusals.clash(operations, "the rule is for no operation; add some");
    for (Node operation : operations.items()) {
        refusals.one_of(operation, {"CREATE", "UPDATE", "DELETE", "CONNECT", "*"}, false);
        if (operation.text() == "*" && operations.size() > 1) {
            refusals.clash(operations, "'*' stands for all operations; remove the others");
            break;
        }
    }
    for (std::string_view list : {"apiGroups", "apiVersions", "resources"})
        if (rule[list].is_sequence() && rule[list].empty()) refusals.clash(rule[list], "the rule holds for nothing; add an entry");
}

static void judge_selector(Node selector, Refusals& refusals) {
    for (Node requirement : selector["matchExpressions"].items()) {
        refusals.one_of(requirement["operator"], {"In", "NotIn", "Exists", "DoesNotExist"});
        const std::string_view name = requirement["operator"].text_or_empty();
        const Node values = requirement["values"];
        if ((name == "In" || name == "NotIn") && values.empty() && !values.is_placeholder() && refusals.whole())
            refusals.absent(requirement, "values", std::string(name) + " needs values; add some");
        if ((name == "Exists" || name == "DoesNotExist") && !values.empty()) refusals.clash(values, std::string(name) + " takes no values; remove them");
    }
}

// ---- webhooks ---------------------------------------------------------------------------------------------------------

// A DNS name of three parts at least.
static bool is_hook_name(std::string_view name) { return kubernetes::is_dns1123_subdomain(name) && std::count(name.begin(), name.end(), '.') >= 2; }

static void judge_client(Node client, Refusals& refusals) {
    if (!client.is_mapping()) return;
    const Node url = client["url"], service = client["service"];
    if (url.is_placeholder() || service.is_placeholder()) return;
    if (url.is_set() == service.is_set()) {
        if (url.is_set() || refusals.whole()) refusals.clash(client, "a webhook has a url or a service; name exactly one");
        return;
    }
    const std::string_view text = url.text_or_empty();
    if (url.text() && !text.starts_with("https://"))
        refusals.wrong(url, quote(text) + " is not reached over HTTPS; write an address with https://");
    else if (text.find('#') != std::string_view::npos || text.find('?') != std::string_view::npos || text.find('@') != std::string_view::npos)
        refusals.wrong(url, "the address of a webhook has neither a query nor a fragment nor a user; remove it");
    refusals.range(service["port"], 1, 65535);
}

static void judge_versions(Node versions, Refusals& refusals) {
    if (!versions.is_sequence()) return;
    bool known = false;
    for (Node version : versions.items()) known = known || version.is_placeholder() || version.text() == "v1" || version.text() == "v1beta1";
    if (versions.empty() || !known) refusals.clash(versions, "the API server speaks v1 and v1beta1 of the review; add v1");
}

static void judge_hook(const Object& object, Node hook, Refusals& refusals) {
    constexpr std::int64_t longest = 30;
    const Node name = hook["name"];
    const bool current = object.version() == "v1";
    if (name.text() && !is_hook_name(*name.text()))
        refusals.wrong(name, quote(*name.text()) + " is no name of a webhook; use a DNS name of three parts, such as pods.example.com");
    judge_client(hook["clientConfig"], refusals);
    refusals.range(hook["timeoutSeconds"], 1, longest);
    for (Node rule : hook["rules"].items()) judge_operations(rule, refusals);
    judge_selector(hook["namespaceSelector"], refusals);
    judge_selector(hook["objectSelector"], refusals);
    const Node effects = hook["sideEffects"];
    if (!current && refusals.as_server() && !effects.is_set()) refusals.absent(hook, "sideEffects", "side effects are not known; add sideEffects");
    if (!current && !refusals.as_server()) return;
    judge_versions(hook["admissionReviewVersions"], refusals);
    // Closed for new objects only; the schema lists the old values as well.
    if (effects.text() == "Unknown" || effects.text() == "Some") refusals.one_of(effects, {"None", "NoneOnDryRun"});
}

static void run_webhooks(const Object& object, Reporter& report) {
    constexpr std::size_t most = 2000;
    Refusals refusals(object, report);
    std::unordered_set<std::string_view> names;
    for (Node hook : object["webhooks"].items()) {
        if (!hook.is_mapping()) continue;
        judge_hook(object, hook, refusals);
        const std::string_view name = hook["name"].text_or_empty();
        if (object.version() == "v1" && !name.empty() && names.size() < most && !names.insert(name).second)
            refusals.wrong(hook["name"], "another webhook is named " + quote(name) + " as well; the API server refuses that");
    }
}

// ---- policies ---------------------------------------------------------------------------------------------------------

static void judge_expression(Node expression, Refusals& refusals) {
    const auto text = expression.text();
    if (!text || text->empty()) return;
    if (const auto fault = kubernetes::expression_fault(*text))
        refusals.wrong(expression, "the expression cannot be read: " + std::string(fault->what) + " at character " + std::to_string(fault->at + 1));
}

static void run_policy(const Object& policy, Reporter& report) {
    Refusals refusals(policy, report);
    const Node spec = policy.spec();
    const auto none = [](Node list) { return !list.is_set() || (list.is_sequence() && list.empty()); };
    if (policy.is("ValidatingAdmissionPolicy")) {
        if (refusals.whole() && spec.is_mapping() && none(spec["validations"]) && none(spec["auditAnnotations"]))
            refusals.clash(spec, "the policy checks nothing; add validations");
        if (refusals.whole() && spec.is_mapping() && !spec["matchConstraints"].is_set())
            refusals.absent(spec, "matchConstraints", "the policy does not say what it is for; add matchConstraints");
    }
    for (Node validation : spec["validations"].items()) {
        judge_expression(validation["expression"], refusals);
        judge_expression(validation["messageExpression"], refusals);
    }
    for (Node annotation : spec["auditAnnotations"].items()) judge_expression(annotation["valueExpression"], refusals);
    for (std::string_view list : {"matchConditions", "variables"})
        for (Node item : spec[list].items()) judge_expression(item["expression"], refusals);
    for (Node rule : spec["matchConstraints"]["resourceRules"].items()) judge_operations(rule, refusals);
}

static void run_binding(const Object& binding, Reporter& report) {
    Refusals refusals(binding, report);
    const Node spec = binding.spec(), actions = spec["validationActions"];
    bool deny = false, warn = false;
    for (Node action : actions.items()) {
        refusals.one_of(action, {"Deny", "Warn", "Audit"}, false);
        deny = deny || action.text() == "Deny";
        warn = warn || action.text() == "Warn";
    }
    if (deny && warn) refusals.clash(actions, "Deny and Warn would both tell the user; keep one of them");
    if (actions.is_sequence() && actions.empty()) refusals.clash(actions, "the binding does nothing; add Deny, Warn or Audit");
}

static constexpr Example binding_examples[] = {
    {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec:
  policyName: few
  validationActions: [Deny, Warn, Refuse]
  ^^^^^^^^^^^^^^^^^ Deny and Warn would both tell the user; keep one of them
                                  ^^^^^^ 'Refuse' is not known here; use one of Deny, Warn, Audit
)",
     .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec:
  policyName: few
  validationActions: [Deny, Audit]
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example policy_examples[] = {
    {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints:
    resourceRules:
    - {operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}
  validations:
  - expression: object.spec.replicas <=
                ^^^^^^^^^^^^^^^^^^^^^^^ the expression cannot be read: an operand is missing at character 24
  - expression: "has(object.spec.replicas"
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ the expression cannot be read: ')' is missing at character 25
  - expression: "object.metadata.name == 'web"
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the expression cannot be read: a text does not end at character 25
  variables:
  - {name: a, expression: "[1, 2"}
                          ^^^^^^^ the expression cannot be read: ']' is missing at character 6
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: nothing}
spec: {failurePolicy: Fail}
^^^^ the policy checks nothing; add validations
^^^^ the policy does not say what it is for; add matchConstraints
)",
     .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints:
    resourceRules:
    - {operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}
  validations:
  - expression: object.spec.replicas <= 5 && !(object.metadata.name in ["a", 'b',])
  - expression: |
      // Nothing is known of the container's name here.
      object.spec.template.spec.containers.all(c, !has(c.image) || c.image.startsWith(r'example.org\') ? true : false)
  - expression: "size(variables.list) > -1 && {'a': 1, 'b': [2]}['b'][0] == 2 && Object.spec{replicas: 1}.replicas == 1"
  variables:
  - {name: list, expression: 'object.?metadata.?labels.orValue({})'}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example webhook_examples[] = {
    {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example
        ^^^^^^^^^^^^^ 'guard.example' is no name of a webhook; use a DNS name of three parts, such as pods.example.com
  sideEffects: Some
               ^^^^ 'Some' is not known here; use one of None, NoneOnDryRun
  admissionReviewVersions: [v2]
  ^^^^^^^^^^^^^^^^^^^^^^^ the API server speaks v1 and v1beta1 of the review; add v1
  timeoutSeconds: 31
                  ^^ '31' is out of range; use 1 to 30
  clientConfig: {}
  ^^^^^^^^^^^^ a webhook has a url or a service; name exactly one
  rules:
  - {operations: [create], apiGroups: [""], apiVersions: [v1], resources: [pods]}
                  ^^^^^^ 'create' is not known here; use one of CREATE, UPDATE, DELETE, CONNECT, *
  - {operations: ["*", CREATE], apiGroups: [], apiVersions: [v1], resources: [pods]}
     ^^^^^^^^^^ '*' stands for all operations; remove the others
                                ^^^^^^^^^ the rule holds for nothing; add an entry
- name: a.guard.example
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {url: "http://guard.example.org"}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ 'http://guard.example.org' is not reached over HTTPS; write an address with https://
  objectSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}
                                                                 ^^^^^^ Exists takes no values; remove them
- name: a.guard.example
        ^^^^^^^^^^^^^^^ another webhook is named 'a.guard.example' as well; the API server refuses that
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {url: "https://guard.example.org/?a=b"}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the address of a webhook has neither a query nor a fragment nor a user; remove it
)",
     .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: a.guard.example
  sideEffects: NoneOnDryRun
  admissionReviewVersions: [v2, v1]
  timeoutSeconds: 30
  clientConfig: {service: {name: guard, namespace: guard, port: 8443}}
  rules:
  - {operations: ["*"], apiGroups: [""], apiVersions: [v1], resources: [pods]}
- name: b.guard.example
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {url: "https://guard.example.org/check"}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "admission-binding-invalid",
     .title = "Binding of an admission policy is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why =
         "A binding says what happens to what the policy refuses: Deny or Warn, and Audit. The API server refuses other words, and the policy has no effect.",
     .aliases = {refused},
     .examples = binding_examples,
     .run = on_objects({"ValidatingAdmissionPolicyBinding"}, run_binding)},
    {.id = "admission-policy-invalid",
     .title = "Admission policy is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A policy has something to check, written in an expression that can be read. The API server refuses it otherwise, and everything stays allowed.",
     .aliases = {refused},
     .examples = policy_examples,
     .run = on_objects({"ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"}, run_policy)},
    {.id = "webhook-field-invalid",
     .title = "Webhook is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why =
         "A webhook has a name of three parts, one address over HTTPS, 1 to 30 seconds, and rules for known operations. The API server refuses anything else.",
     .aliases = {refused},
     .examples = webhook_examples,
     .run = on_objects({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}, run_webhooks)},
};

extern constinit const std::span<const Check> admission_fields = table;

}
