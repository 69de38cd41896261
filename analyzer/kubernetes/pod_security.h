#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/pod.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// The Pod Security Standards as the admission plugin of the API server evaluates them, with the places at fault.

enum class PodSecurityLevel : std::uint8_t { baseline, restricted };

// Policies are versioned by the minor of Kubernetes 1.x; this is the newest one that is known.
inline constexpr unsigned newest_pod_security = 37;

// The minor of "1.29", "v1.29" or "1.29.3"; the newest for "", "latest" and what is not a version.
unsigned pod_security_minor(std::string_view version);

// One place that breaks one control. A control that the other level does not have, or judges otherwise, is "" there.
struct PodSecurityBreach {
    std::string_view baseline, restricted;   // ids of the controls: "hostPorts", "runAsNonRoot"
    yaml::Node node;                         // the value at fault; empty when something is missing
    const Container* container = nullptr;    // null: the pod itself
    std::string_view missing = {};           // path below the container or pod that would have to be set
    std::string_view wanted = {};            // its value
};

// Everything in the pod that the level of that version refuses, in the order of the controls, then of the containers. Restricted contains what
// baseline refuses, also where its own control is satisfied (Windows pods).
std::vector<PodSecurityBreach> pod_security_breaches(const Pod& pod, PodSecurityLevel level, unsigned minor = newest_pod_security);

// The admission plugin looks into this object: a built-in kind with a pod spec that decodes. What it cannot read it does not judge.
bool is_judged_by_pod_security(const Pod& pod);

// The facts behind the controls.
bool is_safe_sysctl(std::string_view name, unsigned minor = newest_pod_security);
bool is_baseline_capability(std::string_view name);   // may be added under baseline; exact spelling
bool is_allowed_selinux_type(std::string_view type, unsigned minor = newest_pod_security);
bool is_restricted_volume_source(std::string_view source);   // "configMap": allowed under restricted

// The source of a volume, "hostPath" or "emptyDir" with its value; two empty nodes when none is set.
yaml::Entry volume_source(yaml::Node volume);

}
