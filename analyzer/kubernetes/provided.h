#pragma once

#include <string_view>

#include "analyzer/kubernetes/cluster.h"

namespace plimsoll::kubernetes {

// Some object of the set makes a controller create this one in the namespace of `from`: ExternalSecret, SealedSecret, Certificate and the like for
// Secrets, volume claim templates for claims, trust-manager bundles for ConfigMaps, kube-root-ca.crt by the cluster itself.
bool made_by_controller(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name);

// Certain that neither the set nor a controller of it provides the object; see Cluster::missing().
bool nowhere(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace = {});

}
