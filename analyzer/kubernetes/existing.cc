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

// What the control plane and the usual add-ons have in kube-system. Anything else there comes with the manifests that use it.
constexpr auto system_names = std::to_array<std::string_view>({
    "aws-node",
    "cluster-info",
    "coredns",
    "extension-apiserver-authentication",
    "kube-dns",
    "kube-proxy",
    "kubeadm-config",
    "kubelet",
    "kubelet-config",
    "kubernetes-dashboard",
    "metrics-server",
});

// Accounts of the controllers in kube-controller-manager and of the usual cloud add-ons.
constexpr auto system_accounts = std::to_array<std::string_view>({
    "attachdetach-controller",
    "certificate-controller",
    "cronjob-controller",
    "daemon-set-controller",
    "deployment-controller",
    "disruption-controller",
    "endpoint-controller",
    "endpointslice-controller",
    "generic-garbage-collector",
    "horizontal-pod-autoscaler",
    "job-controller",
    "namespace-controller",
    "node-controller",
    "persistent-volume-binder",
    "pod-garbage-collector",
    "replicaset-controller",
    "replication-controller",
    "resourcequota-controller",
    "service-account-controller",
    "service-controller",
    "statefulset-controller",
    "token-cleaner",
    "ttl-controller",
    "aws-node",
    "coredns",
    "kube-dns",
    "kube-proxy",
});

bool is_of_the_system(std::string_view kind, std::string_view name) {
    if (kind == "ServiceAccount") return one_of(system_accounts, name);
    return (kind == "ConfigMap" || kind == "Service") && one_of(system_names, name);
}

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
    return in_namespace == "kube-system" && is_of_the_system(kind, name);
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
