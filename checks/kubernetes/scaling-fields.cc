#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of autoscalers and of disruption budgets.

namespace plimsoll::checks::scaling_fields {

using kubernetes::Object;
using yaml::Node;

// ---- metrics ----------------------------------------------------------------------------------------------------------

namespace {

struct Metric {
    std::string_view type, field;
};
// In the order in which the API server looks at them.
constexpr Metric metrics[] = {
    {"Object", "object"}, {"External", "external"}, {"Pods", "pods"}, {"Resource", "resource"}, {"ContainerResource", "containerResource"}};

}

static void judge_positive(Node amount, Refusals& refusals) {
    if (const auto value = kubernetes::quantity_milli(amount); value && *value <= 0)
        refusals.wrong(amount, quote(amount.scalar()) + " is no target; use more than zero");
}

static void judge_target(Node source, std::string_view kind, Refusals& refusals) {
    const Node target = source["target"], utilization = target["averageUtilization"], average = target["averageValue"], value = target["value"];
    if (!target.is_mapping()) return;
    if (const Node type = target["type"]; type.text() && !type.text()->empty()) refusals.one_of(type, {"Utilization", "Value", "AverageValue"});
    judge_positive(value, refusals);
    judge_positive(average, refusals);
    refusals.at_least(utilization, 1);
    if (kind == "resource" || kind == "containerResource") {
        if (!utilization.is_set() && !average.is_set() && refusals.whole())
            refusals.absent(target, "averageUtilization", "the target names no amount; add averageUtilization or averageValue");
        else if (utilization.is_set() && average.is_set())
            refusals.clash(average, "averageValue and averageUtilization exclude each other; keep one");
    } else if (kind == "pods") {
        if (!average.is_set() && refusals.whole()) refusals.absent(target, "averageValue", "a metric of pods needs an average; add averageValue");
    } else {
        if (!value.is_set() && !average.is_set() && refusals.whole())
            refusals.absent(target, "averageValue", "the target names no amount; add value or averageValue");
        if (kind == "external" && value.is_set() && average.is_set()) refusals.clash(value, "value and averageValue exclude each other; keep one");
    }
}

static void judge_metric(Node metric, Refusals& refusals) {
    const Node type = metric["type"];
    if (!metric.is_mapping() || type.is_placeholder()) return;
    refusals.one_of(type, {"Object", "External", "Pods", "Resource", "ContainerResource"});
    const auto found = std::find_if(std::begin(metrics), std::end(metrics), [&](const Metric& row) { return type.text() == row.type; });
    if (found == std::end(metrics)) return;
    if (!metric[found->field].is_set() && refusals.whole())
        refusals.absent(metric, found->field, "a metric of type " + std::string(found->type) + " needs this field; add " + std::string(found->field));
    for (const Metric& row : metrics) {
        if (!metric[row.field].is_set()) continue;
        if (&row != &*found && metric[found->field].is_set())
            refusals.clash(metric[row.field], "the metric is of type " + std::string(found->type) + "; remove " + std::string(row.field));
        else
            judge_target(metric[row.field], row.field, refusals);
    }
}

static void judge_rules(Node rules, Refusals& refusals) {
    constexpr std::int64_t longest_window = 3600, longest_period = 1800;
    if (!rules.is_mapping()) return;
    refusals.range(rules["stabilizationWindowSeconds"], 0, longest_window);
    refusals.one_of(rules["selectPolicy"], {"Max", "Min", "Disabled"}, false);
    refusals.not_negative(rules["tolerance"]);
    for (Node policy : rules["policies"].items()) {
        refusals.one_of(policy["type"], {"Pods", "Percent"});
        refusals.at_least(policy["value"], 1);
        refusals.range(policy["periodSeconds"], 1, longest_period);
    }
}

static void run_scaler(const Object& scaler, Reporter& report) {
    Refusals refusals(scaler, report);
    const Node spec = scaler.spec(), least = spec["minReplicas"], most = spec["maxReplicas"];
    refusals.at_least(least, 0);
    if (least.integer() == 0 && refusals.whole()) {
        bool outside = false;
        for (Node metric : spec["metrics"].items()) outside = outside || metric["type"].text() == "Object" || metric["type"].text() == "External";
        if (!outside) refusals.wrong(least, "without pods there is nothing to measure; use 1, or a metric of type Object or External");
    }
    // hpa-max-replicas-invalid says this in the other profiles.
    if (refusals.as_server()) {
        refusals.at_least(most, 1);
        if (most.integer().value_or(0) > 0 && least.integer() && *most.integer() < *least.integer())
            refusals.wrong(most, "the maximum is below the minimum; raise it");
    }
    if (scaler.version() == "v1")
        refusals.at_least(spec["targetCPUUtilizationPercentage"], 1);
    else if (scaler.version() == "v2")
        for (Node metric : spec["metrics"].items()) judge_metric(metric, refusals);
    for (std::string_view direction : {"scaleUp", "scaleDown"}) judge_rules(spec["behavior"][direction], refusals);
}

// ---- disruption budgets -----------------------------------------------------------------------------------------------

static void judge_share(Node node, Refusals& refusals) {
    if (node.integer()) return refusals.at_least(node, 0);
    const auto text = node.text();
    if (!text) return;
    if (!kubernetes::is_percent(*text))
        refusals.wrong(node, quote(*text) + " is no percentage; write a number, or a percentage such as 25%");
    else if (text->size() > 9 || kubernetes::percent_of(*text, 100, false).value_or(0) > 100)
        refusals.wrong(node, quote(*text) + " is more than all; use at most 100%");
}

static void run_budget(const Object& budget, Reporter& report) {
    Refusals refusals(budget, report);
    const Node spec = budget.spec(), least = spec["minAvailable"], most = spec["maxUnavailable"];
    // pdb-no-policy says this in the other profiles. The API server names the spec.
    if (least.is_set() && most.is_set() && refusals.as_server())
        refusals.clash(most, "minAvailable and maxUnavailable exclude each other; keep one").field(server_path(refusals, spec, ""));
    judge_share(least, refusals);
    judge_share(most, refusals);
}

static constexpr Example scaler_examples[] = {
    {.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 0
               ^ without pods there is nothing to measure; use 1, or a metric of type Object or External
  maxReplicas: 3
  metrics:
  - {type: Queue}
           ^^^^^ 'Queue' is not known here; use one of Object, External, Pods, Resource, ContainerResource
  - {type: Pods, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
     ^^^^ a metric of type Pods needs this field; add pods
  - {type: Resource, resource: {name: cpu, target: {type: Percent, averageUtilization: 0}}}
                                                          ^^^^^^^ 'Percent' is not known here; use one of Utilization, Value, AverageValue
                                                                                       ^ '0' is out of range; use 1 or more
  - {type: Resource, resource: {name: cpu, target: {type: Utilization}}}
                                           ^^^^^^ the target names no amount; add averageUtilization or averageValue
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80, averageValue: 1}}}
                                                                                               ^^^^^^^^^^^^ averageValue and averageUtilization exclude each other; keep one
  - {type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 0}}}
                                                                                      ^ '0' is no target; use more than zero
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 3601
                                  ^^^^ '3601' is out of range; use 0 to 3600
      selectPolicy: Most
                    ^^^^ 'Most' is not known here; use one of Max, Min, Disabled
      policies: [{type: Half, value: 0, periodSeconds: 1801}]
                        ^^^^ 'Half' is not known here; use one of Pods, Percent
                                     ^ '0' is out of range; use 1 or more
                                                       ^^^^ '1801' is out of range; use 1 to 1800
)",
     .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 0
  maxReplicas: 3
  metrics:
  - {type: External, external: {metric: {name: a}, target: {type: Value, value: 10}}}
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
  - {type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: "${TARGET}"}}}
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 3600
      selectPolicy: Disabled
      policies: [{type: Percent, value: 10, periodSeconds: 60}]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 5
  maxReplicas: 3
               ^ the maximum is below the minimum; raise it
)",
     .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 3
  maxReplicas: 3
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example budget_examples[] = {
    {.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
spec: {minAvailable: 101%, selector: {matchLabels: {app: a}}}
                     ^^^^ '101%' is more than all; use at most 100%
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b}
spec: {minAvailable: "1", selector: {matchLabels: {app: b}}}
                     ^^^ '1' is no percentage; write a number, or a percentage such as 25%
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: c}
spec: {maxUnavailable: -1, selector: {matchLabels: {app: c}}}
                       ^^ '-1' is out of range; use 0 or more
)",
     .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
spec: {minAvailable: 100%, selector: {matchLabels: {app: a}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b}
spec: {minAvailable: "${COUNT}", selector: {matchLabels: {app: b}}}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
spec: {minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {app: a}}}
                        ^^^^^^^^^^^^^^ minAvailable and maxUnavailable exclude each other; keep one
)",
     .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
spec: {minAvailable: 1, selector: {matchLabels: {app: a}}}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "hpa-field-invalid",
     .title = "HorizontalPodAutoscaler is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why =
         "Each metric has the field of its type and one target above zero, and the rules of scaling have their bounds. The API server refuses the object, and "
         "nothing is scaled.",
     .aliases = {refused},
     .examples = scaler_examples,
     .run = on_objects({"HorizontalPodAutoscaler"}, run_scaler)},
    {.id = "pdb-field-invalid",
     .title = "PodDisruptionBudget is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "The bound of a budget is a number of pods that is not negative, or a percentage of at most 100. The API server refuses anything else.",
     .aliases = {refused},
     .examples = budget_examples,
     .run = on_objects({"PodDisruptionBudget"}, run_budget)},
};

extern constinit const std::span<const Check> scaling_fields = table;

}
