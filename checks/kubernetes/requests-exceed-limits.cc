#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::requests_exceed_limits {

using kubernetes::Container;
using kubernetes::Pod;

// The limit that a request breaks; empty when all is well or nobody can tell.
static void judge(yaml::Node resources, const Container* container, Reporter& report) {
    const yaml::Node limits = resources["limits"];
    if (!limits) return;
    for (const yaml::Entry& request : resources["requests"].entries()) {
        const yaml::Node limit = limits[request.key.scalar()];
        const std::optional<std::int64_t> wanted = kubernetes::quantity_milli(request.value), most = kubernetes::quantity_milli(limit);
        if (!wanted || !most || *wanted <= *most) continue;
        Draft draft = report.at(request.value, "the API server refuses a request of " + quote(request.value.scalar()) + " above the limit of " +
                                                   quote(limit.scalar()) + "; raise the limit or lower the request");
        draft.related(limit.span(), "the limit");
        if (container) draft.container(*container);
    }
}

static void run(const Pod& pod, Reporter& report) {
    judge(pod["resources"], nullptr, report);
    for (const Container& container : pod.containers) judge(container["resources"], &container, report);
}

static constexpr Example examples[] = {{.bad = R"(
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
        memory: 1Gi
                ^^^ the API server refuses a request of '1Gi' above the limit of '1000M'; raise the limit or lower the request
      limits:
        cpu: "0.5"
        memory: 1000M
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
        memory: 1G
      limits:
        cpu: "0.5"
        memory: 1Gi
)",
                                        .path = "app.yaml"}};

extern constinit const Check requests_exceed_limits = {
    .id = "requests-exceed-limits",
    .title = "A resource request is larger than its limit.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "The API server refuses such a pod. In a template the mistake shows late: the Deployment is accepted, and its pods never come.",
    .examples = examples,
    .run = on_pods(run),
};

}
