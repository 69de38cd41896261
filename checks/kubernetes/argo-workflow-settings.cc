#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::argo_workflow_settings {

static void judge_retry(yaml::Node retry, Reporter& report) {
    if (!retry) return;
    if (retry.is_mapping() && retry.empty())
        report.at(retry, "an empty retry strategy retries without an end in sight; set a limit")
            .only({"datree:ARGO_WORKFLOW_INCORRECT_RETRY_STRATEGY_VALUE_EMPTY"});
    const std::optional<std::string_view> policy = retry["retryPolicy"].text();
    if (policy && *policy != "Always" && *policy != "OnError" && !retry["retryPolicy"].is_placeholder())
        report.at(retry["retryPolicy"], quote(*policy) + " does not retry when a node or network fails; use Always")
            .only({"datree:ARGO_WORKFLOW_ENSURE_RETRY_ON_BOTH_ERROR_AND_TRANSIENT_ERROR"});
}

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node spec = object.kind() == "CronWorkflow" ? object.at("spec.workflowSpec") : object.spec();
    if (const yaml::Node account = spec["serviceAccountName"]; account.text() == "default")
        report.at(account, "the default service account is shared by the whole namespace; give the workflow one of its own")
            .only({"datree:ARGO_WORKFLOW_INCORRECT_SERVICE_ACCOUNT_NAME_VALUE_DEFAULT"});
    judge_retry(spec["retryStrategy"], report);
    for (yaml::Node part : spec["templates"].items()) {
        judge_retry(part["retryStrategy"], report);
        if (const yaml::Node fast = part.at("dag.failFast"); fast.is_false())
            report.at(fast, "other branches go on although the workflow has failed; remove failFast")
                .only({"datree:ARGO_WORKFLOW_INCORRECT_FAILFAST_VALUE_FALSE"});
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  serviceAccountName: default
                      ^^^^^^^ the default service account is shared by the whole namespace; give the workflow one of its own
  templates:
  - name: main
    retryStrategy: {limit: 3, retryPolicy: OnFailure}
                                           ^^^^^^^^^ 'OnFailure' does not retry when a node or network fails; use Always
    dag: {failFast: false, tasks: []}
                    ^^^^^ other branches go on although the workflow has failed; remove failFast
)",
                                        .good = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  serviceAccountName: builder
  templates:
  - name: main
    retryStrategy: {limit: 3, retryPolicy: Always}
    dag: {tasks: []}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check argo_workflow_settings = {
    .id = "argo-workflow-settings",
    .title = "Argo Workflow lacks recommended settings.",
    .category = Category::reliability,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A workflow runs for hours without anyone looking: how it fails, and with whose permissions it runs, should be decided "
           "before.",
    .aliases = {"datree:ARGO_WORKFLOW_INCORRECT_FAILFAST_VALUE_FALSE", "datree:ARGO_WORKFLOW_INCORRECT_SERVICE_ACCOUNT_NAME_VALUE_DEFAULT",
                "datree:ARGO_WORKFLOW_INCORRECT_RETRY_STRATEGY_VALUE_EMPTY", "datree:ARGO_WORKFLOW_ENSURE_RETRY_ON_BOTH_ERROR_AND_TRANSIENT_ERROR"},
    .examples = examples,
    .run = on_objects({"argoproj.io/Workflow", "argoproj.io/WorkflowTemplate", "argoproj.io/ClusterWorkflowTemplate", "argoproj.io/CronWorkflow"}, run),
};

}
