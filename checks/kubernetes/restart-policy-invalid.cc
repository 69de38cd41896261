#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::restart_policy_invalid {

using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;

static bool is_job(const Object& object) { return object.is("Job") || object.is("CronJob"); }

static bool keeps_running(const Object& object) {
    for (std::string_view kind : {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"})
        if (object.is(kind)) return true;
    return false;
}

static void run(const Pod& pod, Reporter& report) {
    const Object& object = *pod.object;
    if (beyond_server(object, report)) return;
    const Node policy = pod.spec["restartPolicy"];
    const std::string_view text = policy.text_or_empty();
    if (policy.is_set() && text.empty()) return;   // a placeholder or a wrong type
    if (is_job(object)) {
        if (!policy.is_set() && !pod.partial && Refusals(object, report).whole())
            report.missing(pod, "restartPolicy", "a " + std::string(object.kind()) + " must set restartPolicy; write OnFailure or Never");
        else if (policy.is_set() && text != "OnFailure" && text != "Never")
            report.at(policy, "a " + std::string(object.kind()) + " cannot have restartPolicy " + quote(text) + "; write OnFailure or Never");
    } else if (keeps_running(object) && policy.is_set() && text != "Always") {
        report.at(policy, "the pods of a " + std::string(object.kind()) + " cannot have restartPolicy " + quote(text) + "; write Always or leave it out")
            .only({"kube-linter:restart-policy", "datree:WORKLOAD_INCORRECT_RESTARTPOLICY_VALUE_ALWAYS", "marvin:M-410", refused});
    } else if (policy.is_set() && text != "Always" && text != "OnFailure" && text != "Never" && object.builtin()) {
        report.at(policy, quote(text) + " is no restartPolicy; write Always, OnFailure or Never").only({"kube-linter:restart-policy", refused});
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
    ^^^^ a Job must set restartPolicy; write OnFailure or Never
      containers: [{name: once, image: "example.org/once:1.0"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Always
                         ^^^^^^ a CronJob cannot have restartPolicy 'Always'; write OnFailure or Never
          containers: [{name: daily, image: "example.org/daily:1.0"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: OnFailure
                     ^^^^^^^^^ the pods of a Deployment cannot have restartPolicy 'OnFailure'; write Always or leave it out
      containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: once, image: "example.org/once:1.0"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "example.org/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: test}
spec:
  restartPolicy: Never
  containers: [{name: test, image: "example.org/test:1.0"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check restart_policy_invalid = {
    .id = "restart-policy-invalid",
    .title = "restartPolicy does not fit the workload kind.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Controllers that keep pods running accept Always only, which is also the default. A Job ends, so it needs OnFailure or Never and must say which. "
           "The API server "
           "refuses anything else.",
    .aliases = {"kube-linter:restart-policy", "kube-score:cronjob-restartpolicy", "datree:WORKLOAD_INCORRECT_RESTARTPOLICY_VALUE_ALWAYS", "marvin:M-410",
                refused},
    .examples = examples,
    .run = on_pods(run),
};

}
