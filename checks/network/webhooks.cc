#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/rbac.h"

// Admission webhooks: what they intercept and what happens when they do not answer.

namespace plimsoll::checks::webhooks {

static bool has_star(yaml::Node list) {
    const auto items = list.items();
    return std::any_of(items.begin(), items.end(), [](yaml::Node item) { return item.text_or_empty() == "*" || item.text_or_empty() == "*/*"; });
}

// Without these objects the cluster does not heal itself: the webhook's own pod among them.
static bool intercepts_vital(yaml::Node webhook) {
    for (yaml::Node rule : webhook["rules"].items()) {
        if (!has_star(rule["operations"]) && !kubernetes::listed(rule["operations"], "CREATE") && !kubernetes::listed(rule["operations"], "UPDATE")) continue;
        for (const auto& [group, resource] : {std::pair<std::string_view, std::string_view>{"", "pods"},
                                              {"", "nodes"},
                                              {"coordination.k8s.io", "leases"},
                                              {"", "endpoints"},
                                              {"", "serviceaccounts"}})
            if (kubernetes::listed(rule["apiGroups"], group) && (kubernetes::listed(rule["resources"], resource) || has_star(rule["resources"]))) return true;
    }
    return false;
}

static bool is_limited(yaml::Node webhook) {
    return !webhook["namespaceSelector"].empty() || !webhook["objectSelector"].empty() || !webhook["matchConditions"].items().empty() ||
           webhook["namespaceSelector"].is_placeholder() || webhook["objectSelector"].is_placeholder();
}

// The name says that it guards something.
static bool guards(std::string_view name) {
    for (std::string_view word : {"policy", "gatekeeper", "kyverno", "security", "opa", "guard", "verify"})
        if (name.find(word) != std::string_view::npos) return true;
    return false;
}

static void run_failure(const kubernetes::Object& object, Reporter& report) {
    for (yaml::Node webhook : object["webhooks"].items()) {
        const yaml::Node policy = webhook["failurePolicy"], timeout = webhook["timeoutSeconds"];
        // v1beta1 ignored failures by default.
        const std::string_view mode = policy.is_set() ? policy.text_or_empty() : object.version() == "v1" ? "Fail" : "Ignore";
        const bool vital = intercepts_vital(webhook);
        if (mode == "Fail" && vital && !is_limited(webhook))
            report.at(policy ? policy.span() : webhook.head(),
                      "while this webhook is down nothing can be created, itself included; exclude kube-system and its own namespace by "
                      "namespaceSelector");
        else if (mode == "Ignore" && vital && object.is("ValidatingWebhookConfiguration") && guards(webhook["name"].text_or_empty()))
            report.at(policy ? policy.span() : webhook.head(), "Ignore lets everything through while this guard is down; use Fail with a namespaceSelector");
        if (const auto seconds = timeout.integer(); seconds && *seconds > 10 && *seconds <= 30)
            report.at(timeout, "every write it matches waits up to " + quote(timeout.scalar()) + " seconds for this webhook; use 10 or less");
    }
}

static void run_match_all(const kubernetes::Object& object, Reporter& report) {
    for (yaml::Node webhook : object["webhooks"].items())
        for (yaml::Node rule : webhook["rules"].items())
            if (has_star(rule["apiGroups"]) && has_star(rule["apiVersions"]) && has_star(rule["resources"])) {
                report.at(rule["resources"], "this webhook is asked for every object of the cluster, leases and events included; list what it judges");
                break;
            }
}

static constexpr Example failure_examples[] = {{.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: check
webhooks:
- name: check.example.com
  failurePolicy: Fail
                 ^^^^ while this webhook is down nothing can be created, itself included; exclude kube-system and its own namespace by namespaceSelector
  timeoutSeconds: 30
                  ^^ every write it matches waits up to '30' seconds for this webhook; use 10 or less
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
)",
                                                .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: check
webhooks:
- name: check.example.com
  failurePolicy: Fail
  timeoutSeconds: 5
  namespaceSelector:
    matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: [kube-system, check]
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
- name: boats.example.com
  failurePolicy: Fail
  rules:
  - apiGroups: [example.com]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [boats]
)",
                                                .path = "app.yaml"},
                                               {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policies}
webhooks:
- name: pod-policy.example.com
  failurePolicy: Ignore
                 ^^^^^^ Ignore lets everything through while this guard is down; use Fail with a namespaceSelector
  rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: [pods]}]
)",
                                                .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: inject}
webhooks:
- name: inject.example.com
  failurePolicy: Ignore
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
)",
                                                .path = "app.yaml"}};

static constexpr Example match_examples[] = {{.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: check
webhooks:
- name: check.example.com
  rules:
  - apiGroups: ["*"]
    apiVersions: ["*"]
    operations: [CREATE, UPDATE]
    resources: ["*"]
               ^^^^^ this webhook is asked for every object of the cluster, leases and events included; list what it judges
)",
                                              .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: check
webhooks:
- name: check.example.com
  rules:
  - apiGroups: [apps]
    apiVersions: [v1]
    operations: [CREATE, UPDATE]
    resources: [deployments]
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "webhook-failure-policy",
        .title = "Admission webhook failure policy is risky.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A webhook that must answer for pods everywhere also answers for its own: after an outage nothing starts again until somebody deletes the "
               "configuration by hand. One that may be ignored guards nothing while it is down, and a slow one slows every write.",
        .aliases = {"kubescape:C-0036", "kubescape:C-0039"},
        .examples = failure_examples,
        .run = on_objects({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}, run_failure),
    },
    {
        .id = "webhook-match-all",
        .title = "Webhook intercepts every resource.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The API server calls a webhook for each object its rules match. Matching everything puts it into the path of leases, events and whatever "
               "the control plane writes every second.",
        .examples = match_examples,
        .run = on_objects({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}, run_match_all),
    },
};

extern constinit const std::span<const Check> webhooks = table;

}
