#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::init_container_unsupported_field {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (!container.is_init() || container["restartPolicy"].is_placeholder()) return;
    for (std::string_view field : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
        if (const yaml::Node value = container[field]; value.is_set())
            report.at(value.key(), "an init container that runs to its end may not have " + std::string(field) + "; the API server refuses the pod")
                .fix("Remove " + std::string(field), Safety::unsafe, yaml::remove_entry(container.pod->object->manifest().source(), value));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.0
    readinessProbe:
    ^^^^^^^^^^^^^^ an init container that runs to its end may not have readinessProbe; the API server refuses the pod
      tcpSocket: {port: 80}
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.0
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: prepare, image: "registry.example/prepare:1.0", lifecycle: {preStop: {exec: {command: [stop]}}}}
                                                           ^^^^^^^^^ an init container that runs to its end may not have lifecycle; the API server refuses the pod
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: prepare, image: "registry.example/prepare:1.0", restartPolicy: Always, lifecycle: {preStop: {exec: {command: [stop]}}}}
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check init_container_unsupported_field = {
    .id = "init-container-unsupported-field",
    .title = "An init container has probes or lifecycle hooks it may not have.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .fix = Safety::unsafe,
    .why = "Init containers run to their end before the others start, so there is nothing to probe. Only those with restartPolicy Always, which stay "
           "beside the pod, may have probes and hooks.",
    .examples = examples,
    .run = on_containers(run),
};

}
