#pragma once

#include <vector>

#include "analyzer/kubernetes/pod.h"

namespace plimsoll::kubernetes {

// Every pod spec in an object of this group and kind, with its containers, in document order per path. Built-in kinds and the well-known custom
// ones. Pod::object and Container::pod are left for the object that keeps the pods to fill in.
std::vector<Pod> pods_of(std::string_view group, std::string_view kind, yaml::Node object);
// There is a place for pods in this kind, whether or not an object has any.
bool carries_pods(std::string_view group, std::string_view kind);

}
