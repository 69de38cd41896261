#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::priority_preempts_critical {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

constexpr std::int64_t highest = 1'000'000'000;

void run(const Cluster& cluster, Reporter& report) {
    const Object* first_default = nullptr;
    for (const Object* priority : cluster.of_kind("PriorityClass")) {
        if (priority->name().starts_with("system-")) continue;
        const yaml::Node value = (*priority)["value"], is_default = (*priority)["globalDefault"];
        if (value.integer().value_or(0) > highest)
            report.at(*priority, value, "values above " + std::to_string(highest) + " are for the cluster's own classes; the API server refuses this one");
        if (!is_default.is_true()) continue;
        if (first_default && &first_default->manifest() == &priority->manifest() && first_default->name() != priority->name())
            report.at(*priority, is_default, "PriorityClass " + quote(first_default->name()) + " is the default already; which one holds is not defined")
                .related(*first_default, first_default->head(), "the first default");
        else
            first_default = priority;
        if (value.integer().value_or(0) > 0 && (*priority)["preemptionPolicy"].text().value_or("PreemptLowerPriority") != "Never")
            report.at(*priority, is_default, "every pod without a class may drive out pods of lower classes; set preemptionPolicy: Never");
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 1500000000
       ^^^^^^^^^^ values above 1000000000 are for the cluster's own classes; the API server refuses this one
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: usual}
value: 1000
globalDefault: true
               ^^^^ every pod without a class may drive out pods of lower classes; set preemptionPolicy: Never
)",
                                 .good = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 1000000000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: usual}
value: 1000
globalDefault: true
preemptionPolicy: Never
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check priority_preempts_critical = {
    .id = "priority-preempts-critical",
    .title = "A PriorityClass ranks above the rest, or holds for all.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Pods of a high class drive out others when nodes are full. A class that holds for every pod, or two that claim to, makes it a matter of chance who "
           "stays.",
    .examples = examples,
    .run = on_cluster(run),
};

}
