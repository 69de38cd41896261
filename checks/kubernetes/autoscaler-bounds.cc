#include "analyzer/engine/kubernetes_check.h"

// The bounds of a HorizontalPodAutoscaler.

namespace plimsoll::checks::autoscaler_bounds {

using kubernetes::Object;
using yaml::Node;

static void run_low(const Object& scaler, Reporter& report) {
    if (scaler.is_fragment() || !scaler.spec().is_mapping()) return;
    const Node least = scaler.spec()["minReplicas"];
    if (least.is_set() && !least.integer()) return;
    const std::int64_t count = least.integer().value_or(1);
    if (count >= report.number("min_replicas")) return;
    const std::string wanted = std::to_string(report.number("min_replicas"));
    if (least.is_set())
        report.at(least, "it scales down to " + std::to_string(count) + "; keep at least " + wanted);
    else
        report.missing(scaler, "spec.minReplicas", "it scales down to 1, the default; set minReplicas to at least " + wanted);
}

static void run_max(const Object& scaler, Reporter& report) {
    if (scaler.is_fragment() || !scaler.spec().is_mapping()) return;
    const Node most = scaler.spec()["maxReplicas"], least = scaler.spec()["minReplicas"];
    if (!most.is_set()) {
        report.missing(scaler, "spec.maxReplicas", "maxReplicas is missing; the API server refuses that").severity(Severity::high);
        return;
    }
    if (!most.integer() || (least.is_set() && !least.integer())) return;
    const std::int64_t high = *most.integer(), low = least.integer().value_or(1);
    if (high < 1 || high < low)
        report.at(most, "the maximum " + std::to_string(high) + " is below the minimum " + std::to_string(low) + "; the API server refuses that")
            .severity(Severity::high);
    else if (high == low)
        report.at(most, "the maximum equals the minimum, so nothing is ever scaled; raise it, or remove the autoscaler");
}

static constexpr Option low_options[] = {
    {.name = "min_replicas", .type = Option::Type::number, .value = "2", .what = "Least value of minReplicas."},
};

static constexpr Example low_examples[] = {{.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 1
               ^ it scales down to 1; keep at least 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
^^^^ it scales down to 1, the default; set minReplicas to at least 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
)",
                                            .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                            .path = "app.yaml"}};

static constexpr Example max_examples[] = {{.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 3
  maxReplicas: 2
               ^ the maximum 2 is below the minimum 3; the API server refuses that
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
^^^^ maxReplicas is missing; the API server refuses that
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: old}
spec:
  maxReplicas: 1
               ^ the maximum equals the minimum, so nothing is ever scaled; raise it, or remove the autoscaler
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: old}
)",
                                            .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                            .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "hpa-max-replicas-invalid",
     .title = "HPA maximum is missing or not above the minimum.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The maximum is required and may not be below the minimum, which is 1 unless it is set. When both are equal the autoscaler holds the number fixed.",
     .aliases = {"polaris:hpaMaxAvailability", "datree:HPA_MISSING_MAXREPLICAS_KEY", "gatekeeper:horizontalpodautoscaler"},
     .examples = max_examples,
     .run = on_objects({"HorizontalPodAutoscaler"}, run_max)},
    {.id = "hpa-min-replicas-low",
     .title = "HPA minimum is too small.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "In quiet hours the autoscaler goes down to the minimum, and a single replica is an outage with every node drain.",
     .aliases = {"kube-linter:hpa-minimum-three-replicas", "kube-score:horizontalpodautoscaler-replicas", "polaris:hpaMinAvailability",
                 "datree:HPA_MISSING_MINREPLICAS_KEY", "gatekeeper:horizontalpodautoscaler", "mondoo:hpa-min-replicas"},
     .options = low_options,
     .examples = low_examples,
     .run = on_objects({"HorizontalPodAutoscaler"}, run_low)},
};

extern constinit const std::span<const Check> autoscaler_bounds = table;

}
