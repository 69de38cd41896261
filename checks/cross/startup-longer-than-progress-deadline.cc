#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::startup_longer_than_progress_deadline {

namespace {

// What the longest start that the probes allow takes; `place` says it.
struct Allowance {
    std::int64_t seconds = 0;
    yaml::Node place;
};

Allowance allowance_of(const kubernetes::Container& container) {
    if (const yaml::Node probe = container["startupProbe"]; probe.is_mapping()) {
        const std::int64_t tries = probe["failureThreshold"].integer().value_or(3), period = probe["periodSeconds"].integer().value_or(10);
        if (tries < 0 || period < 0 || tries > 1'000'000 || period > 1'000'000) return {};
        return {probe["initialDelaySeconds"].integer().value_or(0) + tries * period,
                probe["failureThreshold"].is_set() ? probe["failureThreshold"] : probe.key()};
    }
    // A readiness probe has no end: only its delay is certain.
    const yaml::Node delay = container["readinessProbe"]["initialDelaySeconds"];
    return {delay.integer().value_or(0), delay};
}

void run(const kubernetes::Object& deployment, Reporter& report) {
    const std::int64_t deadline = deployment.at("spec.progressDeadlineSeconds").integer().value_or(600);
    const std::int64_t settle = deployment.at("spec.minReadySeconds").integer().value_or(0);
    for (const kubernetes::Pod& pod : deployment.pods())
        for (const kubernetes::Container& container : pod.containers) {
            if (!container.long_running()) continue;
            const Allowance allowance = allowance_of(container);
            if (!allowance.place || allowance.seconds + settle <= deadline) continue;
            report
                .at(allowance.place, "a start may take " + std::to_string(allowance.seconds + settle) + " s, but the rollout counts as failed after " +
                                         std::to_string(deadline) + " s; raise progressDeadlineSeconds")
                .container(container);
        }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        startupProbe:
          failureThreshold: 120
                            ^^^ a start may take 1200 s, but the rollout counts as failed after 600 s; raise progressDeadlineSeconds
          tcpSocket: {port: 80}
)",
                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  progressDeadlineSeconds: 1500
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        startupProbe:
          failureThreshold: 120
          tcpSocket: {port: 80}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check startup_longer_than_progress_deadline = {
    .id = "startup-longer-than-progress-deadline",
    .title = "A start may take longer than the rollout waits.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A rollout that makes no progress for progressDeadlineSeconds (600 by default) is marked as failed, and tools that wait for it give up, "
           "although the new pods are within what their own probes allow.",
    .examples = examples,
    .run = on_objects({"Deployment"}, run),
};

}
