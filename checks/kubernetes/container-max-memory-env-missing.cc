#include "analyzer/engine/kubernetes_check.h"
#include "component_images.h"

namespace plimsoll::checks::container_max_memory_env_missing {

// Images of OpenShift whose start script sizes the heap.
static bool sizes_heap(std::string_view reference) {
    const std::string_view path = image_path(reference);
    for (std::string_view word : {"openjdk", "s2i-java", "java-main", "jboss", "fuse-java"})
        if (path.find(word) != std::string_view::npos) return true;
    return false;
}

static void run(const kubernetes::Container& container, Reporter& report) {
    if (container.pod->partial || !container.long_running() || !container.limit("memory").is_set() || !sizes_heap(container.image_node().scalar())) return;
    for (yaml::Node variable : container["env"].items())
        if (variable["name"].text() == "CONTAINER_MAX_MEMORY") return;
    report.missing(container, "env", "the start script of this image does not see the memory limit; pass limits.memory to it as CONTAINER_MAX_MEMORY");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
          ^^^ the start script of this image does not see the memory limit; pass limits.memory to it as CONTAINER_MAX_MEMORY
    image: registry.example.org/ubi9/openjdk-21:1.20
    resources: {limits: {memory: 1Gi}}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example.org/ubi9/openjdk-21:1.20
    env:
    - name: CONTAINER_MAX_MEMORY
      valueFrom: {resourceFieldRef: {resource: limits.memory}}
    resources: {limits: {memory: 1Gi}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check container_max_memory_env_missing = {
    .id = "container-max-memory-env-missing",
    .title = "Memory limit is not passed to the container (OpenShift Java).",
    .category = Category::resources,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "The Java images of OpenShift reckon the size of the heap from this variable. Without it they may take the memory of the node for their own.",
    .aliases = {"rhcop:OCP_BESTPRACT-00002"},
    .examples = examples,
    .run = on_containers(run),
};

}
