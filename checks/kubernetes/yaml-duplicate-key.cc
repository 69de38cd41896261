#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::yaml_duplicate_key {

namespace {

void run(const kubernetes::Manifest& file, Reporter& report) {
    for (const yaml::Document& document : file.stream().documents())
        for (const yaml::Problem& problem : document.problems)
            if (problem.kind == yaml::Problem::Kind::duplicate_key) report.at(problem.span, problem.message).related(problem.other, "here it stands first");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.2
    securityContext:
      privileged: false
      runAsNonRoot: true
      privileged: true
      ^^^^^^^^^^ the key 'privileged' stands here twice
)",
                                 .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.2
    securityContext:
      privileged: false
      runAsNonRoot: true
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "name": "b"}}
                                                                    ^^^^^^ the key 'name' stands here twice
)",
                                 .good = R"(
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}
)",
                                 .path = "app.json"}};

}

extern constinit const Check yaml_duplicate_key = {
    .id = "yaml-duplicate-key",
    .title = "Mapping key occurs twice.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Decoders keep one of the two values in silence, the API server the last one, other tools the first. Whoever reads or changes the other one is "
           "misled; with strict validation the object is refused.",
    .examples = examples,
    .run = on_manifests(run),
};

}
