#pragma once

#include <string>

#include "analyzer/engine/kubernetes_check.h"

// What several checks of this folder need.

namespace plimsoll::checks {

// For messages: Deployment 'web'.
inline std::string called(const kubernetes::Object& object) { return std::string(object.kind()) + " " + quote(object.name()); }

template <typename Each>
void each_pod(const kubernetes::Cluster& cluster, Each each) {
    for (const kubernetes::Object* object : cluster.workloads())
        for (const kubernetes::Pod& pod : object->pods()) each(*object, pod);
}

}
