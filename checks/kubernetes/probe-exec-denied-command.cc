#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::probe_exec_denied_command {

static bool denied(const std::vector<std::string>& commands, std::string_view program) {
    const std::size_t slash = program.rfind('/');
    return std::ranges::find(commands, slash == std::string_view::npos ? program : program.substr(slash + 1)) != commands.end();
}

// The first words of the commands in a script, as far as plain separators tell.
template <typename Visit>
static void each_program(std::string_view script, Visit visit) {
    std::size_t at = 0;
    while (at < script.size()) {
        const std::size_t begin = script.find_first_not_of(" \t\n;&|(", at);
        if (begin == std::string_view::npos) return;
        const std::size_t end = std::min(script.find_first_of(" \t\n;&|)", begin), script.size());
        visit(begin, end);
        at = std::min(script.find_first_of("\n;&|(", end), script.size());
    }
}

static void judge(yaml::Node command, Reporter& report) {
    const std::vector<std::string>& commands = report.list("commands");
    const std::string message = " may not run in a probe here; ask the program over HTTP or gRPC instead";
    const yaml::Node first = command[std::size_t{0}];
    if (denied(commands, first.scalar())) report.at(first, quote(first.scalar()) + message);
    bool script = false;
    for (yaml::Node word : command.items()) {
        if (script) {
            const std::string_view text = word.scalar();
            each_program(text, [&](std::size_t begin, std::size_t end) {
                const std::string_view program = text.substr(begin, end - begin);
                if (denied(commands, program)) report.at(word.place(begin, end), quote(program) + message);
            });
            return;
        }
        script = word.scalar() == "-c";
    }
}

static void run(const kubernetes::Container& container, Reporter& report) {
    for (std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"})
        if (const yaml::Node command = container[probe]["exec"]["command"]) judge(command, report);
}

static constexpr Option options[] = {
    {.name = "commands", .value = "jcmd jmap jstack", .what = "Programs that probes may not start, by the name of their file."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    livenessProbe:
      exec:
        command: [/usr/bin/jcmd, "1", VM.uptime]
                  ^^^^^^^^^^^^^ '/usr/bin/jcmd' may not run in a probe here; ask the program over HTTP or gRPC instead
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    livenessProbe:
      exec:
        command: [/bin/healthy]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    readinessProbe:
      exec:
        command: [sh, -c, "test -e /ready && ps aux"]
                                             ^^ 'ps' may not run in a probe here; ask the program over HTTP or gRPC instead
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    readinessProbe:
      exec:
        command: [sh, -c, "test -e ps"]
)",
                                        .config = "checks:\n  probe-exec-denied-command:\n    commands: [ps]\n",
                                        .path = "app.yaml"}};

extern constinit const Check probe_exec_denied_command = {
    .id = "probe-exec-denied-command",
    .title = "Exec probe runs a denied command.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Probes run every few seconds on every replica. Tools that attach to a process or list all processes cost more than the answer is worth, "
           "and have to be shipped in the image.",
    .aliases = {"kyverno:deny-commands-in-exec-probe"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
