#include <algorithm>
#include <map>
#include <tuple>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/scalers.h"
#include "checks/cross/objects.h"

// Autoscalers against their targets and against one another.

namespace plimsoll::checks::autoscaler_conflict {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Scalers;

void fixed_replicas(const Cluster& cluster, Reporter& report) {
    const Scalers scalers(cluster);
    for (const Object* workload : cluster.workloads()) {
        const yaml::Node replicas = workload->at("spec.replicas");
        if (!replicas.is_set()) continue;
        const auto scaling = scalers.horizontal(*workload);
        if (scaling.empty()) continue;
        report.at(*workload, replicas.key(), "replicas is set although " + called(*scaling.front()) + " decides it; every apply undoes the scaling")
            .related(*scaling.front(), scaling.front()->head(), "the autoscaler")
            .fix("Remove replicas", Safety::unsafe, yaml::remove_entry(workload->manifest().source(), replicas));
    }
}

void twice(const std::vector<const Object*>& scaling, Reporter& report) {
    for (std::size_t i = 1; i < scaling.size(); ++i) {
        // Another version of the same object, for another place.
        if (&scaling[i]->manifest() != &scaling.front()->manifest() && scaling[i]->name() == scaling.front()->name()) continue;
        const yaml::Node target = Scalers::target(*scaling[i]);
        report.at(*scaling[i], target["name"], called(*scaling.front()) + " scales the same target; the two will work against each other")
            .related(*scaling.front(), scaling.front()->head(), "the other autoscaler");
    }
}

void duplicate(const Cluster& cluster, Reporter& report) {
    // By target as written, whether or not it is part of the set.
    std::map<std::tuple<bool, std::string, std::string, std::string>, std::vector<const Object*>> by_target;
    const auto add = [&](std::string_view kind, bool vertical) {
        for (const Object* scaler : cluster.of_kind(kind)) {
            const yaml::Node target = Scalers::target(*scaler);
            if (target["name"].text_or_empty().empty()) continue;
            by_target[{vertical, kubernetes::home_of(*scaler), std::string(target["kind"].text().value_or("Deployment")),
                       std::string(target["name"].text_or_empty())}]
                .push_back(scaler);
        }
    };
    add("HorizontalPodAutoscaler", false);
    add("keda.sh/ScaledObject", false);
    add("autoscaling.k8s.io/VerticalPodAutoscaler", true);
    for (const auto& [target, scaling] : by_target) twice(scaling, report);
}

// The metrics of an autoscaler that are a share of the request: cpu or memory.
template <typename Each>
void each_utilization(const Object& scaler, Each each) {
    const yaml::Node old = scaler.at("spec.targetCPUUtilizationPercentage");
    if (old.is_set()) each(std::string_view("cpu"), std::string_view(), old);
    for (yaml::Node metric : scaler.at("spec.metrics").items())
        for (std::string_view form : {"resource", "containerResource"}) {
            const yaml::Node resource = metric[form];
            const yaml::Node share = resource["target"]["averageUtilization"] ? resource["target"]["averageUtilization"] : resource["targetAverageUtilization"];
            if (share.is_set()) each(resource["name"].text_or_empty(), resource["container"].text_or_empty(), resource["name"]);
        }
}

void without_request(const Cluster& cluster, Reporter& report) {
    const Scalers scalers(cluster);
    for (const Object* workload : cluster.workloads()) {
        if (workload->is_fragment()) continue;
        for (const Object* scaler : scalers.horizontal(*workload))
            each_utilization(*scaler, [&](std::string_view resource, std::string_view only, yaml::Node place) {
                if (resource != "cpu" && resource != "memory") return;
                for (const kubernetes::Pod& pod : workload->pods())
                    for (const kubernetes::Container& container : pod.containers) {
                        if (!container.long_running() || pod.partial || (!only.empty() && container.name() != only) || container.request(resource).is_set())
                            continue;
                        report
                            .at(*scaler, place,
                                "container " + quote(container.name()) + " of " + called(*workload) + " requests no " + std::string(resource) +
                                    ", so there is nothing to measure its use against")
                            .related(*workload, container.holder("resources.requests." + std::string(resource)), "the container");
                        return;
                    }
            });
    }
}

void both_kinds(const Cluster& cluster, Reporter& report) {
    const Scalers scalers(cluster);
    for (const Object* workload : cluster.workloads())
        for (const Object* vertical : scalers.vertical(*workload)) {
            const yaml::Node mode = vertical->at("spec.updatePolicy.updateMode");
            if (mode.text_or_empty() == "Off") continue;
            for (const Object* horizontal : scalers.horizontal(*workload)) {
                bool on_resources = false;
                each_utilization(*horizontal,
                                 [&](std::string_view resource, std::string_view, yaml::Node) { on_resources |= resource == "cpu" || resource == "memory"; });
                if (!on_resources) continue;
                report
                    .at(*vertical, Scalers::target(*vertical)["name"],
                        called(*horizontal) + " scales the same target on cpu or memory; each answers to what the other changes")
                    .related(*horizontal, horizontal->head(), "the other autoscaler");
                break;
            }
        }
}

constexpr Example fixed_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  ^^^^^^^^ replicas is set although HorizontalPodAutoscaler 'web' decides it; every apply undoes the scaling
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                       .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                       .path = "app.yaml"}};

constexpr Example duplicate_examples[] = {{.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web-queue}
spec:
  scaleTargetRef: {name: web}
                         ^^^ HorizontalPodAutoscaler 'web' scales the same target; the two will work against each other
)",
                                           .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web-queue}
spec:
  scaleTargetRef: {name: worker}
)",
                                           .path = "app.yaml"}};

constexpr Example request_examples[] = {{.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics:
  - type: Resource
    resource:
      name: cpu
            ^^^ container 'web' of Deployment 'web' requests no cpu, so there is nothing to measure its use against
      target: {type: Utilization, averageUtilization: 70}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target: {type: Utilization, averageUtilization: 70}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0", resources: {limits: {cpu: 1}}}]}
)",
                                         .path = "app.yaml"}};

constexpr Example both_examples[] = {{.bad = R"(
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                                                           ^^^ HorizontalPodAutoscaler 'web' scales the same target on cpu or memory; each answers to what the other changes
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  targetCPUUtilizationPercentage: 70
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                      .good = R"(
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web}
spec:
  updatePolicy: {updateMode: "Off"}
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  targetCPUUtilizationPercentage: 70
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                      .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "hpa-duplicate",
        .title = "Two autoscalers target the same workload.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Each computes its own number of replicas or its own requests and overwrites the other's, so the workload never settles.",
        .aliases = {"kyverno:prevent-duplicate-hpa", "kyverno:prevent-duplicate-vpa"},
        .examples = duplicate_examples,
        .run = on_cluster(duplicate),
    },
    {
        .id = "hpa-fixed-replicas",
        .title = "A workload that an autoscaler scales also fixes its replicas.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "Each apply sets the number back to what is written, so under load the pods that were added are stopped at every deployment.",
        .aliases = {"kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured", "kics:5744cbb8-5946-4b75-a196-ade44449525b"},
        .examples = fixed_examples,
        .run = on_cluster(fixed_replicas),
    },
    {
        .id = "hpa-metric-without-request",
        .title = "An autoscaler measures use against a request that is not set.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Utilisation is a share of the request. When one container has none the metric is undefined and the autoscaler stops scaling.",
        .examples = request_examples,
        .run = on_cluster(without_request),
    },
    {
        .id = "hpa-vpa-conflict",
        .title = "A horizontal and a vertical autoscaler act on the same resource.",
        .category = Category::reliability,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The vertical one changes the requests that the horizontal one measures against; the two feed on each other.",
        .aliases = {"kyverno:check-vpa-configuration"},
        .examples = both_examples,
        .run = on_cluster(both_kinds),
    },
};

}

extern constinit const std::span<const Check> autoscaler_conflict = table;

}
