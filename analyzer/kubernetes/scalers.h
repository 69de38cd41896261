#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/kubernetes/cluster.h"

namespace plimsoll::kubernetes {

// Autoscalers of a set by what they scale: HorizontalPodAutoscaler, KEDA's ScaledObject, VerticalPodAutoscaler. In the order of the set.
class Scalers {
public:
    explicit Scalers(const Cluster& cluster);
    // Those that set the number of replicas.
    std::vector<const Object*> horizontal(const Object& workload) const { return find(horizontal_, workload); }
    // Those that change requests.
    std::vector<const Object*> vertical(const Object& workload) const { return find(vertical_, workload); }
    // The reference to the target in a scaler.
    static yaml::Node target(const Object& scaler);
    // The least and the most replicas of a horizontal scaler, defaults included; empty nodes where nothing is written.
    static yaml::Node minimum(const Object& scaler);

private:
    using ByTarget = std::map<std::pair<std::string, std::string>, std::vector<const Object*>>;   // (kind, name)
    static std::vector<const Object*> find(const ByTarget& scalers, const Object& workload);
    ByTarget horizontal_, vertical_;
};

}
