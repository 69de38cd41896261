#include "analyzer/engine/kubernetes_check.h"

#include <string>
#include <unordered_map>

namespace plimsoll::checks::env_duplicate {

using yaml::Node;

// "$(PATH):/opt/bin" builds on the first definition, which is then needed.
static bool builds_on(Node value, std::string_view name) {
    const std::string_view text = value.scalar();
    for (std::size_t at = text.find("$("); at != std::string_view::npos; at = text.find("$(", at + 2))
        if (text.substr(at + 2, name.size()) == name && text.substr(at + 2 + name.size(), 1) == ")") return true;
    return false;
}

static void duplicate(Node first, Node second, Reporter& report) {
    if (builds_on(second["value"], second["name"].scalar())) return;
    report.at(second["name"], quote(second["name"].scalar()) + " is already set above; the last one wins, so remove one")
        .related(first["name"].span(), "the first one");
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const Node env = container["env"];
    if (!env.is_sequence()) return;
    const std::size_t count = env.size();
    if (count <= 40) {   // no allocation for what people write
        for (Node second : env.items()) {
            const std::string_view name = second["name"].text_or_empty();
            if (name.empty()) continue;
            for (Node first : env.items()) {
                if (first == second) break;
                if (first["name"].text_or_empty() != name) continue;
                duplicate(first, second, report);
                break;
            }
        }
        return;
    }
    std::unordered_map<std::string_view, Node> seen;
    for (Node second : env.items()) {
        const std::string_view name = second["name"].text_or_empty();
        if (name.empty()) continue;
        const auto [first, fresh] = seen.try_emplace(name, second);
        if (!fresh) duplicate(first->second, second, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: setup
    image: example.org/setup:1.0
    env: [{name: MODE, value: a}, {name: MODE, value: b}]
                                         ^^^^ 'MODE' is already set above; the last one wins, so remove one
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: LOG_LEVEL
      value: debug
    - name: LOG_LEVEL
            ^^^^^^^^^ 'LOG_LEVEL' is already set above; the last one wins, so remove one
      valueFrom: {configMapKeyRef: {name: web, key: level}}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env: [{name: MODE, value: a}, {name: OPTS, value: -v}, {name: OPTS, value: "$(OPTS) -x"}]
  - name: logs
    image: example.org/logs:1.0
    env: [{name: MODE, value: b}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check env_duplicate = {
    .id = "env-duplicate",
    .title = "Environment variable is defined twice.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The last definition wins, which readers of the first one do not see. Updates merge the list by name, so that an apply may drop one of the two or "
           "fail.",
    .aliases = {"kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication", "kubescape:C-0295", "sonar:S6907"},
    .examples = examples,
    .run = on_containers(run),
};

}
