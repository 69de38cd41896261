#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::runtime_class_missing {

// "key=value" must be a label of the pod or of its object; "namespace/NAME" its namespace.
static bool selected(const kubernetes::Pod& pod, const std::vector<std::string>& selector) {
    return std::ranges::any_of(selector, [&](const std::string& term) {
        if (term.starts_with("namespace/")) return pod.object->declared_namespace() == std::string_view(term).substr(10);
        const std::size_t equals = term.find('=');
        if (equals == std::string::npos) return pod.labels().has(term);
        return pod.labels()[std::string_view(term).substr(0, equals)].text() == std::string_view(term).substr(equals + 1);
    });
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const std::vector<std::string>& classes = report.list("runtime_classes");
    const std::vector<std::string>& selector = report.list("selector");
    if (classes.empty() || (!selector.empty() && !selected(pod, selector))) return;
    const yaml::Node runtime = pod["runtimeClassName"];
    const std::string advice = "; use " + quote(classes.front());
    if (runtime.text() && !runtime.text()->empty()) {
        if (std::ranges::find(classes, *runtime.text()) == classes.end())
            report.at(runtime, "runtime class " + quote(*runtime.text()) + " is not among the ones for this workload" + advice);
    } else if (!runtime.is_set() && !pod.partial) {
        report.missing(pod, "runtimeClassName", "the workload runs on the kernel of the node; set runtimeClassName to " + quote(classes.front()));
    }
}

static constexpr Option options[] = {
    {.name = "runtime_classes", .value = {}, .what = "The runtime classes that are allowed; without any the check is silent."},
    {.name = "selector", .value = {}, .what = "The workloads that are meant: KEY=VALUE or KEY for labels of the pods, namespace/NAME; all without."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: job
  labels: {trust: none}
spec:
^^^^ the workload runs on the kernel of the node; set runtimeClassName to 'gvisor'
  containers:
  - name: job
    image: example.org/job:1
---
apiVersion: v1
kind: Pod
metadata:
  name: other
  labels: {trust: none}
spec:
  runtimeClassName: runc
                    ^^^^ runtime class 'runc' is not among the ones for this workload; use 'gvisor'
  containers:
  - name: job
    image: example.org/job:1
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: job
  labels: {trust: none}
spec:
  runtimeClassName: gvisor
  containers:
  - name: job
    image: example.org/job:1
---
apiVersion: v1
kind: Pod
metadata:
  name: own
spec:
  containers:
  - name: job
    image: example.org/job:1
)",
                                        .config = "checks:\n  runtime-class-missing:\n    runtime_classes: [gvisor]\n    selector: [trust=none]\n",
                                        .path = "app.yaml"}};

extern constinit const Check runtime_class_missing = {
    .id = "runtime-class-missing",
    .title = "Untrusted workload has no sandbox runtime class.",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "A plain container is kept in by the kernel alone. Code that is not trusted belongs behind a second wall, and the runtime class of the pod chooses it.",
    .aliases = {"kyverno:restrict-runtimeClassName"},
    .standards = {"NIST-800-190-4.5.2"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
