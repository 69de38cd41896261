#pragma once

#include <string>
#include <string_view>

#include "analyzer/kubernetes/pod.h"

namespace plimsoll::kubernetes {

// A path of the node in one spelling: no doubled or trailing slashes, no "." and "..", /var/run as the /run it links to.
std::string clean_host_path(std::string_view path);
// `path` is `folder` or lies in it; both clean.
bool lies_in(std::string_view path, std::string_view folder);

// Calls judge(volume, path) for every hostPath volume of the pod whose path is known; `path` is the node of the path.
template <typename Judge>
void each_host_path(const Pod& pod, Judge judge) {
    for (const yaml::Node volume : pod["volumes"].items()) {
        const yaml::Node path = volume["hostPath"]["path"];
        if (path.text() && !path.text()->empty()) judge(volume, path);
    }
}

}
