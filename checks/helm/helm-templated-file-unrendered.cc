#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_templated_file_unrendered {

namespace {

// "<your-registry>": a word between angle brackets.
bool is_bracketed(std::string_view text) {
    const std::size_t open = text.find('<');
    return open != std::string_view::npos && text.find('>', open + 2) != std::string_view::npos;
}

bool is_marked(yaml::Node node) {
    const std::string_view text = node.scalar();
    return !text.empty() && (node.is_placeholder() || is_bracketed(text) || text.find("$(") != std::string_view::npos);
}

void run(const kubernetes::Object& object, Reporter& report) {
    const auto judge = [&](yaml::Node node, std::string_view what) {
        if (is_marked(node)) report.at(node, quote(node.scalar()) + " is no " + std::string(what) + ": render the file before it is checked and applied");
    };
    judge(object.metadata()["name"], "name");
    judge(object.metadata()["namespace"], "namespace");
    for (const kubernetes::Pod& pod : object.pods())
        for (const kubernetes::Container& container : pod.containers) judge(container["image"], "image");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: ${NAMESPACE}
             ^^^^^^^^^^^^ '${NAMESPACE}' is no namespace: render the file before it is checked and applied
spec:
  containers:
  - name: web
    image: <registry>/web:1.0
           ^^^^^^^^^^^^^^^^^^ '<registry>/web:1.0' is no image: render the file before it is checked and applied
    args: [--node, $(NODE)]
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    args: [--node, $(NODE)]
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check helm_templated_file_unrendered = {
    .id = "helm-templated-file-unrendered",
    .title = "Template marker left in a plain manifest.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "The API server takes the marker for the value and refuses the object, or pulls an image of that name. What is checked should be what is applied.",
    .examples = examples,
    .run = on_every_object(run),
};

}
