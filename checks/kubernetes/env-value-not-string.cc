#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::env_value_not_string {

using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;
using yaml::Type;

static std::string_view what_is(Type type) { return type == Type::boolean ? std::string_view("boolean") : std::string_view("number"); }

static void judge(const Object& object, Node node, Reporter& report) {
    const Type type = node.type();
    if ((type != Type::boolean && type != Type::integer && type != Type::number) || node.is_placeholder()) return;
    Draft draft = report.at(node, quote(node.scalar()) + " is a " + std::string(what_is(type)) + " here, where text is required; put it in quotes");
    // A number or boolean holds nothing that quotes would have to escape.
    if (std::optional<Edit> edit = yaml::replace_scalar(object.manifest().source(), node, node.scalar()); edit && !node.has_tag()) {
        edit->text = '"' + std::string(node.scalar()) + '"';
        draft.fix("Put it in quotes", Safety::safe, std::move(*edit));
    }
}

static void judge_map(const Object& object, Node map, Reporter& report) {
    for (const yaml::Entry& entry : map.entries()) judge(object, entry.value, report);
}

static void run_container(const Container& container, Reporter& report) {
    const Object& object = *container.pod->object;
    for (Node item : container["env"].items()) judge(object, item["value"], report);
    for (Node word : container["command"].items()) judge(object, word, report);
    for (Node word : container["args"].items()) judge(object, word, report);
}

static void run_pod(const Pod& pod, Reporter& report) {
    judge_map(*pod.object, pod.spec["nodeSelector"], report);
    if (pod.metadata == pod.object->metadata()) return;
    judge_map(*pod.object, pod.labels(), report);
    judge_map(*pod.object, pod.annotations(), report);
}

static void run_object(const Object& object, Reporter& report) {
    judge_map(object, object.labels(), report);
    judge_map(object, object.annotations(), report);
    if (object.is("ConfigMap")) {
        judge_map(object, object["data"], report);
    } else if (object.is("Secret")) {
        judge_map(object, object["stringData"], report);
        judge_map(object, object["data"], report);
    } else if (object.is("Service") || object.is("ReplicationController")) {
        judge_map(object, object.spec()["selector"], report);
    } else if (object.is_workload()) {
        judge_map(object, object.at("spec.selector.matchLabels"), report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {release: 1.10}
                    ^^^^ '1.10' is a number here, where text is required; put it in quotes
  annotations:
    example.org/scrape: yes
                        ^^^ 'yes' is a boolean here, where text is required; put it in quotes
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args: [--port, 8080]
                   ^^^^ '8080' is a number here, where text is required; put it in quotes
    env:
    - name: MODE
      value: 0755   # octal
             ^^^^ '0755' is a number here, where text is required; put it in quotes
    - {name: DEBUG, value: on}
                           ^^ 'on' is a boolean here, where text is required; put it in quotes
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {release: "1.10"}
  annotations:
    example.org/scrape: "yes"
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    args: [--port, "8080"]
    env:
    - name: MODE
      value: "0755"   # octal
    - {name: DEBUG, value: "on"}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  port: 8080
        ^^^^ '8080' is a number here, where text is required; put it in quotes
  day: 2024-05-01
  empty:
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {build: 7}}
                                  ^ '7' is a number here, where text is required; put it in quotes
  template:
    metadata: {labels: {build: 7}}
                               ^ '7' is a number here, where text is required; put it in quotes
    spec:
      containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  port: "8080"
  day: 2024-05-01
  empty:
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {build: "7"}}
  template:
    metadata: {labels: {build: "7"}}
    spec:
      containers: [{name: web, image: "example.org/web:1.0"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check env_value_not_string = {
    .id = "env-value-not-string",
    .title = "Unquoted number or boolean where a string is required.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .fix = Safety::safe,
    .why =
        "YAML reads 8080, 1.10, yes and on as numbers and booleans, and the API server refuses them where its type is text. Tools that convert them on the way "
        "change the text: 1.10 becomes 1.1 and 0755 becomes 493.",
    .examples = examples,
    .run = on_containers(run_container) | on_pods(run_pod) | on_every_object(run_object),
};

}
