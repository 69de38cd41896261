#include "checks/kubernetes/refusal.h"

#include <unordered_map>

namespace plimsoll::checks::container_name_duplicate {

using yaml::Node;

namespace {

class Seen {
public:
    // Reports the name when it was there before.
    void add(Node name, std::string_view what, Reporter& report) {
        const std::string_view text = name.text_or_empty();
        if (text.empty()) return;
        const auto [first, fresh] = names_.try_emplace(text, name);
        if (!fresh && !(first->second == name))
            report.at(name, "another " + std::string(what) + " of this pod is named " + quote(text) + " as well; the API server refuses that")
                .related(first->second.span(), "the first one");
    }

private:
    std::unordered_map<std::string_view, Node> names_;
};

}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (beyond_server(*pod.object, report)) return;
    if (pod.containers.size() > 1) {
        Seen seen;
        for (const kubernetes::Container& container : pod.containers) seen.add(container["name"], "container", report);
    }
    if (const Node volumes = pod.spec["volumes"]; volumes.size() > 1) {
        Seen seen;
        for (Node volume : volumes.items()) seen.add(volume["name"], "volume", report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.0"}
  - {name: setup, image: "example.org/logs:1.0"}
  initContainers:
  - {name: setup, image: "example.org/setup:1.0"}
           ^^^^^ another container of this pod is named 'setup' as well; the API server refuses that
  volumes:
  - {name: web, emptyDir: {}}
  - {name: web, configMap: {name: web}}
           ^^^ another volume of this pod is named 'web' as well; the API server refuses that
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: setup, image: "example.org/setup:1.0"}
  containers:
  - {name: web, image: "example.org/web:1.0"}
  volumes:
  - {name: web, emptyDir: {}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check container_name_duplicate = {
    .id = "container-name-duplicate",
    .title = "Two containers or volumes share a name.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why =
        "Names tell the containers of a pod apart, init and ephemeral ones included, and the same holds for volumes. The API server refuses a pod in which one "
        "occurs twice; a patch that merges by name changes the wrong entry.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run),
};

}
