#include "analyzer/kubernetes/kinds.h"

#include <algorithm>
#include <array>

namespace plimsoll::kubernetes {

namespace {

constexpr bool cluster = true;

// In the order of the names. From 1.14 on, and what moved out of extensions before.
constexpr auto builtin_kinds = std::to_array<BuiltinKind>({
    {"APIService", "apiregistration.k8s.io", cluster},
    {"AuditSink", "auditregistration.k8s.io", cluster},
    {"Binding", "-"},
    {"CSIDriver", "storage.k8s.io", cluster},
    {"CSINode", "storage.k8s.io", cluster},
    {"CSIStorageCapacity", "storage.k8s.io"},
    {"CertificateSigningRequest", "certificates.k8s.io", cluster},
    {"ClusterCIDR", "networking.k8s.io", cluster},
    {"ClusterRole", "rbac.authorization.k8s.io", cluster},
    {"ClusterRoleBinding", "rbac.authorization.k8s.io", cluster},
    {"ClusterTrustBundle", "certificates.k8s.io", cluster},
    {"ComponentStatus", "-", cluster},
    {"CompositePodGroup", "scheduling.k8s.io"},
    {"ConfigMap", "-"},
    {"ControllerRevision", "apps"},
    {"CronJob", "batch"},
    {"CustomResourceDefinition", "apiextensions.k8s.io", cluster},
    {"DaemonSet", "apps extensions"},
    {"Deployment", "apps extensions"},
    {"DeviceClass", "resource.k8s.io", cluster},
    {"DeviceTaintRule", "resource.k8s.io", cluster},
    {"EndpointSlice", "discovery.k8s.io"},
    {"Endpoints", "-"},
    {"Event", "- events.k8s.io"},
    {"Eviction", "lifecycle.k8s.io"},
    {"EvictionRequest", "lifecycle.k8s.io"},
    {"FlowSchema", "flowcontrol.apiserver.k8s.io", cluster},
    {"HorizontalPodAutoscaler", "autoscaling extensions"},
    {"IPAddress", "networking.k8s.io", cluster},
    {"Ingress", "networking.k8s.io extensions"},
    {"IngressClass", "networking.k8s.io", cluster},
    {"Job", "batch extensions"},
    {"Lease", "coordination.k8s.io"},
    {"LeaseCandidate", "coordination.k8s.io"},
    {"LimitRange", "-"},
    {"LocalSubjectAccessReview", "authorization.k8s.io"},
    {"MutatingAdmissionPolicy", "admissionregistration.k8s.io", cluster},
    {"MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io", cluster},
    {"MutatingWebhookConfiguration", "admissionregistration.k8s.io", cluster},
    {"Namespace", "-", cluster},
    {"NetworkPolicy", "networking.k8s.io extensions"},
    {"Node", "-", cluster},
    {"PersistentVolume", "-", cluster},
    {"PersistentVolumeClaim", "-"},
    {"Pod", "-"},
    {"PodCertificateRequest", "certificates.k8s.io"},
    {"PodDisruptionBudget", "policy"},
    {"PodGroup", "scheduling.k8s.io"},
    {"PodPreset", "settings.k8s.io"},
    {"PodScheduling", "resource.k8s.io"},
    {"PodSchedulingContext", "resource.k8s.io"},
    {"PodSecurityPolicy", "extensions policy", cluster},
    {"PodTemplate", "-"},
    {"PriorityClass", "scheduling.k8s.io", cluster},
    {"PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io", cluster},
    {"ReplicaSet", "apps extensions"},
    {"ReplicationController", "-"},
    {"ResourceClaim", "resource.k8s.io"},
    {"ResourceClaimParameters", "resource.k8s.io"},
    {"ResourceClaimTemplate", "resource.k8s.io"},
    {"ResourceClass", "resource.k8s.io", cluster},
    {"ResourceClassParameters", "resource.k8s.io"},
    {"ResourcePoolStatusRequest", "resource.k8s.io", cluster},
    {"ResourceQuota", "-"},
    {"ResourceSlice", "resource.k8s.io", cluster},
    {"Role", "rbac.authorization.k8s.io"},
    {"RoleBinding", "rbac.authorization.k8s.io"},
    {"RuntimeClass", "node.k8s.io", cluster},
    {"Secret", "-"},
    {"SelfSubjectAccessReview", "authorization.k8s.io", cluster},
    {"SelfSubjectReview", "authentication.k8s.io", cluster},
    {"SelfSubjectRulesReview", "authorization.k8s.io", cluster},
    {"Service", "-"},
    {"ServiceAccount", "-"},
    {"ServiceCIDR", "networking.k8s.io", cluster},
    {"StatefulSet", "apps"},
    {"StorageClass", "storage.k8s.io", cluster},
    {"StorageVersion", "internal.apiserver.k8s.io", cluster},
    {"StorageVersionMigration", "storagemigration.k8s.io", cluster},
    {"SubjectAccessReview", "authorization.k8s.io", cluster},
    {"TokenReview", "authentication.k8s.io", cluster},
    {"ValidatingAdmissionPolicy", "admissionregistration.k8s.io", cluster},
    {"ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io", cluster},
    {"ValidatingWebhookConfiguration", "admissionregistration.k8s.io", cluster},
    {"VolumeAttachment", "storage.k8s.io", cluster},
    {"VolumeAttributesClass", "storage.k8s.io", cluster},
    {"Workload", "scheduling.k8s.io"},
});
static_assert(std::ranges::is_sorted(builtin_kinds, {}, &BuiltinKind::kind));

bool in_group(std::string_view groups, std::string_view group) {
    if (group.empty()) group = "-";
    for (std::size_t end; !groups.empty(); groups.remove_prefix(std::min(end + 1, groups.size()))) {
        end = std::min(groups.find(' '), groups.size());
        if (groups.substr(0, end) == group) return true;
    }
    return false;
}

}

const BuiltinKind* builtin_kind(std::string_view kind) {
    const auto found = std::ranges::lower_bound(builtin_kinds, kind, {}, &BuiltinKind::kind);
    return found != builtin_kinds.end() && found->kind == kind ? &*found : nullptr;
}

const BuiltinKind* builtin_kind(std::string_view group, std::string_view kind) {
    const BuiltinKind* found = builtin_kind(kind);
    return found && in_group(found->groups, group) ? found : nullptr;
}

}
