#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::sidecar_blocks_job {

namespace {

// Repository names, the last part of an image's path.
std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_endless(const kubernetes::Container& container, const std::vector<std::string>& known) {
    const auto listed = [&](std::string_view name) { return std::find(known.begin(), known.end(), name) != known.end(); };
    if (listed(container.name())) return true;
    const auto image = container.image();
    return image && listed(last_part(image->part(image->path)));
}

// Some container tells the other one to stop, or can.
bool is_stopped(const kubernetes::Pod& pod) {
    if (pod["shareProcessNamespace"].is_true()) return true;
    for (const kubernetes::Container& container : pod.containers)
        for (yaml::Node word : container.command_line())
            for (std::string_view sign : {"quitquitquit", "pkill", "/shutdown", "kill ", "quit-"})
                if (word.scalar().find(sign) != std::string_view::npos) return true;
    return false;
}

void run(const kubernetes::Object& object, Reporter& report) {
    const std::vector<std::string>& known = report.list("sidecar-images");
    for (const kubernetes::Pod& pod : object.pods()) {
        const auto is_app = [](const kubernetes::Container& container) { return container.type == kubernetes::ContainerClass::app; };
        if (std::count_if(pod.containers.begin(), pod.containers.end(), is_app) < 2 || is_stopped(pod)) continue;
        for (const kubernetes::Container& container : pod.containers)
            if (is_app(container) && is_endless(container, known) && !container.shell_script())
                report
                    .at(container["name"], quote(container.name()) + " never ends, so the Job never does; make it an init container with restartPolicy: Always")
                    .container(container);
    }
}

constexpr Option options[] = {{.name = "sidecar-images",
                               .value = "istio-proxy proxyv2 linkerd-proxy cloud-sql-proxy cloudsql-proxy gce-proxy vault-agent fluent-bit fluentd filebeat "
                                        "envoy consul-dataplane otel-collector opentelemetry-collector datadog-agent alloydb-auth-proxy",
                               .what = "Names of containers, or last parts of image names, that never end by themselves."}};

constexpr Example examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: report
        image: registry.example/report:1.0
      - name: db
              ^^ 'db' never ends, so the Job never does; make it an init container with restartPolicy: Always
        image: registry.example/cloudsql-docker/gce-proxy:1.33.1
)",
                                 .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - name: db
        image: registry.example/cloudsql-docker/gce-proxy:1.33.1
        restartPolicy: Always
      containers:
      - name: report
        image: registry.example/report:1.0
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check sidecar_blocks_job = {
    .id = "sidecar-blocks-job",
    .title = "A sidecar that never ends keeps a Job from finishing.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A Job is done when all its containers have ended. A proxy or agent beside the work runs for ever and the Job stays active, holding its "
           "place and its resources; as a sidecar (an init container that is restarted always) it is stopped when the work is done.",
    .options = options,
    .examples = examples,
    .run = on_objects({"Job", "CronJob"}, run),
};

}
