#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::yaml_parse_error {

namespace {

constexpr std::size_t most = 20;   // findings for one document

bool is_parse_error(yaml::Problem::Kind kind) { return kind != yaml::Problem::Kind::duplicate_key; }

void run(const kubernetes::Manifest& file, Reporter& report) {
    for (const yaml::Document& document : file.stream().documents()) {
        std::size_t count = 0;
        for (const yaml::Problem& problem : document.problems)
            if (is_parse_error(problem.kind) && ++count <= most) report.at(problem.span, problem.message);
        bool wrong_shape = document.root.is_sequence() || (document.root.is_scalar() && !document.root.is_null());
        if (wrong_shape && count == 0 && !file.objects().empty())
            report.at(document.root.head(), "a document of a manifest must be a mapping with apiVersion and kind");
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  title: web: the shop
            ^| ': ' inside a value needs quotes
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
data:
  list: [a, b
        ^ '[' is not closed
)",
                                 .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  title: "web: the shop"
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
data:
  list: "a, b"
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: *shared
      ^^^^^^^ no anchor 'shared' stands before this alias
---
- apiVersion: v1
^ a document of a manifest must be a mapping with apiVersion and kind
)",
                                 .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {}
---
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check yaml_parse_error = {
    .id = "yaml-parse-error",
    .title = "YAML cannot be parsed.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "kubectl refuses the document, or drops a part of it without a word. It is read here as the API server's own reader does: YAML 1.1, no tabs for "
           "indentation, no directives, anchors before their aliases. What could be read of the file is analysed all the same.",
    .aliases = {"sonar:S2260"},
    .examples = examples,
    .run = on_manifests(run),
};

}
