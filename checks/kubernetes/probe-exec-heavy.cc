#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::probe_exec_heavy {

using kubernetes::Container;
using yaml::Node;

static std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Names of releases count: "python3.12" is "python".
static bool is_program(std::string_view word, std::string_view name) {
    word = base_name(word);
    return word.starts_with(name) && word.find_first_not_of("0123456789.", name.size()) == std::string_view::npos;
}

static const std::string* heavy(std::string_view word, Reporter& report) {
    for (const std::string& name : report.list("commands"))
        if (is_program(word, name)) return &name;
    return nullptr;
}

static bool is_shell(std::string_view word) {
    word = base_name(word);
    return word == "sh" || word == "bash" || word == "ash" || word == "dash" || word == "zsh";
}

// The first heavy program that the probe's command starts: its first word, or the first word of a command in the script of a shell.
static std::string_view heavy_program(Node command, Reporter& report) {
    const yaml::Items items = command.items();
    if (items.empty()) return {};
    const std::string_view first = (*items.begin()).scalar();
    if (!is_shell(first)) return heavy(first, report) ? first : std::string_view{};
    bool at_start = true;
    for (Node item : items) {
        std::string_view script = item.scalar();
        if (script.starts_with('-') || is_shell(script)) continue;
        while (!script.empty()) {
            const std::size_t begin = script.find_first_not_of(" \t\n({\"'`$");
            if (begin == std::string_view::npos) break;
            script.remove_prefix(begin);
            const std::size_t end = std::min(script.find_first_of(" \t\n;|&)'\"`"), script.size());
            const std::string_view word = script.substr(0, end);
            if (at_start && heavy(word, report)) return word;
            at_start =
                word == "exec" || word == "timeout" || word == "if" || word == "!" || (end < script.size() && (script[end] == ';' || script[end] == '|'));
            script.remove_prefix(end);
            const std::size_t separator = script.find_first_not_of(" \t");
            if (separator != std::string_view::npos && std::string_view("\n;|&").find(script[separator]) != std::string_view::npos) {
                at_start = true;
                script.remove_prefix(separator + 1);
                if (!script.empty() && (script[0] == '|' || script[0] == '&')) script.remove_prefix(1);
            }
        }
        break;
    }
    return {};
}

static void run(const Container& container, Reporter& report) {
    if (!container.long_running()) return;
    for (std::string_view key : {"livenessProbe", "readinessProbe"}) {
        const Node probe = container[key], command = probe.at("exec.command");
        if (!command.is_sequence()) continue;
        const std::int64_t period = probe["periodSeconds"].is_set() ? probe["periodSeconds"].integer().value_or(10) : 10;
        if (period >= report.number("min_period")) continue;
        if (const std::string_view program = heavy_program(command, report); !program.empty())
            report.at(command, "starts " + quote(program) + " every " + std::to_string(period) + " s; ask over HTTP, gRPC or TCP, or less often");
    }
}

static constexpr Option options[] = {
    {.name = "commands",
     .value = "java python node ruby perl php kubectl curl mongo mongosh mysql psql cqlsh nodetool rabbitmqctl rabbitmq-diagnostics kafka-topics.sh aws gcloud "
              "az dotnet "
              "pwsh",
     .what = "Programs that are costly to start; release numbers behind a name do not matter."},
    {.name = "min_period", .type = Option::Type::number, .value = "10", .what = "Periods of at least so many seconds are fine."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers:
  - name: db
    image: example.org/db:1.0
    livenessProbe:
      periodSeconds: 5
      exec: {command: [python3, /opt/health.py]}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^ starts 'python3' every 5 s; ask over HTTP, gRPC or TCP, or less often
    readinessProbe:
      periodSeconds: 2
      exec: {command: [sh, -c, "test -f /ready && curl -sf localhost/ready"]}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ starts 'curl' every 2 s; ask over HTTP, gRPC or TCP, or less often
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers:
  - name: db
    image: example.org/db:1.0
    livenessProbe:
      periodSeconds: 30
      exec: {command: [python3, /opt/health.py]}
    readinessProbe:
      periodSeconds: 2
      exec: {command: [cat, /tmp/java]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check probe_exec_heavy = {
    .id = "probe-exec-heavy",
    .title = "Exec probe starts a heavy runtime each period.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "An exec probe starts a process in the container each time, out of the container's own CPU and memory. A runtime that takes half a second to start, "
           "every few seconds, slows the service down and times out just when the node is busy.",
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
