#include "analyzer/kubernetes/scalers.h"

namespace plimsoll::kubernetes {

Scalers::Scalers(const Cluster& cluster) {
    const auto add = [&](std::string_view kind, std::string_view default_kind, ByTarget& out) {
        for (const Object* scaler : cluster.of_kind(kind)) {
            const yaml::Node reference = target(*scaler);
            out[{std::string(reference["kind"].text().value_or(default_kind)), std::string(reference["name"].text_or_empty())}].push_back(scaler);
        }
    };
    add("HorizontalPodAutoscaler", "", horizontal_);
    add("keda.sh/ScaledObject", "Deployment", horizontal_);
    add("autoscaling.k8s.io/VerticalPodAutoscaler", "", vertical_);
}

yaml::Node Scalers::target(const Object& scaler) {
    const yaml::Node reference = scaler.at("spec.scaleTargetRef");
    return reference ? reference : scaler.at("spec.targetRef");
}

yaml::Node Scalers::minimum(const Object& scaler) {
    const yaml::Node keda = scaler.at("spec.minReplicaCount");
    return keda ? keda : scaler.at("spec.minReplicas");
}

std::vector<const Object*> Scalers::find(const ByTarget& scalers, const Object& workload) {
    std::vector<const Object*> found;
    const auto entry = scalers.find({std::string(workload.kind()), std::string(workload.name())});
    if (entry == scalers.end() || workload.name().empty()) return found;
    for (const Object* scaler : entry->second)
        if (Cluster::same_namespace(*scaler, workload) == Match::yes) found.push_back(scaler);
    return found;
}

}
