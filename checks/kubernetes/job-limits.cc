#include "analyzer/engine/kubernetes_check.h"

// How long Jobs run, how often they retry, and when they are removed.

namespace plimsoll::checks::job_limits {

using kubernetes::Object;
using yaml::Node;

// The JobSpec of a Job, or of the Jobs a CronJob makes.
static Node job_spec(const Object& object) { return object.is("CronJob") ? object.at("spec.jobTemplate.spec") : object.spec(); }

// Tools that run the Job as a hook remove it themselves.
static bool is_removed_by_tool(const Object& job) {
    for (const yaml::Entry& entry : job.annotations().entries())
        for (std::string_view key : {"helm.sh/hook-delete-policy", "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"})
            if (entry.key.scalar() == key) return true;
    return false;
}

static void run_ttl(const Object& job, Reporter& report) {
    if (job.is("CronJob")) {
        if (const Node ttl = job_spec(job)["ttlSecondsAfterFinished"]; ttl.is_set())
            report.at(ttl.key(), "the CronJob already keeps a number of finished Jobs by its history limits; leave this out");
        return;
    }
    if (job.is_fragment() || !job.spec().is_mapping() || job.spec()["ttlSecondsAfterFinished"].is_set() || is_removed_by_tool(job)) return;
    if (!job.metadata()["ownerReferences"].empty()) return;
    report.missing(job, "spec.ttlSecondsAfterFinished", "the finished Job and its pods stay until somebody deletes them; set ttlSecondsAfterFinished")
        .fix("Remove the Job a day after it has finished", Safety::unsafe,
             yaml::set_key(job.manifest().source(), job.node(), "spec.ttlSecondsAfterFinished", "86400"));
}

static void run_deadline(const Object& object, Reporter& report) {
    const Node spec = job_spec(object);
    if (object.is_fragment() || !spec.is_mapping()) return;
    if (spec["activeDeadlineSeconds"].is_set() || spec.at("template.spec.activeDeadlineSeconds").is_set()) return;
    report.missing(object, object.is("CronJob") ? "spec.jobTemplate.spec.activeDeadlineSeconds" : "spec.activeDeadlineSeconds",
                   "no activeDeadlineSeconds: a run that hangs goes on for ever; set a limit");
}

static void run_backoff(const Object& object, Reporter& report) {
    const Node spec = job_spec(object), backoff = spec["backoffLimit"], restart = spec.at("template.spec.restartPolicy");
    if (const auto limit = backoff.integer()) {
        if (*limit > report.number("max_backoff"))
            report.at(backoff, std::to_string(*limit) + " retries of something that fails; use at most " + std::to_string(report.number("max_backoff")));
        else if (*limit == 0 && restart.text_or_empty() == "OnFailure")
            report.at(backoff, "no retry is allowed, but restartPolicy is OnFailure; use Never, or allow some").related(restart.span(), "the restart policy");
    }
    if (const Node policy = spec["podFailurePolicy"]; policy.is_mapping() && restart.text_or_empty() == "OnFailure")
        report.at(policy.key(), "podFailurePolicy needs restartPolicy Never; the API server refuses OnFailure")
            .severity(Severity::high)
            .related(restart.span(), "the restart policy");
}

static constexpr Option backoff_options[] = {
    {.name = "max_backoff", .type = Option::Type::number, .value = "10", .what = "Most retries a Job may have."},
};

static constexpr Example ttl_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
^^^^ the finished Job and its pods stay until somebody deletes them; set ttlSecondsAfterFinished
  template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}
)",
                                            .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}
  ttlSecondsAfterFinished: 86400
)",
                                            .path = "app.yaml"},
                                           {.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
      ^^^^^^^^^^^^^^^^^^^^^^^ the CronJob already keeps a number of finished Jobs by its history limits; leave this out
      template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}
)",
                                            .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded}}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "example.org/migrate:1.0"}]}}
)",
                                            .path = "app.yaml"}};

static constexpr Example deadline_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
    ^^^^ no activeDeadlineSeconds: a run that hangs goes on for ever; set a limit
      template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}
)",
                                                 .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      activeDeadlineSeconds: 3600
      template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template: {spec: {activeDeadlineSeconds: 60, restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}
)",
                                                 .path = "app.yaml"}};

static constexpr Example backoff_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  backoffLimit: 1000
                ^^^^ 1000 retries of something that fails; use at most 10
  template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: twice}
spec:
  backoffLimit: 0
                ^ no retry is allowed, but restartPolicy is OnFailure; use Never, or allow some
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}
  ^^^^^^^^^^^^^^^^ podFailurePolicy needs restartPolicy Never; the API server refuses OnFailure
  template: {spec: {restartPolicy: OnFailure, containers: [{name: once, image: "example.org/once:1.0"}]}}
)",
                                                .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  backoffLimit: 3
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}
  template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}
)",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "job-active-deadline-missing",
     .title = "Job has no time limit.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "A pod that waits for something that never comes counts as running. Only a deadline ends the Job then, and lets a CronJob that forbids overlaps "
            "start again.",
     .aliases = {"kyverno:enforce-pod-duration"},
     .examples = deadline_examples,
     .run = on_objects({"Job", "CronJob"}, run_deadline)},
    {.id = "job-backoff-unbounded",
     .title = "Job retry settings are extreme.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "A Job that fails for a lasting reason only burns resources by trying again. No retry at all together with OnFailure says two things at once: the "
            "kubelet "
            "restarts the container, and the Job counts that as a failure.",
     .options = backoff_options,
     .examples = backoff_examples,
     .run = on_objects({"Job", "CronJob"}, run_backoff)},
    {.id = "job-ttl-missing",
     .title = "Finished Job is never cleaned up.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::unsafe,
     .why = "Finished Jobs and their pods remain in the API until they are deleted, and a Job of the same name cannot be made again. Jobs of a CronJob are "
            "cleaned up by its "
            "history limits instead; a TTL there removes what the limits mean to keep.",
     .aliases = {"kube-linter:job-ttl-seconds-after-finished", "kyverno:add-ttl-jobs"},
     .examples = ttl_examples,
     .run = on_objects({"Job", "CronJob"}, run_ttl)},
};

extern constinit const std::span<const Check> job_limits = table;

}
