#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::cpu_limit {

using kubernetes::Container;

static void run_set(const Container& container, Reporter& report) {
    const yaml::Node limit = container.limit("cpu");
    if (!limit.is_set() || !asks(limit)) return;
    Draft draft = report.at(limit, "a CPU limit of " + quote(limit.scalar()) + " slows the container down even while the node is idle; a request is enough");
    // Without a request of its own the limit is the request too.
    if (container["resources"]["requests"]["cpu"].is_set())
        draft.fix("Remove the CPU limit", Safety::unsafe, yaml::remove_entry(container.pod->object->manifest().source(), limit));
}

static void run_fractional(const Container& container, Reporter& report) {
    const yaml::Node limit = container.limit("cpu");
    const std::optional<std::int64_t> milli = kubernetes::quantity_milli(limit);
    if (milli && *milli > 0 && *milli % 1000 != 0)
        report.at(limit, "a CPU limit of " + quote(limit.scalar()) +
                             " stops programs with several threads in the middle of every period; use whole cores or no limit");
}

static constexpr Example set_examples[] = {{.bad = R"(
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
      limits:
        cpu: 1
             ^ a CPU limit of '1' slows the container down even while the node is idle; a request is enough
        memory: 64Mi
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
        cpu: 250m
      limits:
        memory: 64Mi
)",
                                            .path = "app.yaml"}};

static constexpr Example fractional_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      limits:
        cpu: 1500m
             ^^^^^ a CPU limit of '1500m' stops programs with several threads in the middle of every period; use whole cores or no limit
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
        cpu: 250m
      limits:
        cpu: 2000m
)",
                                                   .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "cpu-limit-fractional",
     .title = "CPU limit is a fraction of a core.",
     .category = Category::resources,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "The kernel deals out CPU in periods of a tenth of a second. A program with several threads uses up a fraction of a core early in the period and "
            "stands still until the next one, which shows as slow answers at low load.",
     .aliases = {"semgrep:no-fractional-cpu-limits"},
     .examples = fractional_examples,
     .run = on_containers(run_fractional)},
    {.id = "cpu-limit-set",
     .title = "Container has a CPU limit (throttling).",
     .category = Category::resources,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why =
         "Requests already share a busy node out fairly. A limit on top of that takes CPU away that nobody else wants. For teams that work by requests only; "
         "cpu-limit-missing asks for the opposite.",
     .aliases = {"datree:EKS_INVALID_CPU_LIMIT", "kyverno:forbid-cpu-limits", "rhcop:OCP_BESTPRACT-00010"},
     .examples = set_examples,
     .run = on_containers(run_set)},
};

extern constinit const std::span<const Check> cpu_limit = table;

}
