#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/engine/kubernetes_check.h"

// What the checks of requests and limits share.

namespace plimsoll::checks {

inline constexpr std::int64_t mebibyte = std::int64_t{1} << 20;

// Whether a quantity asks for something: it is there and not zero, or nobody can tell what it is.
inline bool asks(yaml::Node amount) { return amount.is_set() && (amount.is_placeholder() || kubernetes::quantity_milli(amount) != 0); }

// The requests or limits of `holder` (a container or a pod spec) cannot be read: a placeholder or something of another type stands there.
inline bool unreadable(yaml::Node holder, std::string_view section) {
    const yaml::Node resources = holder["resources"], list = resources[section];
    return (resources.is_set() && !resources.is_mapping()) || (list.is_set() && !list.is_mapping());
}

// Pod-level resources bound all containers together.
inline bool pod_level(const kubernetes::Pod& pod, std::string_view section, std::string_view resource) {
    const yaml::Node resources = pod["resources"];
    if (!resources.is_set()) return false;
    if (unreadable(pod.spec, section) || asks(resources[section][resource])) return true;
    return section == "requests" && asks(resources["limits"][resource]);
}

// Extended resources have a domain that is not Kubernetes' own.
inline bool is_extended(std::string_view resource) {
    const std::size_t slash = resource.find('/');
    return slash != std::string_view::npos && !resource.substr(0, slash).ends_with("kubernetes.io");
}

}
