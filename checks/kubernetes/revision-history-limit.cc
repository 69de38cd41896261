#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::revision_history_limit {

static void run(const kubernetes::Object& workload, Reporter& report) {
    const yaml::Node limit = workload.spec()["revisionHistoryLimit"];
    const std::optional<std::int64_t> count = limit.integer();
    if (!count) return;
    if (*count == 0)
        report.at(limit, "no revision is kept, so there is no way back from a bad update; keep at least 1");
    else if (*count > report.number("max"))
        report.at(limit, std::to_string(*count) + " old revisions fill the API server for little use; keep at most " + std::to_string(report.number("max")));
}

static constexpr Option options[] = {
    {.name = "max", .type = Option::Type::number, .value = "20", .what = "Most revisions to keep."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  revisionHistoryLimit: 0
                        ^ no revision is kept, so there is no way back from a bad update; keep at least 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  revisionHistoryLimit: 100
                        ^^^ 100 old revisions fill the API server for little use; keep at most 20
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.org/agent:1.0"}]}
)",
                                        .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  revisionHistoryLimit: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check revision_history_limit = {
    .id = "revision-history-limit",
    .title = "revisionHistoryLimit is 0 or very large.",
    .category = Category::resources,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Old ReplicaSets and revisions are what a rollback goes back to. None means no rollback, very many are never used.",
    .options = options,
    .examples = examples,
    .run = on_objects({"Deployment", "DaemonSet", "StatefulSet"}, run),
};

}
