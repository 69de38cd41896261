#include <charconv>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::job_deadline_shorter_than_work {

namespace {

std::optional<std::int64_t> step_of(std::string_view field) {
    if (field == "*") return 1;
    if (!field.starts_with("*/")) return std::nullopt;
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(field.data() + 2, field.data() + field.size(), step);
    return error == std::errc() && end == field.data() + field.size() && step > 0 ? std::optional(step) : std::nullopt;
}

bool is_number(std::string_view field) { return !field.empty() && field.find_first_not_of("0123456789") == std::string_view::npos; }

// Seconds between two runs of the simple schedules: every N minutes, hourly, every N hours.
std::optional<std::int64_t> interval_of(std::string_view schedule) {
    if (schedule == "@hourly") return 3600;
    if (schedule == "@daily" || schedule == "@midnight") return 86400;
    std::string_view fields[5];
    for (std::string_view& field : fields) {
        schedule.remove_prefix(std::min(schedule.find_first_not_of(' '), schedule.size()));
        field = schedule.substr(0, schedule.find(' '));
        schedule.remove_prefix(field.size());
    }
    if (fields[2] != "*" || fields[3] != "*" || fields[4] != "*") return std::nullopt;
    if (const auto minutes = step_of(fields[0]); minutes && fields[1] == "*") return *minutes * 60;
    if (!is_number(fields[0])) return std::nullopt;
    if (const auto hours = step_of(fields[1])) return *hours * 3600;
    return is_number(fields[1]) ? std::optional<std::int64_t>(86400) : std::nullopt;
}

void run(const kubernetes::Object& job, Reporter& report) {
    const yaml::Node starting = job.at("spec.startingDeadlineSeconds");
    if (const auto seconds = starting.integer(); seconds && *seconds >= 0 && *seconds < 10)
        report.at(starting, "the controller looks every 10 s, so with a deadline of " + std::to_string(*seconds) + " s runs may never start");
    const yaml::Node deadline = job.at("spec.jobTemplate.spec.activeDeadlineSeconds");
    const auto interval = interval_of(job.at("spec.schedule").text_or_empty());
    const std::string_view policy = job.at("spec.concurrencyPolicy").text().value_or("Allow");
    if (interval && policy == "Allow" && deadline.integer().value_or(0) > *interval)
        report.at(deadline,
                  "a run may take longer than the " + std::to_string(*interval) + " s between two runs, and runs pile up; forbid concurrency or shorten it");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "*/5 * * * *"
  startingDeadlineSeconds: 5
                           ^ the controller looks every 10 s, so with a deadline of 5 s runs may never start
  jobTemplate:
    spec:
      activeDeadlineSeconds: 900
                             ^^^ a run may take longer than the 300 s between two runs, and runs pile up; forbid concurrency or shorten it
      template: {spec: {restartPolicy: Never, containers: [{name: report, image: "registry.example/report:1.0"}]}}
)",
                                 .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 3 * * *"
  startingDeadlineSeconds: 300
  jobTemplate:
    spec:
      activeDeadlineSeconds: 900
      template: {spec: {restartPolicy: Never, containers: [{name: report, image: "registry.example/report:1.0"}]}}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check job_deadline_shorter_than_work = {
    .id = "job-deadline-shorter-than-work",
    .title = "A CronJob's schedule and deadlines contradict one another.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Runs that may take longer than the time between them pile up when concurrency is allowed, and a start deadline below the controller's own "
           "interval skips runs.",
    .examples = examples,
    .run = on_objects({"CronJob"}, run),
};

}
