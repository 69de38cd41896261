#include "analyzer/kubernetes/existing.h"

#include <algorithm>
#include <array>

namespace plimsoll::kubernetes {

namespace {

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

constexpr auto user_roles = std::to_array<std::string_view>({"admin", "cluster-admin", "edit", "view"});

// Where a custom object says what its Secret is called.
constexpr auto secret_paths = std::to_array<std::string_view>({
    "spec.secretName",
    "spec.target.name",
    "spec.destination.name",
    "spec.template.metadata.name",
    "spec.secretTemplate.name",
    "spec.writeConnectionSecretToRef.name",
    "spec.output.secretName",
});

}

bool exists_everywhere(std::string_view kind, std::string_view name, std::string_view in_namespace) {
    if (kind == "Namespace") return name == "default" || name.starts_with("kube-");
    if (kind == "PriorityClass") return name.starts_with("system-");
    if (kind == "ClusterRole") return one_of(user_roles, name) || name.starts_with("system:");
    if (kind == "ClusterRoleBinding") return name == "cluster-admin" || name.starts_with("system:");
    if (kind == "Role" || kind == "RoleBinding") return name.starts_with("system:") || in_namespace == "kube-system";
    if (kind == "ServiceAccount" && name == "default") return true;
    if (kind == "ConfigMap" && name == "kube-root-ca.crt") return true;
    if (kind == "Service" && name == "kubernetes") return true;
    // What the distribution runs there nobody can know.
    return in_namespace == "kube-system" && (kind == "ServiceAccount" || kind == "ConfigMap" || kind == "Secret" || kind == "Service");
}

std::vector<std::string_view> secrets_made_by(const Object& object) {
    std::vector<std::string_view> names;
    if (object.builtin()) return names;
    if (object.kind().find("Secret") != std::string_view::npos && !object.name().empty()) names.push_back(object.name());
    for (const std::string_view path : secret_paths) {
        const std::string_view name = object.at(path).text_or_empty();
        if (!name.empty()) names.push_back(name);
    }
    return names;
}

}
