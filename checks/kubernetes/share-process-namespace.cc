#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::share_process_namespace {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node value = pod["shareProcessNamespace"];
    if (value.is_true()) report.at(value, "the containers see one another's processes, environment and files; remove shareProcessNamespace");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  shareProcessNamespace: true
                         ^^^^ the containers see one another's processes, environment and files; remove shareProcessNamespace
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check share_process_namespace = {
    .id = "share-process-namespace",
    .title = "Containers of the pod share one PID namespace.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "In a shared process namespace every container reads the environment of the others from /proc, secrets included, and their file systems through "
           "/proc/PID/root.",
    .examples = examples,
    .run = on_pods(run),
};

}
