#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::containers_per_pod_limit {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const long max = report.number("max");
    const yaml::Node containers = pod["containers"];
    if (max > 0 && containers.size() > static_cast<std::size_t>(max))
        report.at(containers.key() ? containers.key() : containers,
                  "the pod has " + std::to_string(containers.size()) + " containers; the limit of this project is " + std::to_string(max));
}

static constexpr Option options[] = {{.name = "max", .type = Option::Type::number, .value = "4", .what = "containers of one pod"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  ^^^^^^^^^^ the pod has 2 containers; the limit of this project is 1
  - {name: a, image: a:1.0.0}
  - {name: b, image: b:1.0.0}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .config = R"(checks: {containers-per-pod-limit: {max: 1}})",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check containers_per_pod_limit = {
    .id = "containers-per-pod-limit",
    .title = "Pod holds more containers than the house limit.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Containers of a pod are started, moved and stopped together. Many of them are often several applications in one.",
    .aliases = {"kyverno:limit-containers-per-pod"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
