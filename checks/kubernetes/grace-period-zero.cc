#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::grace_period_zero {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node grace = pod.spec["terminationGracePeriodSeconds"];
    const std::optional<std::int64_t> seconds = grace.integer();
    if (!seconds) return;
    if (*seconds == 0) {
        // A node agent is often killed on purpose, so that its successor starts at once.
        const bool agent = pod.object->is("DaemonSet");
        Draft draft = report.at(grace, "0 kills the processes at once, without time to stop; give them some seconds");
        if (agent) draft.severity(Severity::info);
        if (pod.object->is("StatefulSet")) draft.severity(Severity::high);
    } else if (*seconds > report.number("max_seconds")) {
        report.at(grace, "a pod that does not end by itself holds up node drains for " + std::to_string(*seconds) + " s; lower it");
    }
}

static constexpr Option options[] = {
    {.name = "max_seconds", .type = Option::Type::number, .value = "7200", .what = "Longer grace periods are reported."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 0
                                     ^ 0 kills the processes at once, without time to stop; give them some seconds
      containers: [{name: db, image: "example.org/db:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: batch}
spec:
  terminationGracePeriodSeconds: 86400
                                 ^^^^^ a pod that does not end by itself holds up node drains for 86400 s; lower it
  containers: [{name: batch, image: "example.org/batch:1.0"}]
)",
                                        .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 120
      containers: [{name: db, image: "example.org/db:1.0"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check grace_period_zero = {
    .id = "grace-period-zero",
    .title = "terminationGracePeriodSeconds is 0 or very large.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Zero deletes the pod from the API before its processes have ended: nothing is flushed, and a StatefulSet may start the successor while the old pod "
           "still writes. A period of many hours lets one hanging pod hold up the drain of its node.",
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
