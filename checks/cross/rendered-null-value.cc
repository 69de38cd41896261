#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::rendered_null_value {

namespace {

using kubernetes::Container;
using kubernetes::Object;

bool is_empty_text(yaml::Node node) { return node.is_scalar() && !node.is_placeholder() && (node.is_null() || node.scalar().empty()); }

// Marks the key: an empty value has no bytes of its own.
Draft say(yaml::Node node, std::string_view what, Reporter& report) {
    const yaml::Node place = node.span().begin == node.span().end && node.key() ? node.key() : node;
    return report.at(place, std::string(what) + (node.is_null() ? " is null" : " is empty") + "; a value is missing here");
}

void labels(yaml::Node labels, Reporter& report) {
    for (const yaml::Entry& label : labels.entries())
        if (label.value.is_null()) say(label.value, "label " + quote(label.key.scalar()), report);
}

void object(const Object& object, Reporter& report) {
    if (is_empty_text(object.metadata()["name"]) && !object.metadata()["generateName"].is_set()) say(object.metadata()["name"], "name", report);
    if (is_empty_text(object.metadata()["namespace"])) say(object.metadata()["namespace"], "namespace", report);
    labels(object.labels(), report);
    for (const kubernetes::Pod& pod : object.pods())
        if (!(pod.metadata == object.metadata())) labels(pod.labels(), report);
}

void container(const Container& container, Reporter& report) {
    for (std::string_view field : {"image", "name"})
        if (is_empty_text(container[field])) say(container[field], field, report);
    for (std::string_view field : {"command", "args"})
        for (yaml::Node word : container[field].items())
            if (word.is_null()) say(word, "an item of " + std::string(field), report);
    for (yaml::Node variable : container["env"].items()) {
        if (is_empty_text(variable["name"])) say(variable["name"], "name", report);
        if (variable["value"].is_null()) say(variable["value"], "value", report);
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: ""
             ^^ namespace is empty; a value is missing here
  labels:
    release:
    ^^^^^^^ label 'release' is null; a value is missing here
spec:
  containers:
  - name: web
    image: null
           ^^^^ image is null; a value is missing here
    args: [--port, ~]
                   ^ an item of args is null; a value is missing here
    env:
    - name: HOST
      value:
      ^^^^^ value is null; a value is missing here
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    release: ""
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    args: [--port, ""]
    env:
    - name: HOST
      value: ""
)",
                                 .path = "app.yaml",
                                 .fixed = false}};

}

extern constinit const Check rendered_null_value = {
    .id = "rendered-null-value",
    .title = "A field is null or empty by accident.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A key with nothing after it is null. It is usually a value that a template did not have; the API server treats it as if it were not there.",
    .examples = examples,
    .run = on_every_object(object) | on_containers(container),
};

}
