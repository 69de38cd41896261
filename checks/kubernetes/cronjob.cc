#include "checks/kubernetes/refusal.h"

#include <algorithm>
#include <charconv>

// When CronJobs run.

namespace plimsoll::checks::cronjob {

using kubernetes::Object;
using yaml::Node;

static void run_present(const Object& job, Reporter& report) { report.at(job, "this CronJob runs code again and again; know what it does"); }

static void run_deadline(const Object& job, Reporter& report) {
    if (job.is_fragment()) return;
    const Node deadline = job.spec()["startingDeadlineSeconds"];
    if (!deadline.is_set())
        report.missing(job, "spec.startingDeadlineSeconds",
                       "no startingDeadlineSeconds: after a pause with more than 100 missed runs the job never starts again; set it");
    else if (const auto seconds = deadline.integer(); seconds && *seconds < 10)
        report.at(deadline, "the controller looks every 10 s, so with " + std::to_string(*seconds) + " s runs may be skipped; use at least 10");
}

static void run_concurrency(const Object& job, Reporter& report) {
    if (job.is_fragment() || !job.spec().is_mapping()) return;
    const Node policy = job.spec()["concurrencyPolicy"];
    if (policy.is_set() && policy.text_or_empty() != "Allow") return;
    const std::string_view message = "a slow run overlaps the next one; set concurrencyPolicy to Forbid or Replace unless that is fine";
    Draft draft = policy.is_set() ? report.at(policy, std::string(message)) : report.missing(job, "spec.concurrencyPolicy", std::string(message));
    draft.fix("Forbid overlapping runs", Safety::unsafe, yaml::set_key(job.manifest().source(), job.node(), "spec.concurrencyPolicy", "Forbid"));
}

static void run_suspended(const Object& job, Reporter& report) {
    const Node suspend = job.spec()["suspend"];
    if (suspend.is_true()) report.at(suspend, "nothing runs while it is suspended; set suspend to false, or remove the " + std::string(job.kind()));
}

namespace {

// The five fields of a schedule; fewer or more leave it empty.
struct Fields {
    std::string_view day, month, weekday;
};

std::optional<Fields> fields_of(std::string_view schedule) {
    std::string_view fields[5];
    for (std::size_t i = 0; i < 6; ++i) {
        const std::size_t begin = schedule.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return i == 5 ? std::optional(Fields{fields[2], fields[3], fields[4]}) : std::nullopt;
        if (i == 5) break;
        const std::size_t end = std::min(schedule.find_first_of(" \t", begin), schedule.size());
        fields[i] = schedule.substr(begin, end - begin);
        schedule.remove_prefix(end);
    }
    return std::nullopt;
}

// The number of a month, by number or name; 0 for anything else.
int month_of(std::string_view text) {
    constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
    int number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + text.size() && !text.empty()) return number;
    if (text.size() != 3) return 0;
    std::string small;
    for (char c : text) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    for (std::size_t i = 0; i < names.size(); i += 3)
        if (names.substr(i, 3) == small) return static_cast<int>(i / 3) + 1;
    return 0;
}

// A day that no month of the list has. Only plain numbers and lists are read.
bool never_comes(const Fields& fields) {
    constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (fields.weekday != "*" && fields.weekday != "?") return false;
    int earliest = 32, longest = 0;
    for (std::string_view rest = fields.day; !rest.empty();) {
        const std::string_view item = rest.substr(0, rest.find(','));
        int day = 0;
        if (std::from_chars(item.data(), item.data() + item.size(), day).ptr != item.data() + item.size()) return false;
        earliest = std::min(earliest, day);
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    }
    for (std::string_view rest = fields.month; !rest.empty();) {
        const std::string_view item = rest.substr(0, rest.find(','));
        const int month = month_of(item);
        if (month < 1 || month > 12) return false;
        longest = std::max(longest, days[month - 1]);
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    }
    return longest > 0 && earliest > longest && earliest <= 31;
}

}

static void run_schedule(const Object& job, Reporter& report) {
    const Node schedule = job.spec()["schedule"];
    if (!schedule.is_set()) {
        if (Refusals(job, report).whole() && !(Refusals(job, report).as_server() && job.version() == "v1") && job.spec().is_mapping())
            report.missing(job, "spec.schedule", "spec.schedule is missing; the API server refuses that");
        return;
    }
    if (!schedule.text() || schedule.is_placeholder()) return;
    const std::string_view text = schedule.scalar();
    if (text.find("TZ=") != std::string_view::npos) {
        report.at(schedule, "a time zone may not stand in the schedule; use spec.timeZone");
    } else if (!kubernetes::is_schedule(text)) {
        report.at(schedule, quote(text) + " is no cron schedule: give minute, hour, day, month and weekday (0 to 6), or a macro such as @daily");
    } else if (const std::optional<Fields> fields = fields_of(text); fields && never_comes(*fields)) {
        report.at(schedule, quote(text) + " never comes: none of the months has that day").severity(Severity::medium).without("api-server");
    }
}

// What the controllers append must fit into 63 characters: a label value, or the name of a pod.
static void run_name(const Object& object, Reporter& report) {
    const std::size_t most = object.is("Job") ? 63 : 52;
    if (object.name().size() <= most) return;
    const std::string_view reason = object.is("CronJob") ? std::string_view("its Jobs append 11 characters, and the API server refuses it")
                                    : object.is("Job")   ? std::string_view("its pods carry the name as a label, and the API server refuses it")
                                                         : std::string_view("its pods carry the name with a hash as a label, so none can be made");
    report.at(object, "the name has " + std::to_string(object.name().size()) + " characters of at most " + std::to_string(most) + ": " + std::string(reason));
}

static constexpr Example present_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
                 ^^^^^ this CronJob runs code again and again; know what it does
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}}
)",
                                                .path = "app.yaml"}};

static constexpr Example deadline_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
^^^^ no startingDeadlineSeconds: after a pause with more than 100 missed runs the job never starts again; set it
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: hourly}
spec:
  schedule: "@hourly"
  startingDeadlineSeconds: 5
                           ^ the controller looks every 10 s, so with 5 s runs may be skipped; use at least 10
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: hourly, image: "example.org/hourly:1.0"}]}}}}
)",
                                                 .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  startingDeadlineSeconds: 600
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                 .path = "app.yaml"}};

static constexpr Example concurrency_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  concurrencyPolicy: Allow
                     ^^^^^ a slow run overlaps the next one; set concurrencyPolicy to Forbid or Replace unless that is fine
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                    .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  concurrencyPolicy: Forbid
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                    .path = "app.yaml"},
                                                   {.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
^^^^ a slow run overlaps the next one; set concurrencyPolicy to Forbid or Replace unless that is fine
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                    .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
  concurrencyPolicy: Forbid
)",
                                                    .path = "app.yaml"}};

static constexpr Example suspended_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  suspend: true
           ^^^^ nothing runs while it is suspended; set suspend to false, or remove the CronJob
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                  .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily}
spec:
  schedule: "@daily"
  suspend: false
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                                  .path = "app.yaml"}};

static constexpr Example schedule_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "0 24 * * *"
            ^^^^^^^^^^^^ '0 24 * * *' is no cron schedule: give minute, hour, day, month and weekday (0 to 6), or a macro such as @daily
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.org/a:1.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: b}
spec:
  schedule: CRON_TZ=Europe/Berlin 0 4 * * *
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a time zone may not stand in the schedule; use spec.timeZone
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: b, image: "example.org/b:1.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec:
  schedule: 0 0 31 FEB,4 *
            ^^^^^^^^^^^^^^ '0 0 31 FEB,4 *' never comes: none of the months has that day
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "example.org/c:1.0"}]}}}}
)",
                                                 .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "*/5 0-6,22 29 2 *"
  timeZone: Europe/Berlin
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.org/a:1.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: b}
spec:
  schedule: "@hourly"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: b, image: "example.org/b:1.0"}]}}}}
)",
                                                 .path = "app.yaml"}};

static constexpr Example name_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly-export-of-all-orders-to-the-data-warehouse-eu1
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the name has 54 characters of at most 52: its Jobs append 11 characters, and the API server refuses it
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
)",
                                             .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly-export-of-orders
spec:
  schedule: "@daily"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: daily, image: "example.org/daily:1.0"}]}}}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: nightly-export-of-all-orders-to-the-data-warehouse-eu1
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}}}
)",
                                             .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "cronjob-concurrency",
     .title = "CronJob may run concurrently with itself.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why = "By default the next run starts whether or not the last one has ended. Two runs at a time may spoil each other's work, and slow ones pile up.",
     .aliases = {"datree:CRONJOB_MISSING_CONCURRENCYPOLICY_KEY"},
     .examples = concurrency_examples,
     .run = on_objects({"CronJob"}, run_concurrency)},
    {.id = "cronjob-deadline-missing",
     .title = "CronJob has no startingDeadlineSeconds.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Missed starts are counted from the last run, and after more than 100 of them the controller gives up on the CronJob. With a deadline only those "
            "within it count.",
     .aliases = {"kube-score:cronjob-has-deadline", "kics:192fe40b-b1c3-448a-aba2-6cc19a300fe3", "datree:CRONJOB_MISSING_STARTINGDEADLINESECOND_KEY"},
     .examples = deadline_examples,
     .run = on_objects({"CronJob"}, run_deadline)},
    {.id = "cronjob-name-too-long",
     .title = "Name leaves no room for generated suffixes.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Controllers derive names and label values from the name of their object, and those end at 63 characters.",
     .examples = name_examples,
     .run = on_objects({"CronJob", "Job", "StatefulSet"}, run_name)},
    {.id = "cronjob-present",
     .title = "CronJob is used (inventory).",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "A CronJob is a way to stay in a cluster after a break-in, so some inventories list them all.",
     .aliases = {"kubescape:C-0026"},
     .standards = {"MITRE-T1053.007"},
     .examples = present_examples,
     .run = on_objects({"CronJob"}, run_present)},
    {.id = "cronjob-schedule-invalid",
     .title = "CronJob schedule is invalid.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "The API server refuses a schedule it cannot read. Seconds, weekday 7, @reboot and a time zone inside the schedule are habits from other systems.",
     .aliases = {"datree:CRONJOB_INVALID_SCHEDULE_VALUE", "kyverno:validate-cron-schedule", refused},
     .examples = schedule_examples,
     .run = on_objects({"CronJob"}, run_schedule)},
    {.id = "cronjob-suspended",
     .title = "CronJob or Job is suspended.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Suspension is a temporary state, and in a manifest it is easily forgotten.",
     .aliases = {"popeye:1500"},
     .examples = suspended_examples,
     .run = on_objects({"CronJob", "Job"}, run_suspended)},
};

extern constinit const std::span<const Check> cronjob = table;

}
