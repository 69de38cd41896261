#include "checks/kubernetes/refusal.h"

// What the API server wants of the objects that share out its own time.

namespace plimsoll::checks::flow_control_invalid {

using kubernetes::Object;
using yaml::Node;

static void judge_subject(Node subject, Refusals& refusals) {
    refusals.one_of(subject["kind"], {"User", "Group", "ServiceAccount"});
    struct Row {
        std::string_view kind, field;
    };
    constexpr Row rows[] = {{"User", "user"}, {"Group", "group"}, {"ServiceAccount", "serviceAccount"}};
    for (const Row& row : rows) {
        const Node field = subject[row.field];
        const bool mine = subject["kind"].text() == row.kind;
        if (mine && !field.is_set() && refusals.whole())
            refusals.absent(subject, row.field, "a subject of kind " + std::string(row.kind) + " needs this field; add " + std::string(row.field));
        else if (!mine && field.is_set() && subject["kind"].text())
            refusals.clash(field, "the subject is of another kind; remove " + std::string(row.field));
    }
}

static void run_schema(const Object& schema, Refusals& refusals) {
    constexpr std::int64_t lowest = 10000;
    const Node spec = schema.spec();
    refusals.range(spec["matchingPrecedence"], 1, lowest);
    refusals.one_of(spec["distinguisherMethod"]["type"], {"ByUser", "ByNamespace"});
    for (Node rule : spec["rules"].items()) {
        for (Node subject : rule["subjects"].items()) judge_subject(subject, refusals);
        if (rule.is_mapping() && rule["resourceRules"].empty() && rule["nonResourceRules"].empty() && refusals.whole())
            refusals.clash(rule, "the rule holds for no request; add resourceRules or nonResourceRules");
    }
}

static void run_level(const Object& level, Refusals& refusals) {
    const Node spec = level.spec(), type = spec["type"], limited = spec["limited"], exempt = spec["exempt"];
    if (type.is_placeholder() || !spec.is_mapping()) return;
    refusals.one_of(type, {"Limited", "Exempt"});
    // The API server names the field of the other type.
    if (limited.is_set() && type.text() && *type.text() != "Limited") refusals.clash(limited, "only the type Limited has limits; remove this");
    if (exempt.is_set() && type.text() == "Limited") refusals.clash(exempt, "only the type Exempt has these; remove this");
    if (type.text() == "Limited" && !limited.is_set() && refusals.whole()) refusals.absent(spec, "limited", "the type Limited needs its limits; add limited");
    refusals.one_of(limited["limitResponse"]["type"], {"Queue", "Reject"});
    refusals.at_least(limited["nominalConcurrencyShares"], 0);
    if (limited["limitResponse"]["type"].text() == "Reject" && limited["limitResponse"]["queuing"].is_set())
        refusals.clash(limited["limitResponse"]["queuing"], "what is rejected is not queued; remove this");
}

static void run(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    if (object.is("FlowSchema"))
        run_schema(object, refusals);
    else
        run_level(object, refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: shop}
spec:
  matchingPrecedence: 0
                      ^ '0' is out of range; use 1 to 10000
  priorityLevelConfiguration: {name: shop}
  distinguisherMethod: {type: ByColour}
                              ^^^^^^^^ 'ByColour' is not known here; use one of ByUser, ByNamespace
  rules:
  - subjects: [{kind: Group, user: {name: a}}]
    ^^^^^^^^ the rule holds for no request; add resourceRules or nonResourceRules
                ^^^^ a subject of kind Group needs this field; add group
                             ^^^^ the subject is of another kind; remove user
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: shop}
spec:
  type: Exempt
  limited: {limitResponse: {type: Reject}}
  ^^^^^^^ only the type Limited has limits; remove this
)",
     .good = R"(
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: shop}
spec:
  matchingPrecedence: 1000
  priorityLevelConfiguration: {name: shop}
  distinguisherMethod: {type: ByUser}
  rules:
  - subjects: [{kind: Group, group: {name: a}}]
    nonResourceRules: [{verbs: [get], nonResourceURLs: [/healthz]}]
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: shop}
spec:
  type: Limited
  limited: {nominalConcurrencyShares: 5, limitResponse: {type: Reject}}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check flow_control_invalid = {
    .id = "flow-control-invalid",
    .title = "Flow schema or priority level is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Precedences are 1 to 10000, and each type has its own fields. The API server refuses the object, and the requests stay where they were.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"FlowSchema", "PriorityLevelConfiguration"}, run),
};

}
