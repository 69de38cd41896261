#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::request_not_equal_limit {

using kubernetes::Container;

static void judge(const Container& container, Reporter& report, std::string_view resource) {
    if (container.is_ephemeral() || unreadable(container.node, "limits")) return;
    const yaml::Node request = container["resources"]["requests"][resource], limit = container.limit(resource);
    const std::optional<std::int64_t> wanted = kubernetes::quantity_milli(request);
    if (!wanted || *wanted == 0) return;
    if (!limit.is_set()) {
        // A request for disk without a limit is the matter of ephemeral-storage-missing.
        if (!container.pod->partial && resource != "ephemeral-storage")
            report.at(request, "the " + std::string(resource) +
                                   " request has no limit beside it; set the same amount for both, so that the pod gets just what it asked for");
        return;
    }
    const std::optional<std::int64_t> most = kubernetes::quantity_milli(limit);
    if (!most || *most == *wanted) return;
    Draft draft = report.at(request, "the " + std::string(resource) + " request " + quote(request.scalar()) + " differs from the limit " +
                                         quote(limit.scalar()) + "; make them equal, so that the pod gets just what it asked for");
    draft.related(limit.span(), "the limit");
    if (*wanted < *most)
        draft.fix("Request as much as the limit", Safety::unsafe, yaml::replace_scalar(container.pod->object->manifest().source(), request, limit.scalar()));
}

static void run_cpu(const Container& container, Reporter& report) { judge(container, report, "cpu"); }
static void run_memory(const Container& container, Reporter& report) { judge(container, report, "memory"); }
static void run_storage(const Container& container, Reporter& report) { judge(container, report, "ephemeral-storage"); }

static constexpr Example cpu_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 250m
             ^^^^ the cpu request '250m' differs from the limit '500m'; make them equal, so that the pod gets just what it asked for
      limits:
        cpu: 500m
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
    resources:
      requests:
        cpu: 500m
      limits:
        cpu: 500m
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
    resources:
      requests: {memory: 128Mi}
                         ^^^^^ the memory request '128Mi' differs from the limit '1Gi'; make them equal, so that the pod gets just what it asked for
      limits: {memory: 1Gi}
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
    resources:
      requests: {memory: 1Gi}
      limits: {memory: 1Gi}
)",
                                               .path = "app.yaml"},
                                              {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests: {memory: 128Mi}
                         ^^^^^ the memory request has no limit beside it; set the same amount for both, so that the pod gets just what it asked for
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
    resources:
      limits: {memory: 128Mi}
  - name: proxy
    image: example.org/proxy:2
    resources:
      requests: {memory: 1024Mi}
      limits: {memory: 1Gi}
)",
                                               .path = "app.yaml",
                                               .fixed = false}};

static constexpr Example storage_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests: {ephemeral-storage: 1Gi}
                                    ^^^ the ephemeral-storage request '1Gi' differs from the limit '2Gi'; make them equal, so that the pod gets just what it asked for
      limits: {ephemeral-storage: 2Gi}
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
    resources:
      requests: {ephemeral-storage: 2Gi}
      limits: {ephemeral-storage: 2Gi}
)",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "cpu-request-not-equal-limit",
     .title = "CPU request differs from CPU limit.",
     .category = Category::resources,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why = "Only a pod whose requests equal its limits gets the Guaranteed class and whole cores of its own. For everything else a lower request is usual.",
     .aliases = {"kube-score:container-cpu-requests-equal-limits", "kube-score:container-resource-requests-equal-limits",
                 "kics-dir:container_cpu_requests_not_equal_to_its_limits", "kyverno:require-qos-guaranteed"},
     .examples = cpu_examples,
     .run = on_containers(run_cpu)},
    {.id = "ephemeral-storage-not-equal",
     .title = "ephemeral-storage request differs from its limit.",
     .category = Category::resources,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why =
         "The scheduler counts the request, the container may fill up to the limit. Where the two differ, several pods can fill a disk that looked big enough.",
     .aliases = {"kube-score:container-ephemeral-storage-request-equals-limit"},
     .examples = storage_examples,
     .run = on_containers(run_storage)},
    {.id = "memory-request-not-equal-limit",
     .title = "Memory request differs from memory limit.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why =
         "Memory cannot be taken back from a process. When several containers grow from their request to their limit, the node has promised more than it has, "
         "and something is killed.",
     .aliases = {"kube-score:container-memory-requests-equal-limits", "kube-score:container-resource-requests-equal-limits",
                 "datree:EKS_INVALID_MEMORY_REQUEST_LIMIT", "kics-dir:container_memory_requests_not_equal_to_its_limits",
                 "kyverno:memory-requests-equal-limits", "kyverno:require-qos-guaranteed"},
     .examples = memory_examples,
     .run = on_containers(run_memory)},
};

extern constinit const std::span<const Check> request_not_equal_limit = table;

}
