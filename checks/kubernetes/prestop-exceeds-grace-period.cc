#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>
#include <charconv>

namespace plimsoll::checks::prestop_exceeds_grace_period {

using kubernetes::Container;
using yaml::Node;

// "10", "2m", "0.5": seconds as coreutils' sleep reads them; nullopt for anything else.
static std::optional<std::int64_t> sleep_seconds(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || number > 1'000'000) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.empty() || unit == "s" || unit.starts_with('.')) return number;
    if (unit == "m") return number * 60;
    if (unit == "h") return number * 3600;
    return std::nullopt;
}

static std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Words that make it uncertain that every sleep of a script runs, and runs once.
static bool branches(std::string_view script) {
    for (std::string_view word : {"while", "until", "for ", "if ", "case ", "||", "$"})
        if (script.find(word) != std::string_view::npos) return true;
    return false;
}

// The sum of the sleeps of a script without branches.
static std::optional<std::int64_t> script_seconds(std::string_view script) {
    if (branches(script)) return std::nullopt;
    std::int64_t sum = 0;
    bool sleeps = false, word_follows = false;
    while (!script.empty()) {
        const std::size_t begin = script.find_first_not_of(" \t\n;&()");
        if (begin == std::string_view::npos) break;
        script.remove_prefix(begin);
        const std::size_t end = std::min(script.find_first_of(" \t\n;&()"), script.size());
        const std::string_view word = script.substr(0, end);
        script.remove_prefix(end);
        if (word_follows)
            if (const std::optional<std::int64_t> seconds = sleep_seconds(word)) {
                sum += *seconds;
                sleeps = true;
            }
        word_follows = base_name(word) == "sleep";
    }
    return sleeps ? std::optional(sum) : std::nullopt;
}

namespace {

struct Wait {
    std::int64_t seconds = 0;
    Node node;
};

}

static std::optional<Wait> wait_of(Node hook) {
    if (const Node seconds = hook["sleep"]["seconds"]) return seconds.integer() ? std::optional(Wait{*seconds.integer(), seconds}) : std::nullopt;
    const Node command = hook["exec"]["command"];
    if (command.size() == 2 && base_name(command[0].scalar()) == "sleep") {
        const std::optional<std::int64_t> seconds = sleep_seconds(command[1].scalar());
        return seconds ? std::optional(Wait{*seconds, command[1]}) : std::nullopt;
    }
    Node script;
    bool shell = false;
    for (Node item : command.items()) {
        shell = shell || base_name(item.scalar()).ends_with("sh");
        script = item;
    }
    if (!shell || !script) return std::nullopt;
    const std::optional<std::int64_t> seconds = script_seconds(script.scalar());
    return seconds ? std::optional(Wait{*seconds, script}) : std::nullopt;
}

static void run(const Container& container, Reporter& report) {
    const Node hook = container.at("lifecycle.preStop");
    if (!hook.is_mapping()) return;
    const std::optional<Wait> wait = wait_of(hook);
    if (!wait) return;
    const Node grace = container.pod->spec["terminationGracePeriodSeconds"];
    if (grace.is_set() ? !grace.integer() : container.pod->partial || container.pod->object->is_fragment()) return;
    const std::int64_t period = grace.integer().value_or(30);
    if (wait->seconds < period || wait->seconds == 0) return;
    Draft draft = report.at(wait->node, "preStop waits " + std::to_string(wait->seconds) + " s of a grace period of " + std::to_string(period) +
                                            " s: the process is killed before it can stop; wait less or raise terminationGracePeriodSeconds");
    if (grace.is_set()) draft.related(grace.span(), "the grace period");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 20
  containers:
  - name: web
    image: example.org/web:1.0
    lifecycle: {preStop: {exec: {command: [/bin/sh, -c, "nginx -s quit; sleep 25"]}}}
                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^ preStop waits 25 s of a grace period of 20 s: the process is killed before it can stop; wait less or raise terminationGracePeriodSeconds
  - name: proxy
    image: example.org/proxy:1.0
    lifecycle: {preStop: {sleep: {seconds: 20}}}
                                           ^^ preStop waits 20 s of a grace period of 20 s: the process is killed before it can stop; wait less or raise terminationGracePeriodSeconds
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 60
  containers:
  - name: web
    image: example.org/web:1.0
    lifecycle: {preStop: {exec: {command: [/bin/sh, -c, "nginx -s quit; sleep 25"]}}}
  - name: proxy
    image: example.org/proxy:1.0
    lifecycle: {preStop: {exec: {command: [sh, -c, "while pgrep proxy; do sleep 90; done"]}}}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
        lifecycle:
          preStop:
            exec:
              command: [sleep, 1m]
                               ^^ preStop waits 60 s of a grace period of 30 s: the process is killed before it can stop; wait less or raise terminationGracePeriodSeconds
)",
                                        .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
        lifecycle:
          preStop:
            exec:
              command: [sleep, "10"]
)",
                                        .path = "app.yaml"}};

extern constinit const Check prestop_exceeds_grace_period = {
    .id = "prestop-exceeds-grace-period",
    .title = "preStop wait is not shorter than the grace period.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The grace period runs from the moment the pod is told to end and covers the preStop hook as well. When the hook uses it up, the process gets "
           "SIGTERM with about two seconds left and is then killed in the middle of its work. A sleep action longer than the period is refused.",
    .examples = examples,
    .run = on_containers(run),
};

}
