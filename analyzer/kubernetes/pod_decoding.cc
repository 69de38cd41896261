#include <algorithm>
#include <span>

#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/pod_security.h"

// Whether a pod decodes into the API's types, as far as common mistakes go: one value of a wrong type and the whole object is refused.

namespace plimsoll::kubernetes {

namespace {

using yaml::Node;

enum class Shape : unsigned char { boolean, integer, text, mapping, texts, integers, mappings, map_of_text };

struct Expected {
    std::string_view path;
    Shape shape;
};

constexpr Expected pod_fields[] = {
    {"hostNetwork", Shape::boolean},
    {"hostPID", Shape::boolean},
    {"hostIPC", Shape::boolean},
    {"hostUsers", Shape::boolean},
    {"shareProcessNamespace", Shape::boolean},
    {"automountServiceAccountToken", Shape::boolean},
    {"enableServiceLinks", Shape::boolean},
    {"restartPolicy", Shape::text},
    {"dnsPolicy", Shape::text},
    {"hostname", Shape::text},
    {"nodeName", Shape::text},
    {"serviceAccountName", Shape::text},
    {"serviceAccount", Shape::text},
    {"priorityClassName", Shape::text},
    {"schedulerName", Shape::text},
    {"runtimeClassName", Shape::text},
    {"terminationGracePeriodSeconds", Shape::integer},
    {"activeDeadlineSeconds", Shape::integer},
    {"priority", Shape::integer},
    {"nodeSelector", Shape::map_of_text},
    {"affinity", Shape::mapping},
    {"os", Shape::mapping},
    {"os.name", Shape::text},
    {"tolerations", Shape::mappings},
    {"imagePullSecrets", Shape::mappings},
    {"hostAliases", Shape::mappings},
    {"topologySpreadConstraints", Shape::mappings},
    {"containers", Shape::mappings},
    {"initContainers", Shape::mappings},
    {"ephemeralContainers", Shape::mappings},
    {"volumes", Shape::mappings},
};

constexpr Expected security_fields[] = {
    {"runAsUser", Shape::integer},
    {"runAsGroup", Shape::integer},
    {"runAsNonRoot", Shape::boolean},
    {"fsGroup", Shape::integer},
    {"supplementalGroups", Shape::integers},
    {"sysctls", Shape::mappings},
    {"privileged", Shape::boolean},
    {"allowPrivilegeEscalation", Shape::boolean},
    {"readOnlyRootFilesystem", Shape::boolean},
    {"procMount", Shape::text},
    {"capabilities", Shape::mapping},
    {"capabilities.add", Shape::texts},
    {"capabilities.drop", Shape::texts},
    {"seccompProfile", Shape::mapping},
    {"seccompProfile.type", Shape::text},
    {"appArmorProfile", Shape::mapping},
    {"appArmorProfile.type", Shape::text},
    {"seLinuxOptions", Shape::mapping},
    {"windowsOptions", Shape::mapping},
};

constexpr Expected container_fields[] = {
    {"name", Shape::text},
    {"image", Shape::text},
    {"imagePullPolicy", Shape::text},
    {"workingDir", Shape::text},
    {"restartPolicy", Shape::text},
    {"command", Shape::texts},
    {"args", Shape::texts},
    {"stdin", Shape::boolean},
    {"tty", Shape::boolean},
    {"env", Shape::mappings},
    {"envFrom", Shape::mappings},
    {"ports", Shape::mappings},
    {"resources", Shape::mapping},
    {"resources.requests", Shape::mapping},
    {"resources.limits", Shape::mapping},
    {"volumeMounts", Shape::mappings},
    {"volumeDevices", Shape::mappings},
    {"livenessProbe", Shape::mapping},
    {"readinessProbe", Shape::mapping},
    {"startupProbe", Shape::mapping},
    {"lifecycle", Shape::mapping},
    {"securityContext", Shape::mapping},
};

constexpr Expected env_fields[] = {{"name", Shape::text}, {"value", Shape::text}, {"valueFrom", Shape::mapping}};
constexpr Expected port_fields[] = {
    {"name", Shape::text}, {"protocol", Shape::text}, {"hostIP", Shape::text}, {"containerPort", Shape::integer}, {"hostPort", Shape::integer}};
constexpr Expected mount_fields[] = {{"name", Shape::text}, {"mountPath", Shape::text}, {"subPath", Shape::text}, {"readOnly", Shape::boolean}};

bool unset(Node node) { return !node.is_set() || node.is_placeholder(); }

template <typename Fits>
bool every_item(Node list, Fits fits) {
    if (!list.is_sequence()) return false;
    const yaml::Items items = list.items();
    return std::all_of(items.begin(), items.end(), [&](Node item) { return unset(item) || fits(item); });
}

bool fits(Node node, Shape shape) {
    if (unset(node)) return true;
    switch (shape) {
        case Shape::boolean: return node.boolean().has_value();
        case Shape::integer: return node.integer().has_value();
        case Shape::text: return node.text().has_value();
        case Shape::mapping: return node.is_mapping();
        case Shape::texts: return every_item(node, [](Node item) { return item.text().has_value(); });
        case Shape::integers: return every_item(node, [](Node item) { return item.integer().has_value(); });
        case Shape::mappings: return every_item(node, [](Node item) { return item.is_mapping(); });
        case Shape::map_of_text: break;
    }
    if (!node.is_mapping()) return false;
    for (const auto [key, value] : node.entries())
        if (!unset(value) && !value.text()) return false;
    return true;
}

bool fits(Node node, std::span<const Expected> fields) {
    return std::all_of(fields.begin(), fields.end(), [&](const Expected& field) { return fits(node.at(field.path), field.shape); });
}

bool all_fit(Node list, std::span<const Expected> fields) {
    const yaml::Items items = list.items();
    return std::all_of(items.begin(), items.end(), [&](Node item) { return fits(item, fields); });
}

bool decodes(Node container) {
    return fits(container, container_fields) && fits(container["securityContext"], security_fields) && all_fit(container["env"], env_fields) &&
           all_fit(container["ports"], port_fields) && all_fit(container["volumeMounts"], mount_fields);
}

bool decodes(const Pod& pod) {
    if (!pod.object || !pod.object->builtin() || !pod.spec.is_mapping()) return false;
    if (!fits(pod.annotations(), Shape::map_of_text) || !fits(pod.labels(), Shape::map_of_text)) return false;
    if (!fits(pod.spec, pod_fields) || !fits(pod.security(), Shape::mapping) || !fits(pod.security(), security_fields)) return false;
    for (std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
        const yaml::Items items = pod[list].items();
        if (!std::all_of(items.begin(), items.end(), [](Node container) { return decodes(container); })) return false;
    }
    return true;
}

}

bool is_judged_by_pod_security(const Pod& pod) {
    return pod.is_judged.get([&] { return decodes(pod); });
}

}
