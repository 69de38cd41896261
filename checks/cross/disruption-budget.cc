#include <algorithm>
#include <map>
#include <unordered_set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/scalers.h"

// PodDisruptionBudgets against the pods they select.

namespace plimsoll::checks::disruption_budget {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::Scalers;
using kubernetes::Selection;
using kubernetes::Selector;

Selector selector_of(const Object& budget) { return Selector::labels(budget.at("spec.selector")); }

// An empty selector selects everything only since policy/v1.
bool selects_all(const Object& budget) { return selector_of(budget).empty() && budget.version() == "v1"; }

void selects_nothing(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const kubernetes::PodsToCome to_come(cluster);
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget")) {
        const Selector selector = selector_of(*budget);
        if (selector.absent() || selects_all(*budget) || !selector.valid() || !cluster.selected(*budget, selector).empty() ||
            to_come.may_match(*budget, selector))
            continue;
        report.at(*budget, selector.node(), "the selector matches no pod template in this namespace, so nothing is protected");
    }
}

// The pods of a budget; those further away belong to other applications.
std::span<const Pod* const> pods_of(const Cluster& cluster, const Object& budget) { return cluster.selected(budget, selector_of(budget)).nearest(budget); }

// Calls `each` for every budget with minAvailable and every workload it selects.
template <typename Each>
void each_pair(const Cluster& cluster, Each each) {
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget")) {
        const yaml::Node wanted = budget->at("spec.minAvailable");
        const Selector selector = selector_of(*budget);
        if (!wanted.is_set() || selector.absent()) continue;
        for (const Pod* pod : pods_of(cluster, *budget)) each(*budget, wanted, *pod->object);
    }
}

void blocks(const Cluster& cluster, Reporter& report) {
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget"))
        if (const yaml::Node wanted = budget->at("spec.minAvailable"); wanted.text_or_empty() == "100%")
            report.at(*budget, wanted, "minAvailable 100% never lets a node be drained; leave room for one pod");
    const Scalers scalers(cluster);
    each_pair(cluster, [&](const Object& budget, yaml::Node wanted, const Object& workload) {
        if (wanted.text_or_empty() == "100%" || !scalers.horizontal(workload).empty()) return;
        const auto replicas = kubernetes::replicas_of(workload);
        if (!replicas || *replicas <= 0) return;
        const auto needed = kubernetes::count_or_percent(wanted, *replicas, true);
        if (!needed || *needed < *replicas) return;
        report
            .at(budget, wanted,
                "minAvailable " + std::string(wanted.scalar()) + " of " + std::to_string(*replicas) + (*replicas == 1 ? " replica" : " replicas") +
                    " never lets a node be drained; leave room for one pod")
            .related(workload, workload.head(), std::string(workload.kind()) + " " + quote(workload.name()));
    });
}

void exceeds_scaler(const Cluster& cluster, Reporter& report) {
    const Scalers scalers(cluster);
    each_pair(cluster, [&](const Object& budget, yaml::Node wanted, const Object& workload) {
        const auto scaling = scalers.horizontal(workload);
        if (scaling.empty()) return;
        const Object* scaler = scaling.front();
        const yaml::Node minimum = Scalers::minimum(*scaler);
        const std::int64_t least = minimum.integer().value_or(1);
        if (wanted.text_or_empty() == "100%") return;
        const auto needed = kubernetes::count_or_percent(wanted, least, true);
        if (!needed || *needed < least) return;
        report
            .at(budget, wanted,
                "minAvailable " + std::string(wanted.scalar()) + " is as much as the autoscaler's minimum of " + std::to_string(least) +
                    ", so at low load no node can be drained")
            .related(*scaler, minimum ? minimum.span() : scaler->head(), "the autoscaler");
    });
}

void overlap(const Cluster& cluster, Reporter& report) {
    std::map<const Pod*, const Object*> first;
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget")) {
        const Selector selector = selector_of(*budget);
        if (selector.absent()) continue;
        for (const Pod* pod : pods_of(cluster, *budget)) {
            const auto [entry, is_new] = first.try_emplace(pod, budget);
            const bool variant = &entry->second->manifest() != &budget->manifest() && entry->second->name() == budget->name();
            if (is_new || variant) continue;
            report
                .at(*budget, selector.node(),
                    "the pods of " + std::string(pod->object->kind()) + " " + quote(pod->object->name()) +
                        " have another budget already, and eviction then always fails")
                .related(*entry->second, entry->second->head(), "the other budget");
            break;
        }
    }
}

// kube-score and KICS have one rule for each kind.
void without_other_kind(const Object& workload, Draft draft) {
    if (workload.is("Deployment"))
        draft.only({"kube-score:deployment-has-poddisruptionbudget", "polaris:missingPodDisruptionBudget", "kics:b23e9b98-0cb6-4fc9-b257-1f3270442678",
                    "popeye:206", "rhcop:OCP_REQ_INV-00001", "kyverno:require-pdb"});
    else
        draft.only({"kube-score:statefulset-has-poddisruptionbudget", "kics:1db3a5a5-bf75-44e5-9e44-c56cfc8b1ac5", "popeye:206", "rhcop:OCP_REQ_INV-00001",
                    "kyverno:require-pdb"});
}

void missing(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    std::unordered_set<const Object*> covered;
    std::unordered_set<const Selection*> seen;
    for (const Object* budget : cluster.of_kind("PodDisruptionBudget"))
        if (const Selection& pods = cluster.selected(*budget, selector_of(*budget)); seen.insert(&pods).second)
            for (const Pod* pod : pods) covered.insert(pod->object);
    const Scalers scalers(cluster);
    const std::int64_t least = report.number("min-replicas");
    for (const Object* workload : cluster.workloads()) {
        if (!workload->is("Deployment") && !workload->is("StatefulSet")) continue;
        const yaml::Node replicas = workload->at("spec.replicas");
        const bool many = replicas.is_set() ? replicas.integer().value_or(0) >= least : !scalers.horizontal(*workload).empty();
        if (many && !workload->is_fragment() && !covered.contains(workload))
            without_other_kind(*workload, report.at(*workload, "no PodDisruptionBudget covers these pods, so a drain may stop all of them at once"));
    }
}

constexpr Example selects_nothing_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: wbe}}
            ^^^^^^^^^^^^^^^^^^^^^^^^^ the selector matches no pod template in this namespace, so nothing is protected
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                                 .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                                 .path = "app.yaml"}};

constexpr Example blocks_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 51%
                ^^^ minAvailable 51% of 2 replicas never lets a node be drained; leave room for one pod
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
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
  minAvailable: 51%
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                        .path = "app.yaml"}};

constexpr Example exceeds_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 3
                ^ minAvailable 3 is as much as the autoscaler's minimum of 2, so at low load no node can be drained
  selector: {matchLabels: {app: web}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
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
  minAvailable: 1
  selector: {matchLabels: {app: web}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .path = "app.yaml"}};

constexpr Example overlap_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all}
spec:
  maxUnavailable: 1
  selector: {}
            ^^ the pods of Pod 'web' have another budget already, and eviction then always fails
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .path = "app.yaml"}};

constexpr Example missing_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
                 ^^^ no PodDisruptionBudget covers these pods, so a drain may stop all of them at once
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
)",
                                         .path = "app.yaml"}};

constexpr Option missing_options[] = {{"min-replicas", Option::Type::number, "2", "workloads with fewer replicas need no budget"}};

constexpr Check table[] = {
    {
        .id = "pdb-exceeds-hpa-min",
        .title = "A disruption budget wants as many pods as the autoscaler may run.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "When the autoscaler is at its minimum the budget allows no eviction, and every node drain waits.",
        .aliases = {"kube-linter:pdb-min-available", "polaris:pdbMinAvailableGreaterThanHPAMinReplicas"},
        .examples = exceeds_examples,
        .run = on_cluster(exceeds_scaler),
    },
    {
        .id = "pdb-min-available-blocks",
        .title = "A disruption budget allows no disruption at all.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "With minAvailable as high as the number of replicas (percentages are rounded up) no pod may ever be evicted: drains and cluster upgrades hang.",
        .aliases = {"kube-linter:pdb-min-available", "polaris:pdbDisruptionsIsZero", "kyverno:pdb-minavailable", "kyverno:deployment-replicas-higher-than-pdb",
                    "kyverno:require-reasonable-pdbs", "kyverno:require-replicas-allow-disruption", "gatekeeper:poddisruptionbudget", "popeye:901"},
        .examples = blocks_examples,
        .run = on_cluster(blocks),
    },
    {
        .id = "pdb-missing",
        .title = "Replicated pods have no disruption budget.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Without a budget a drain may evict all replicas of a workload at the same time.",
        .aliases = {"kube-score:deployment-has-poddisruptionbudget", "kube-score:statefulset-has-poddisruptionbudget", "polaris:missingPodDisruptionBudget",
                    "kics:b23e9b98-0cb6-4fc9-b257-1f3270442678", "kics:1db3a5a5-bf75-44e5-9e44-c56cfc8b1ac5", "popeye:206", "rhcop:OCP_REQ_INV-00001",
                    "kyverno:require-pdb"},
        .options = missing_options,
        .examples = missing_examples,
        .run = on_cluster(missing),
    },
    {
        .id = "pdb-overlap",
        .title = "Pods are selected by more than one disruption budget.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The eviction API refuses pods that have more than one budget, so their nodes cannot be drained.",
        .aliases = {"popeye:209"},
        .examples = overlap_examples,
        .run = on_cluster(overlap),
    },
    {
        .id = "pdb-selects-nothing",
        .title = "A disruption budget selects no pods.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A budget whose selector matches nothing protects nothing; often a label was renamed in one place only.",
        .aliases = {"popeye:900"},
        .examples = selects_nothing_examples,
        .run = on_cluster(selects_nothing),
    },
};

}

extern constinit const std::span<const Check> disruption_budget = table;

}
