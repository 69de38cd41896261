#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>
#include <charconv>

// How often, how long and how patiently probes ask.

namespace plimsoll::checks::probe_timing {

using kubernetes::Container;
using yaml::Node;

static constexpr std::string_view probes[] = {"livenessProbe", "readinessProbe", "startupProbe"};

namespace {

struct Field {
    std::string_view name;
    std::int64_t otherwise;   // what the API server fills in
};

}

static constexpr Field initial_delay{"initialDelaySeconds", 0}, period{"periodSeconds", 10}, timeout{"timeoutSeconds", 1}, successes{"successThreshold", 1},
    failures{"failureThreshold", 3};

// What the kubelet uses; nullopt when it is not known (a placeholder, a wrong type). Zero counts as unset, as for the API server.
static std::optional<std::int64_t> value_of(Node probe, const Field& field) {
    const Node node = probe[field.name];
    if (!node.is_set()) return field.otherwise;
    const std::optional<std::int64_t> number = node.integer();
    if (number == 0) return field.otherwise;
    return number ? std::optional(std::clamp<std::int64_t>(*number, 0, std::int64_t{1} << 30)) : std::nullopt;
}

// Seconds after the start at which a probe that never succeeds gives up.
static std::optional<std::int64_t> gives_up_after(Node probe) {
    const auto delay = value_of(probe, initial_delay), every = value_of(probe, period), times = value_of(probe, failures);
    if (!delay || !every || !times) return std::nullopt;
    return *delay + *every * *times;
}

static std::string seconds(std::int64_t count) { return std::to_string(count) + " s"; }

static void run_aggressive(const Container& container, Reporter& report) {
    const Node probe = container["livenessProbe"];
    if (!probe.is_mapping() || container["startupProbe"].is_set() || !container.long_running() || container.pod->partial) return;
    if (const Node threshold = probe[failures.name]; threshold.integer() == 1) {
        report.at(threshold, "one failed check restarts the container; allow at least two");
        return;
    }
    const std::optional<std::int64_t> end = gives_up_after(probe);
    if (!end || *end >= report.number("min_seconds") || container.pod->object->is_fragment()) return;
    report.at(probe.key(), "restarts a container that does not answer within " + seconds(*end) + " of its start; add a startupProbe or more patience");
}

static void judge_threshold(Node probe, Reporter& report) {
    const Node node = probe[successes.name];
    if (const std::optional<std::int64_t> number = node.integer(); number && *number != 1 && *number != 0)
        report.at(node, "must be 1 for " + std::string(probe.key().scalar()) + ": the API server refuses other values").severity(Severity::high);
}

static void run_inconsistent(const Container& container, Reporter& report) {
    if (container.is_init()) return;
    const Node liveness = container["livenessProbe"], readiness = container["readinessProbe"], startup = container["startupProbe"];
    for (std::string_view key : probes) {
        const Node probe = container[key];
        if (!probe.is_mapping()) continue;
        const auto wait = value_of(probe, timeout), every = value_of(probe, period);
        if (wait && every && *wait > *every && probe[timeout.name].is_set())
            report.at(probe[timeout.name], "a check may take " + seconds(*wait) + ", longer than the period of " + seconds(*every) +
                                               ": failures are noticed late; lower it or raise periodSeconds");
    }
    judge_threshold(liveness, report);
    judge_threshold(startup, report);
    if (startup.is_mapping()) {
        const Node delay = liveness[initial_delay.name];
        if (delay.integer().value_or(0) > 0)
            report.at(delay, "has no use beside a startupProbe, which already holds back the liveness probe; remove it").severity(Severity::info);
        return;
    }
    const std::optional<std::int64_t> end = liveness.is_mapping() ? gives_up_after(liveness) : std::nullopt;
    const Node delay = readiness[initial_delay.name];
    if (end && delay.integer().value_or(0) > *end)
        report.at(delay, "the liveness probe may restart the container after " + seconds(*end) + ", before it is first asked whether it is ready");
}

// A minimum "periodSeconds=5" of the options for a field.
static std::int64_t minimum_of(const std::vector<std::string>& minimums, std::string_view field) {
    for (const std::string& item : minimums)
        if (item.size() > field.size() && item.starts_with(field) && item[field.size()] == '=') {
            std::int64_t number = 0;
            std::from_chars(item.data() + field.size() + 1, item.data() + item.size(), number);
            return number;
        }
    return 0;
}

static void run_unset(const Container& container, Reporter& report) {
    if (!container.long_running() || container.pod->partial || container.pod->object->is_fragment()) return;
    for (std::string_view key : probes) {
        const Node probe = container[key];
        if (!probe.is_mapping()) continue;
        std::string unset;
        for (const std::string& field : report.list("fields")) {
            const Node node = probe[field];
            if (!node.is_set()) {
                if (!unset.empty()) unset += ", ";
                unset += field;
            } else if (const auto number = node.integer(); number && *number < minimum_of(report.list("minimums"), field)) {
                report.at(node, std::to_string(*number) + " is below the minimum of " + std::to_string(minimum_of(report.list("minimums"), field)));
            }
        }
        if (!unset.empty()) report.at(probe.key(), "leaves " + unset + " to the defaults; write what this container needs");
    }
}

static constexpr Option aggressive_options[] = {
    {.name = "min_seconds", .type = Option::Type::number, .value = "20", .what = "Seconds a container must have to answer its first check."},
};

static constexpr Option unset_options[] = {
    {.name = "fields", .value = "initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold", .what = "Fields that must be written."},
    {.name = "minimums", .what = "Least values, as periodSeconds=5."},
};

static constexpr Example aggressive_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe: {httpGet: {path: /live, port: 8080}, initialDelaySeconds: 3, periodSeconds: 5}
    ^^^^^^^^^^^^^ restarts a container that does not answer within 18 s of its start; add a startupProbe or more patience
  - name: cache
    image: example.org/cache:1.0
    livenessProbe: {tcpSocket: {port: 6379}, initialDelaySeconds: 60, failureThreshold: 1}
                                                                                        ^ one failed check restarts the container; allow at least two
)",
                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe: {httpGet: {path: /live, port: 8080}, periodSeconds: 5}
    startupProbe: {httpGet: {path: /live, port: 8080}, failureThreshold: 30}
  - name: cache
    image: example.org/cache:1.0
    livenessProbe: {tcpSocket: {port: 6379}}
)",
                                                   .path = "app.yaml"}};

static constexpr Example inconsistent_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe:
      httpGet: {path: /live, port: 8080}
      timeoutSeconds: 30
                      ^^ a check may take 30 s, longer than the period of 10 s: failures are noticed late; lower it or raise periodSeconds
      successThreshold: 2
                        ^ must be 1 for livenessProbe: the API server refuses other values
    readinessProbe:
      httpGet: {path: /ready, port: 8080}
      initialDelaySeconds: 90
                           ^^ the liveness probe may restart the container after 30 s, before it is first asked whether it is ready
)",
                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe:
      httpGet: {path: /live, port: 8080}
      timeoutSeconds: 5
      successThreshold: 1
    readinessProbe:
      httpGet: {path: /ready, port: 8080}
      initialDelaySeconds: 10
      successThreshold: 2
)",
                                                     .path = "app.yaml"},
                                                    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe: {httpGet: {path: /live, port: 8080}, initialDelaySeconds: 60}
                                                                             ^^ has no use beside a startupProbe, which already holds back the liveness probe; remove it
    startupProbe: {httpGet: {path: /live, port: 8080}}
)",
                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe: {httpGet: {path: /live, port: 8080}}
    startupProbe: {httpGet: {path: /live, port: 8080}, initialDelaySeconds: 60}
)",
                                                     .path = "app.yaml"}};

static constexpr Example unset_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 5, successThreshold: 1, failureThreshold: 3}
    ^^^^^^^^^^^^^^ leaves periodSeconds, timeoutSeconds to the defaults; write what this container needs
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 3}
)",
                                              .path = "app.yaml"},
                                             {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}
                                                           ^ 1 is below the minimum of 5
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}
)",
                                              .config = "checks:\n  probe-timing-unset:\n    fields: [periodSeconds]\n    minimums: [periodSeconds=5]\n",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "probe-liveness-aggressive",
     .title = "Liveness probe may restart a slow starter.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "A container that needs longer to start than its liveness probe waits is restarted before it ever runs, and again after that; a slow node or an "
            "upgrade is enough. A startupProbe gives it time at the start without making later failures slow to be noticed.",
     .options = aggressive_options,
     .examples = aggressive_examples,
     .run = on_containers(run_aggressive)},
    {.id = "probe-timing-inconsistent",
     .title = "Probe timing contradicts itself.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = "Checks follow one another, so one that may take longer than the period stretches the period. A liveness probe that gives up before the readiness "
            "probe has begun restarts containers that are merely starting. Both say that one of the two numbers is not meant.",
     .examples = inconsistent_examples,
     .run = on_containers(run_inconsistent)},
    {.id = "probe-timing-unset",
     .title = "Probe leaves its timing to the defaults.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "The defaults ask every ten seconds and allow one second for the answer, which fits few services. Written values say that somebody has thought "
            "about them.",
     .aliases = {"datree:CONTAINERS_INCORRECT_INITIALDELAYSECONDS_VALUE", "datree:CONTAINERS_INCORRECT_PERIODSECONDS_VALUE",
                 "datree:CONTAINERS_INCORRECT_TIMEOUTSECONDS_VALUE", "datree:CONTAINERS_INCORRECT_SUCCESSTHRESHOLD_VALUE",
                 "datree:CONTAINERS_INCORRECT_FAILURETHRESHOLD_VALUE"},
     .options = unset_options,
     .examples = unset_examples,
     .run = on_containers(run_unset)},
};

extern constinit const std::span<const Check> probe_timing = table;

}
