#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::job_not_owned_by_cronjob {

static void run(const kubernetes::Object& object, Reporter& report) {
    for (yaml::Node owner : object.metadata()["ownerReferences"].items())
        if (owner["kind"].text() == "CronJob") return;
    if (object.annotations().has("helm.sh/hook") || object.annotations().has("argocd.argoproj.io/hook")) return;
    report.at(object["kind"], "batch work of this project is scheduled; make the Job the template of a CronJob");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
      ^^^ batch work of this project is scheduled; make the Job the template of a CronJob
metadata: {name: import}
)",
                                        .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: import}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: pre-upgrade}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check job_not_owned_by_cronjob = {
    .id = "job-not-owned-by-cronjob",
    .title = "Stand-alone Job against policy.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Where policy wants all batch work scheduled and visible, a Job by itself is something that was run by hand.",
    .aliases = {"kyverno:restrict-jobs"},
    .examples = examples,
    .run = on_objects({"Job"}, run),
};

}
