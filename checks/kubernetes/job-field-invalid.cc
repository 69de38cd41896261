#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of a Job and a CronJob, beside their pods and the schedule.

namespace plimsoll::checks::job_field_invalid {

using kubernetes::Object;
using yaml::Node;

static constexpr std::int64_t most_parallel = 100000;

static bool indexed(Node spec) { return spec["completionMode"].text() == "Indexed"; }

static void judge_numbers(Node spec, Refusals& refusals) {
    for (std::string_view field :
         {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"})
        refusals.at_least(spec[field], 0);
    refusals.text(spec["managedBy"], kubernetes::is_domain_path, "a domain, '/' and a name");
}

static void judge_indexed(Node spec, Refusals& refusals) {
    if (spec["completionMode"].is_placeholder()) return;
    const Node per_index = spec["backoffLimitPerIndex"], failed = spec["maxFailedIndexes"];
    if (!indexed(spec)) {
        for (Node field : {per_index, failed, spec["successPolicy"]})
            if (field.is_set()) refusals.clash(field, "this counts for indexed Jobs only; set completionMode: Indexed, or remove it");
        return;
    }
    if (!spec["completions"].is_set() && refusals.whole()) refusals.absent(spec, "completions", "an indexed Job needs the number of indexes; add completions");
    if (const auto count = spec["parallelism"].integer(); count && *count > most_parallel) refusals.range(spec["parallelism"], 0, most_parallel);
    if (failed.is_set() && !per_index.is_set() && refusals.whole())
        refusals.absent(spec, "backoffLimitPerIndex", "maxFailedIndexes counts indexes that gave up; add backoffLimitPerIndex");
    if (failed.integer() && spec["completions"].integer() && *failed.integer() > *spec["completions"].integer())
        refusals.wrong(failed, "there are fewer indexes than may fail; use at most the number of completions");
}

// ---- what to do when a pod fails --------------------------------------------------------------------------------------

static void judge_codes(Node codes, Refusals& refusals) {
    constexpr std::size_t most = 255;
    const Node values = codes["values"];
    if (values.is_sequence() && values.empty()) refusals.clash(values, "the list of exit codes is empty; add one");
    if (values.size() > most) {
        refusals.clash(values, "a rule has at most 255 exit codes; remove some");
        return;
    }
    std::unordered_set<std::int64_t> seen;
    std::optional<std::int64_t> before;
    bool ordered = true;
    for (Node value : values.items()) {
        const auto code = value.integer();
        if (!code) continue;
        if (*code == 0 && codes["operator"].text() == "In") refusals.wrong(value, "0 is success and fails nothing; remove it");
        if (!seen.insert(*code).second) refusals.wrong(value, "the exit code is listed twice; remove one");
        ordered = ordered && (!before || *before <= *code);
        before = code;
    }
    if (!ordered) refusals.clash(values, "the exit codes are not in order; sort them");
}

static void judge_failure_policy(Node spec, Refusals& refusals) {
    const Node policy = spec["podFailurePolicy"], restart = spec["template"]["spec"]["restartPolicy"];
    if (!policy.is_set()) return;
    if (restart.text() == "OnFailure") refusals.wrong(restart, "podFailurePolicy needs pods that are not restarted; write Never");
    for (Node rule : policy["rules"].items()) {
        if (!rule.is_mapping()) continue;
        const bool codes = rule["onExitCodes"].is_set(), conditions = !rule["onPodConditions"].empty();
        if (codes && conditions)
            refusals.clash(rule, "onExitCodes and onPodConditions exclude each other; make a rule of each").field(server_path(refusals, rule, ""));
        else if (!codes && !conditions && refusals.whole())
            refusals.clash(rule, "the rule holds for nothing; add onExitCodes or onPodConditions").field(server_path(refusals, rule, ""));
        judge_codes(rule["onExitCodes"], refusals);
        if (rule["action"].text() == "FailIndex" && !spec["backoffLimitPerIndex"].is_set() && refusals.whole())
            refusals.wrong(rule["action"], "FailIndex needs backoffLimitPerIndex beside it; add it");
        for (Node condition : rule["onPodConditions"].items()) {
            refusals.qualified(condition["type"]);
            refusals.one_of(condition["status"], {"True", "False", "Unknown"});
        }
    }
}

static void judge_job(Node spec, Refusals& refusals) {
    if (!spec.is_mapping()) return;
    judge_numbers(spec, refusals);
    judge_indexed(spec, refusals);
    judge_failure_policy(spec, refusals);
}

// Without a spec there are no pods that other checks could look at.
static void judge_empty_template(const Object& object, Refusals& refusals) {
    const bool job = object.is("Job");
    const Node spec = job ? object.spec() : object.spec()["jobTemplate"]["spec"], pod = spec["template"]["spec"];
    if (!refusals.as_server() || !refusals.whole() || pod.is_set() || pod.is_placeholder() || spec["template"].is_placeholder()) return;
    const std::string path = job ? "spec.template.spec." : "spec.jobTemplate.spec.template.spec.";
    refusals.absent(object.node(), path + "containers", "the template has no containers; add some");
    refusals.absent(object.node(), path + "restartPolicy", "the template says nothing of restarts; add restartPolicy");
}

static void run(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    judge_empty_template(object, refusals);
    const Node spec = object.spec();
    if (object.is("Job")) {
        judge_job(spec, refusals);
        // The name becomes a label of the pods.
        if (const Node name = object.metadata()["name"];
            refusals.as_server() && name.text() && kubernetes::is_dns1123_subdomain(*name.text()) && !kubernetes::is_label_value(*name.text()))
            refusals.wrong(name, "the name becomes a label of the pods; use at most 63 characters").field("spec.template.labels");
        if (spec["selector"].is_set() && !spec["manualSelector"].is_true() && !spec["manualSelector"].is_placeholder() && refusals.whole())
            refusals.clash(spec["selector"], "the selector of a Job is made by the API server; remove it, or set manualSelector: true");
        return;
    }
    const Node job = spec["jobTemplate"]["spec"];
    judge_job(job, refusals);
    if (job["selector"].is_set()) refusals.clash(job["selector"], "the selector of a Job is made by the API server; remove it");
    if (job["manualSelector"].is_true()) refusals.clash(job["manualSelector"], "Jobs of a CronJob cannot share a selector; remove it");
    for (std::string_view field : {"startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"}) refusals.at_least(spec[field], 0);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  parallelism: -1
               ^^ '-1' is out of range; use 0 or more
  completions: -1
               ^^ '-1' is out of range; use 0 or more
  backoffLimit: -1
                ^^ '-1' is out of range; use 0 or more
  activeDeadlineSeconds: -1
                         ^^ '-1' is out of range; use 0 or more
  ttlSecondsAfterFinished: -1
                           ^^ '-1' is out of range; use 0 or more
  backoffLimitPerIndex: 1
  ^^^^^^^^^^^^^^^^^^^^ this counts for indexed Jobs only; set completionMode: Indexed, or remove it
  managedBy: me
             ^^ 'me' is not valid here; use a domain, '/' and a name
  selector: {matchLabels: {app: report}}
  ^^^^^^^^ the selector of a Job is made by the API server; remove it, or set manualSelector: true
  podFailurePolicy:
    rules:
    - {action: FailJob, onExitCodes: {operator: In, values: [0, 2, 1, 1]}}
                                                    ^^^^^^ the exit codes are not in order; sort them
                                                             ^ 0 is success and fails nothing; remove it
                                                                      ^ the exit code is listed twice; remove one
    - {action: Ignore}
       ^^^^^^ the rule holds for nothing; add onExitCodes or onPodConditions
    - {action: FailIndex, onPodConditions: [{type: "a b", status: Maybe}]}
                                                   ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
                                                                  ^^^^^ 'Maybe' is not known here; use one of True, False, Unknown
  template:
    metadata: {labels: {app: report}}
    spec:
      restartPolicy: OnFailure
                     ^^^^^^^^^ podFailurePolicy needs pods that are not restarted; write Never
      containers:
      - {name: report, image: "example.org/report:1.4"}
---
apiVersion: batch/v1
kind: Job
metadata: {name: parts}
spec:
^^^^ an indexed Job needs the number of indexes; add completions
^^^^ maxFailedIndexes counts indexes that gave up; add backoffLimitPerIndex
  completionMode: Indexed
  parallelism: 100001
               ^^^^^^ '100001' is out of range; use 0 to 100000
  maxFailedIndexes: 1
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: report, image: "example.org/report:1.4"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "@daily"
  startingDeadlineSeconds: -1
                           ^^ '-1' is out of range; use 0 or more
  successfulJobsHistoryLimit: -1
                              ^^ '-1' is out of range; use 0 or more
  failedJobsHistoryLimit: -1
                          ^^ '-1' is out of range; use 0 or more
  jobTemplate:
    spec:
      manualSelector: true
      ^^^^^^^^^^^^^^ Jobs of a CronJob cannot share a selector; remove it
      selector: {matchLabels: {app: report}}
      ^^^^^^^^ the selector of a Job is made by the API server; remove it
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: report, image: "example.org/report:1.4"}
)",
     .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  parallelism: 0
  completions: 10
  completionMode: Indexed
  backoffLimitPerIndex: 1
  maxFailedIndexes: 5
  managedBy: example.org/queue
  manualSelector: true
  selector: {matchLabels: {app: report}}
  podFailurePolicy:
    rules:
    - {action: FailIndex, onExitCodes: {operator: NotIn, values: [0, 1, 2]}}
    - {action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}
  template:
    metadata: {labels: {app: report}}
    spec:
      restartPolicy: Never
      containers:
      - {name: report, image: "example.org/report:1.4"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "@daily"
  startingDeadlineSeconds: 0
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: report, image: "example.org/report:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
                 ^^^^^^ the template has no containers; add some
                 ^^^^^^ the template says nothing of restarts; add restartPolicy
spec:
  template: {}
)",
     .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: report, image: "example.org/report:1.4"}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check job_field_invalid = {
    .id = "job-field-invalid",
    .title = "Job is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Counts and seconds are not negative, some fields are for indexed Jobs only, and a failure policy needs pods that are not restarted. The API server "
           "refuses the object.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"Job", "CronJob"}, run),
};

}
