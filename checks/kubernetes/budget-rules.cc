#include "analyzer/engine/kubernetes_check.h"

// The settings of a PodDisruptionBudget.

namespace plimsoll::checks::budget_rules {

using kubernetes::Object;
using yaml::Node;

static void run_policy(const Object& budget, Reporter& report) {
    if (budget.is_fragment() || !budget.spec().is_mapping()) return;
    const Node least = budget.spec()["minAvailable"], most = budget.spec()["maxUnavailable"];
    if (least.is_set() && most.is_set())
        report.at(most.key(), "minAvailable and maxUnavailable exclude each other; the API server refuses both, so keep one")
            .severity(Severity::high)
            .related(least.key().span(), "the other one")
            .only({});
    else if (!least.is_set() && !most.is_set())
        report.missing(budget, "spec.minAvailable", "the budget protects nothing without minAvailable or maxUnavailable; set one");
}

static void run_zero(const Object& budget, Reporter& report) {
    const Node most = budget.spec()["maxUnavailable"];
    if (most.integer() == 0 || most.text_or_empty() == "0%")
        report.at(most, "no pod may ever be evicted, so node drains hang until somebody removes the budget; allow at least 1");
}

static void run_unhealthy(const Object& budget, Reporter& report) {
    // The field came after the beta version of the kind had gone.
    if (budget.is_fragment() || budget.version() != "v1" || !budget.spec().is_mapping() || budget.spec()["unhealthyPodEvictionPolicy"].is_set()) return;
    report.missing(budget, "spec.unhealthyPodEvictionPolicy", "pods that never get ready hold up node drains; set unhealthyPodEvictionPolicy to AlwaysAllow")
        .fix("Let unhealthy pods be evicted", Safety::unsafe,
             yaml::set_key(budget.manifest().source(), budget.node(), "spec.unhealthyPodEvictionPolicy", "AlwaysAllow"));
}

static constexpr Example policy_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
^^^^ the budget protects nothing without minAvailable or maxUnavailable; set one
  selector: {matchLabels: {app: web}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  minAvailable: 1
  maxUnavailable: 1
  ^^^^^^^^^^^^^^ minAvailable and maxUnavailable exclude each other; the API server refuses both, so keep one
  selector: {matchLabels: {app: api}}
)",
                                               .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
)",
                                               .path = "app.yaml"}};

static constexpr Example zero_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 0%
                  ^^ no pod may ever be evicted, so node drains hang until somebody removes the budget; allow at least 1
  selector: {matchLabels: {app: web}}
)",
                                             .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 10%
  selector: {matchLabels: {app: web}}
)",
                                             .path = "app.yaml"}};

static constexpr Example unhealthy_examples[] = {{.bad = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
^^^^ pods that never get ready hold up node drains; set unhealthyPodEvictionPolicy to AlwaysAllow
  maxUnavailable: 1
  selector:
    matchLabels: {app: web}
)",
                                                  .good = R"(
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {app: web}
  unhealthyPodEvictionPolicy: AlwaysAllow
)",
                                                  .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "pdb-max-unavailable-zero",
     .title = "PodDisruptionBudget forbids every disruption (maxUnavailable).",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why =
         "Node drains ask the budget for every pod and wait until it agrees. With zero it never does, and upgrades of the cluster stand still or are forced.",
     .aliases = {"kube-linter:pdb-max-unavailable", "polaris:pdbDisruptionsIsZero", "kyverno:pdb-maxunavailable", "kyverno:pdb-maxunavailable-with-deployments",
                 "gatekeeper:poddisruptionbudget"},
     .examples = zero_examples,
     .run = on_objects({"PodDisruptionBudget"}, run_zero)},
    {.id = "pdb-no-policy",
     .title = "PodDisruptionBudget sets neither bound.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "A budget says how many pods must stay or how many may go. Without either it is accepted and allows everything; with both it is refused.",
     .aliases = {"kube-score:poddisruptionbudget-has-policy"},
     .examples = policy_examples,
     .run = on_objects({"PodDisruptionBudget"}, run_policy)},
    {.id = "pdb-unhealthy-eviction-policy",
     .title = "PDB leaves the eviction policy for unhealthy pods unset.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::unsafe,
     .why = "By default a running pod that is not ready may be evicted only while the budget is met. A broken application never meets it, so its pods hold up "
            "the drain of "
            "their node although nobody is served by them.",
     .aliases = {"kube-linter:pdb-unhealthy-pod-eviction-policy"},
     .examples = unhealthy_examples,
     .run = on_objects({"PodDisruptionBudget"}, run_unhealthy)},
};

extern constinit const std::span<const Check> budget_rules = table;

}
