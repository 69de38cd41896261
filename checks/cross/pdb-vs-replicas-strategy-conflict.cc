#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

namespace plimsoll::checks::pdb_vs_replicas_strategy_conflict {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

// Pods that an update may take away at once: 25 % by default, rounded down.
std::int64_t spare_of(const Object& workload, std::int64_t replicas) {
    const yaml::Node spare = workload.at("spec.strategy.rollingUpdate.maxUnavailable");
    return spare.is_set() ? kubernetes::count_or_percent(spare, replicas, false).value_or(0) : replicas / 4;
}

void judge(const Object& budget, const Object& workload, Reporter& report) {
    const auto replicas = kubernetes::replicas_of(workload);
    const yaml::Node least = budget.at("spec.minAvailable");
    if (!replicas || *replicas < 1 || !workload.is("Deployment")) return;
    if (workload.at("spec.strategy.type").text_or_empty() == "Recreate") {
        if (*replicas == 1)
            report.at(workload, workload.at("spec.strategy.type"), "Recreate stops the only replica, which the PodDisruptionBudget means to keep")
                .related(budget, budget.head(), "the budget");
        return;
    }
    const auto wanted = kubernetes::count_or_percent(least, *replicas, true);
    const std::int64_t left = *replicas - spare_of(workload, *replicas);
    if (!least.is_set() || !wanted || *wanted <= left || *wanted > *replicas) return;
    report
        .at(budget, least,
            "an update keeps " + std::to_string(left) + " of " + std::to_string(*replicas) + " replicas, fewer than the budget's " +
                std::string(least.scalar()))
        .related(workload, workload.head(), "the workload");
}

void run(const Cluster& cluster, Reporter& report) {
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget")) {
        const kubernetes::Selector selector = kubernetes::Selector::labels(budget->at("spec.selector"));
        if (selector.absent()) continue;
        for (const Pod* pod : cluster.selected(*budget, selector).nearest(*budget)) judge(*budget, *pod->object, report);
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 3
                ^ an update keeps 2 of 4 replicas, fewer than the budget's 3
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxUnavailable: 2}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                 .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxUnavailable: 1}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check pdb_vs_replicas_strategy_conflict = {
    .id = "pdb-vs-replicas-strategy-conflict",
    .title = "Budget, replicas and update strategy cannot all hold.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "A budget bounds evictions, the strategy bounds updates. When an update may take away more pods than the budget allows, the budget does not give "
           "what its author wanted.",
    .examples = examples,
    .run = on_cluster(run),
};

}
