#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::emptydir {

using kubernetes::Container;
using kubernetes::Pod;

static void run_unbounded(const Pod& pod, Reporter& report) {
    for (yaml::Node volume : pod["volumes"].items()) {
        const yaml::Node dir = volume["emptyDir"];
        if (!dir || (dir.is_set() && !dir.is_mapping()) || dir["sizeLimit"].is_set() || pod.partial) continue;
        report.at(dir.key(), "volume " + quote(volume["name"].scalar()) + " may fill the disk of the node; set sizeLimit");
    }
}

static bool mounts(const Container& container, std::string_view volume) {
    for (yaml::Node mount : container["volumeMounts"].items())
        if (mount["name"].text() == volume) return true;
    return false;
}

static void judge_size(const Pod& pod, std::string_view volume, yaml::Node size, Reporter& report) {
    const std::optional<std::int64_t> most = kubernetes::quantity_milli(size);
    if (!most) return;
    for (const Container& container : pod.containers) {
        const yaml::Node limit = container.limit("memory");
        const std::optional<std::int64_t> memory = kubernetes::quantity_milli(limit);
        if (!memory || *memory == 0 || *most <= *memory || !mounts(container, volume)) continue;
        report
            .at(size, "volume " + quote(volume) + " lies in memory and may grow to " + quote(size.scalar()) + ", more than the limit of " +
                          quote(limit.scalar()) + " that it counts against; make it smaller or raise the limit")
            .related(limit.span(), "the memory limit of a container that mounts it")
            .container(container);
        return;
    }
}

static void run_memory(const Pod& pod, Reporter& report) {
    for (yaml::Node volume : pod["volumes"].items()) {
        const yaml::Node dir = volume["emptyDir"], medium = dir["medium"], size = dir["sizeLimit"];
        if (medium.text() != "Memory") continue;
        const std::string_view name = volume["name"].text_or_empty();
        if (size.is_set())
            judge_size(pod, name, size, report);
        else if (!pod.partial)
            report.at(medium, "volume " + quote(name) + " lies in memory and has no bound of its own; set sizeLimit below the memory limits of its containers");
    }
}

static constexpr Example unbounded_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    volumeMounts: [{name: tmp, mountPath: /tmp}]
  volumes:
  - name: tmp
    emptyDir: {}
    ^^^^^^^^ volume 'tmp' may fill the disk of the node; set sizeLimit
)",
                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    volumeMounts: [{name: tmp, mountPath: /tmp}]
  volumes:
  - name: tmp
    emptyDir: {sizeLimit: 1Gi}
)",
                                                  .path = "app.yaml"}};

static constexpr Example memory_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources: {limits: {memory: 256Mi}}
    volumeMounts: [{name: cache, mountPath: /cache}, {name: shm, mountPath: /dev/shm}]
  volumes:
  - name: cache
    emptyDir: {medium: Memory, sizeLimit: 1Gi}
                                          ^^^ volume 'cache' lies in memory and may grow to '1Gi', more than the limit of '256Mi' that it counts against; make it smaller or raise the limit
  - name: shm
    emptyDir:
      medium: Memory
              ^^^^^^ volume 'shm' lies in memory and has no bound of its own; set sizeLimit below the memory limits of its containers
)",
                                               .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources: {limits: {memory: 256Mi}}
    volumeMounts: [{name: cache, mountPath: /cache}]
  volumes:
  - name: cache
    emptyDir: {medium: Memory, sizeLimit: 64Mi}
  - name: disk
    emptyDir: {sizeLimit: 1Gi}
)",
                                               .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "emptydir-memory-no-limit",
     .title = "Memory-backed emptyDir larger than the container limit.",
     .category = Category::resources,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "What is written to such a volume counts against the memory limit of the container that writes it, so files that fit the volume get the container "
            "killed. "
            "Without any limit they take the memory of the node.",
     .examples = memory_examples,
     .run = on_pods(run_memory)},
    {.id = "emptydir-unbounded",
     .title = "emptyDir without sizeLimit.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "An emptyDir lies on the disk of the node that everybody shares. With sizeLimit the pod that writes too much is evicted; without it, its "
            "neighbours may be.",
     .aliases = {"kyverno:add-emptydir-sizelimit", "kyverno:require-emptydir-requests-limits"},
     .examples = unbounded_examples,
     .run = on_pods(run_unbounded)},
};

extern constinit const std::span<const Check> emptydir = table;

}
