#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of a Job and a CronJob, beside their pods and the schedule.

namespace plimsoll::checks {

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

static void run(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    const Node spec = object.spec();
    if (object.is("Job")) {
        judge_job(spec, refusals);
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

//@@EXAMPLES
static constexpr std::span<const Example> examples = {};

//@@END

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
