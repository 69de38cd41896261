#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::termination_message_policy {

static void run(const kubernetes::Container& container, Reporter& report) {
    const kubernetes::Pod& pod = *container.pod;
    if (container.is_ephemeral() || pod.partial || pod.object->is_fragment() || pod.object->is("Pod")) return;
    const yaml::Node policy = container["terminationMessagePolicy"];
    if (policy.is_set() && policy.text_or_empty() != "File") return;
    const std::string_view message = "a container that fails leaves no reason in its status; set terminationMessagePolicy to FallbackToLogsOnError";
    Draft draft = policy.is_set() ? report.at(policy, std::string(message)) : report.missing(container, "terminationMessagePolicy", std::string(message));
    draft.fix("Set FallbackToLogsOnError", Safety::safe,
              yaml::set_key(pod.object->manifest().source(), container.node, "terminationMessagePolicy", "FallbackToLogsOnError"));
}

static constexpr Example examples[] = {{.bad = R"(
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
              ^^^ a container that fails leaves no reason in its status; set terminationMessagePolicy to FallbackToLogsOnError
        image: example.org/web:1.0
      - name: logs
        image: example.org/logs:1.0
        terminationMessagePolicy: File
                                  ^^^^ a container that fails leaves no reason in its status; set terminationMessagePolicy to FallbackToLogsOnError
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
        terminationMessagePolicy: FallbackToLogsOnError
      - name: logs
        image: example.org/logs:1.0
        terminationMessagePolicy: FallbackToLogsOnError
)",
                                        .path = "app.yaml"}};

extern constinit const Check termination_message_policy = {
    .id = "termination-message-policy",
    .title = "terminationMessagePolicy is not FallbackToLogsOnError.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Few programs write /dev/termination-log. With the fallback the end of the log is kept in the pod's status when a container fails, where it is seen "
           "even after the "
           "log has gone.",
    .examples = examples,
    .run = on_containers(run),
};

}
