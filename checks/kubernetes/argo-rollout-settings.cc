#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::argo_rollout_settings {

static void judge_steps(yaml::Node steps, Reporter& report) {
    for (yaml::Node step : steps.items()) {
        const yaml::Node pause = step["pause"];
        if (pause && !pause["duration"].is_set())
            report.at(pause.key() ? pause.key() : pause, "the rollout waits here until someone promotes it; set a duration")
                .only({"datree:ARGO_ROLLOUT_MISSING_PAUSE_DURATION"});
    }
}

static void run(const kubernetes::Object& object, Reporter& report) {
    judge_steps(object.at("spec.strategy.canary.steps"), report);
    if (const yaml::Node history = object.at("spec.revisionHistoryLimit"); history.integer() == 0)
        report.at(history, "without old revisions there is nothing to roll back to; keep some")
            .only({"datree:ARGO_WORKFLOW_INCORRECT_REVISION_HISTORY_LIMIT_VALUE_0"});
    for (std::string_view strategy : {"spec.strategy.blueGreen.scaleDownDelaySeconds", "spec.strategy.canary.scaleDownDelaySeconds"}) {
        const yaml::Node delay = object.at(strategy);
        if (delay.integer() && *delay.integer() < 30)
            report.at(delay, "nodes may still send traffic to the old pods; wait 30 seconds or more")
                .only({"datree:ARGO_ROLLOUT_INCORRECT_SCALE_DOWN_DELAY_VALUE_BELOW_30"});
    }
    if (const yaml::Node abort = object.at("spec.progressDeadlineAbort"); abort.is_false())
        report.at(abort, "a rollout that makes no progress is not taken back; set it to true")
            .only({"datree:ARGO_ROLLOUT_INCORRECT_PROGRESS_DEADLINE_ABORT_VALUE_FALSE"});
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  revisionHistoryLimit: 0
                        ^ without old revisions there is nothing to roll back to; keep some
  progressDeadlineAbort: false
                         ^^^^^ a rollout that makes no progress is not taken back; set it to true
  strategy:
    canary:
      steps:
      - setWeight: 20
      - pause: {}
        ^^^^^ the rollout waits here until someone promotes it; set a duration
)",
                                        .good = R"(
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  revisionHistoryLimit: 3
  progressDeadlineAbort: true
  strategy:
    canary:
      steps:
      - setWeight: 20
      - pause: {duration: 10m}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check argo_rollout_settings = {
    .id = "argo-rollout-settings",
    .title = "Argo Rollout lacks recommended settings.",
    .category = Category::reliability,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A rollout that stops half way serves two versions until somebody notices, and one without a history cannot be undone.",
    .aliases = {"datree:ARGO_ROLLOUT_MISSING_PAUSE_DURATION", "datree:ARGO_WORKFLOW_INCORRECT_REVISION_HISTORY_LIMIT_VALUE_0",
                "datree:ARGO_ROLLOUT_INCORRECT_SCALE_DOWN_DELAY_VALUE_BELOW_30", "datree:ARGO_ROLLOUT_INCORRECT_PROGRESS_DEADLINE_ABORT_VALUE_FALSE"},
    .examples = examples,
    .run = on_objects({"argoproj.io/Rollout"}, run),
};

}
