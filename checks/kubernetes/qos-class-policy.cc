#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::qos_class_policy {

using kubernetes::Container;
using kubernetes::Pod;

namespace {

enum class Qos : unsigned char { best_effort, burstable, guaranteed, unknown };

// What the resources of one holder, a container or the pod itself, add to the class.
struct Share {
    bool any = false;
    bool equal = true;   // limits for both, and requests as high
    bool unknown = false;
};

}

static Share share_of(yaml::Node holder) {
    Share share;
    share.unknown = unreadable(holder, "limits") || unreadable(holder, "requests");
    for (std::string_view resource : {"cpu", "memory"}) {
        const yaml::Node limit = holder["resources"]["limits"][resource], request = holder["resources"]["requests"][resource];
        const std::int64_t most = kubernetes::quantity_milli(limit).value_or(0),
                           wanted = request.is_set() ? kubernetes::quantity_milli(request).value_or(0) : most;
        share.unknown = share.unknown || (limit.is_set() && !kubernetes::quantity_milli(limit)) || (request.is_set() && !kubernetes::quantity_milli(request));
        share.any = share.any || most > 0 || wanted > 0;
        share.equal = share.equal && most > 0 && most == wanted;
    }
    return share;
}

static Qos class_of(const Pod& pod) {
    bool any = false, equal = true;
    auto add = [&](const Share& share) {
        any = any || share.any;
        equal = equal && share.equal;
        return !share.unknown;
    };
    if (pod["resources"].is_set()) {
        if (!add(share_of(pod.spec))) return Qos::unknown;
    } else {
        for (const Container& container : pod.containers)
            if (!container.is_ephemeral() && !add(share_of(container.node))) return Qos::unknown;
    }
    return !any ? Qos::best_effort : equal ? Qos::guaranteed : Qos::burstable;
}

static void run(const Pod& pod, Reporter& report) {
    const std::string_view wanted = report.text("class");
    const Qos least = wanted == "Guaranteed" ? Qos::guaranteed : wanted == "Burstable" ? Qos::burstable : Qos::best_effort;
    if (least == Qos::best_effort || pod.partial || pod.containers.empty()) return;
    const Qos found = class_of(pod);
    if (found >= least) return;
    const std::string advice = least == Qos::guaranteed ? "give every container CPU and memory limits with equal requests" : "give a container a request";
    report.missing(pod, "containers",
                   std::string("the pod is of class ") + (found == Qos::burstable ? "Burstable" : "BestEffort") + ", not " + std::string(wanted) + "; " +
                       advice);
}

static constexpr Option options[] = {
    {.name = "class",
     .type = Option::Type::text,
     .value = {},
     .what = "The lowest class that will do, Burstable or Guaranteed; without it the check is silent."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  ^^^^^^^^^^ the pod is of class Burstable, not Guaranteed; give every container CPU and memory limits with equal requests
  - {name: web, image: "example.org/web:1.4", resources: {limits: {cpu: 1, memory: 1Gi}}}
  - {name: log, image: "example.org/log:2", resources: {limits: {memory: 1Gi}}}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4", resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1000m}}}
  - {name: log, image: "example.org/log:2", resources: {limits: {cpu: 50m, memory: 1Gi}}}
)",
                                        .config = "checks:\n  qos-class-policy:\n    class: Guaranteed\n",
                                        .path = "app.yaml"}};

extern constinit const Check qos_class_policy = {
    .id = "qos-class-policy",
    .title = "Pod does not reach the wanted QoS class.",
    .category = Category::resources,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "The class decides who goes first when a node runs out of memory: BestEffort pods before Burstable ones, Guaranteed ones last. "
           "It follows from the requests and limits of all containers together.",
    .aliases = {"kyverno:require-qos-burstable", "kyverno:require-qos-guaranteed"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
