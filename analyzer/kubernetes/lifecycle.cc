#include "analyzer/kubernetes/lifecycle.h"

#include <algorithm>
#include <charconv>

namespace plimsoll::kubernetes {

namespace {

// Built-in kinds: group, version, kinds, deprecated in, removed in, successor. Sorted by group.
constexpr Lifecycle builtin[] = {
    {"", "v1", "ComponentStatus", 19, 0, ""},
    {"", "v1", "Endpoints", 33, 0, "discovery.k8s.io/v1", false, "EndpointSlice"},
    {"admissionregistration.k8s.io", "v1alpha1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", 35, 38, "admissionregistration.k8s.io/v1"},
    {"admissionregistration.k8s.io", "v1alpha1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", 29, 32, "admissionregistration.k8s.io/v1"},
    {"admissionregistration.k8s.io", "v1beta1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", 37, 40, "admissionregistration.k8s.io/v1"},
    {"admissionregistration.k8s.io", "v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1"},
    {"admissionregistration.k8s.io", "v1beta1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", 31, 34, "admissionregistration.k8s.io/v1"},
    {"apiextensions.k8s.io", "v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1"},
    {"apiregistration.k8s.io", "v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1", true},
    {"apps", "v1beta1", "ControllerRevision Deployment StatefulSet", 8, 16, "apps/v1", true},
    {"apps", "v1beta1", "ReplicaSet", 0, 16, "apps/v1", true},
    {"apps", "v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", 9, 16, "apps/v1", true},
    {"audit.k8s.io", "v1alpha1", "Event Policy", 21, 24, "audit.k8s.io/v1"},
    {"audit.k8s.io", "v1beta1", "Event Policy", 21, 24, "audit.k8s.io/v1"},
    {"auditregistration.k8s.io", "v1alpha1", "AuditSink", 0, 19, ""},
    {"authentication.k8s.io", "v1alpha1", "SelfSubjectReview", 29, 32, "authentication.k8s.io/v1", true},
    {"authentication.k8s.io", "v1beta1", "SelfSubjectReview", 30, 33, "authentication.k8s.io/v1", true},
    {"authentication.k8s.io", "v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1", true},
    {"authorization.k8s.io", "v1beta1", "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview", 19, 22,
     "authorization.k8s.io/v1"},
    {"autoscaling", "v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2"},
    {"autoscaling", "v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2", true},
    {"batch", "v1beta1", "CronJob", 21, 25, "batch/v1", true},
    {"batch", "v2alpha1", "CronJob", 0, 21, "batch/v1", true},
    {"certificates.k8s.io", "v1alpha1", "ClusterTrustBundle", 34, 37, "certificates.k8s.io/v1"},
    {"certificates.k8s.io", "v1alpha1", "PodCertificateRequest", 37, 35, "certificates.k8s.io/v1"},
    {"certificates.k8s.io", "v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1"},
    {"certificates.k8s.io", "v1beta1", "ClusterTrustBundle PodCertificateRequest", 37, 40, "certificates.k8s.io/v1"},
    {"coordination.k8s.io", "v1alpha1", "LeaseCandidate", 34, 32, "coordination.k8s.io/v1beta1", true},
    {"coordination.k8s.io", "v1alpha2", "LeaseCandidate", 35, 38, "coordination.k8s.io/v1beta1", true},
    {"coordination.k8s.io", "v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1", true},
    {"coordination.k8s.io", "v1beta1", "LeaseCandidate", 36, 39, ""},
    {"discovery.k8s.io", "v1alpha1", "EndpointSlice", 0, 17, "discovery.k8s.io/v1"},
    {"discovery.k8s.io", "v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1"},
    {"events.k8s.io", "v1beta1", "Event", 22, 25, "events.k8s.io/v1", true},
    {"extensions", "v1beta1", "DaemonSet Deployment ReplicaSet", 8, 16, "apps/v1", true},
    {"extensions", "v1beta1", "Job", 0, 16, "batch/v1", true},
    {"extensions", "v1beta1", "HorizontalPodAutoscaler", 0, 16, "autoscaling/v2"},
    {"extensions", "v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1"},
    {"extensions", "v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1", true},
    {"extensions", "v1beta1", "PodSecurityPolicy", 11, 16, ""},
    {"flowcontrol.apiserver.k8s.io", "v1alpha1", "FlowSchema PriorityLevelConfiguration", 20, 21, "flowcontrol.apiserver.k8s.io/v1"},
    {"flowcontrol.apiserver.k8s.io", "v1beta1", "FlowSchema PriorityLevelConfiguration", 23, 26, "flowcontrol.apiserver.k8s.io/v1"},
    {"flowcontrol.apiserver.k8s.io", "v1beta2", "FlowSchema PriorityLevelConfiguration", 26, 29, "flowcontrol.apiserver.k8s.io/v1"},
    {"flowcontrol.apiserver.k8s.io", "v1beta3", "FlowSchema PriorityLevelConfiguration", 29, 32, "flowcontrol.apiserver.k8s.io/v1"},
    {"networking.k8s.io", "v1alpha1", "ClusterCIDR", 28, 29, ""},
    {"networking.k8s.io", "v1alpha1", "IPAddress ServiceCIDR", 30, 31, "networking.k8s.io/v1"},
    {"networking.k8s.io", "v1beta1", "IPAddress ServiceCIDR", 34, 37, "networking.k8s.io/v1"},
    {"networking.k8s.io", "v1beta1", "Ingress", 19, 22, "networking.k8s.io/v1"},
    {"networking.k8s.io", "v1beta1", "IngressClass", 19, 22, "networking.k8s.io/v1", true},
    {"node.k8s.io", "v1alpha1", "RuntimeClass", 0, 24, "node.k8s.io/v1", true},
    {"node.k8s.io", "v1beta1", "RuntimeClass", 22, 25, "node.k8s.io/v1", true},
    {"policy", "v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1", true},
    {"policy", "v1beta1", "PodSecurityPolicy", 21, 25, ""},
    {"rbac.authorization.k8s.io", "v1alpha1", "ClusterRole ClusterRoleBinding Role RoleBinding", 17, 23, "rbac.authorization.k8s.io/v1", true},
    {"rbac.authorization.k8s.io", "v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1", true},
    {"resource.k8s.io", "v1alpha1", "PodScheduling ResourceClass", 0, 27, ""},
    {"resource.k8s.io", "v1alpha1", "ResourceClaim ResourceClaimTemplate", 0, 27, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1alpha2", "PodSchedulingContext ResourceClaimParameters ResourceClass ResourceClassParameters", 0, 31, ""},
    {"resource.k8s.io", "v1alpha2", "ResourceClaim ResourceClaimTemplate ResourceSlice", 0, 31, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1alpha3", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", 34, 34, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1alpha3", "DeviceTaintRule", 36, 39, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1alpha3", "PodSchedulingContext", 0, 32, ""},
    {"resource.k8s.io", "v1beta1", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", 35, 38, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1beta2", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice", 36, 39, "resource.k8s.io/v1"},
    {"resource.k8s.io", "v1beta2", "DeviceTaintRule", 0, 42, "resource.k8s.io/v1"},
    {"scheduling.k8s.io", "v1alpha1", "PriorityClass", 14, 23, "scheduling.k8s.io/v1", true},
    {"scheduling.k8s.io", "v1alpha1", "Workload", 0, 36, "scheduling.k8s.io/v1beta1", true},
    {"scheduling.k8s.io", "v1alpha2", "PodGroup Workload", 0, 37, "scheduling.k8s.io/v1beta1", true},
    {"scheduling.k8s.io", "v1beta1", "PodGroup Workload", 0, 43, ""},
    {"scheduling.k8s.io", "v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1", true},
    {"settings.k8s.io", "v1alpha1", "PodPreset", 0, 20, ""},
    {"storage.k8s.io", "v1alpha1", "CSIStorageCapacity", 21, 24, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1alpha1", "VolumeAttachment", 21, 23, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1alpha1", "VolumeAttributesClass", 32, 35, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1beta1", "CSIDriver StorageClass VolumeAttachment", 19, 22, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1", true},
    {"storage.k8s.io", "v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1", true},
    {"storagemigration.k8s.io", "v1alpha1", "StorageVersionMigration", 33, 35, "storagemigration.k8s.io/v1"},
    {"storagemigration.k8s.io", "v1beta1", "StorageVersionMigration", 37, 40, "storagemigration.k8s.io/v1"},
};

// Custom resources, with the release of their product that deprecated or dropped the version.
constexpr Lifecycle custom[] = {
    {"acme.cert-manager.io", "v1alpha2", "*", 0, 0, "acme.cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"cert-manager.io", "v1alpha2", "*", 0, 0, "cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"acme.cert-manager.io", "v1alpha3", "*", 0, 0, "acme.cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"cert-manager.io", "v1alpha3", "*", 0, 0, "cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"acme.cert-manager.io", "v1beta1", "*", 0, 0, "acme.cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"cert-manager.io", "v1beta1", "*", 0, 0, "cert-manager.io/v1", false, {}, "cert-manager 1.6"},
    {"certmanager.k8s.io",
     "v1alpha1",
     "Certificate Issuer ClusterIssuer CertificateRequest Order Challenge",
     0,
     0,
     "cert-manager.io/v1",
     false,
     {},
     "cert-manager 0.11"},
    {"authentication.istio.io", "v1alpha1", "*", 0, 0, "security.istio.io/v1", false, {}, "Istio 1.6"},
    {"rbac.istio.io", "v1alpha1", "*", 0, 0, "security.istio.io/v1", false, {}, "Istio 1.6"},
    {"apiextensions.crossplane.io", "v1beta1", "CompositeResourceDefinition Composition", 0, 0, "apiextensions.crossplane.io/v1", false, {}, "Crossplane 1.6"},
    {"pkg.crossplane.io", "v1beta1", "Configuration Provider", 0, 0, "pkg.crossplane.io/v1", false, {}, "Crossplane 1.6"},
    {"apm.k8s.elastic.co", "v1alpha1", "ApmServer", 0, 0, "apm.k8s.elastic.co/v1", false, {}, "ECK 1.0"},
    {"kibana.k8s.elastic.co", "v1alpha1", "Kibana", 0, 0, "kibana.k8s.elastic.co/v1", false, {}, "ECK 1.0"},
    {"elasticsearch.k8s.elastic.co", "v1alpha1", "Elasticsearch", 0, 0, "elasticsearch.k8s.elastic.co/v1", false, {}, "ECK 1.0"},
    {"serving.knative.dev", "v1alpha1", "Service Configuration Route Revision", 0, 0, "serving.knative.dev/v1", false, {}, "Knative Serving 0.18"},
    {"snapshot.storage.k8s.io", "v1beta1", "*", 0, 0, "snapshot.storage.k8s.io/v1", false, {}, "external-snapshotter 6.0"},
    {"gateway.networking.k8s.io", "v1alpha2", "Gateway GatewayClass HTTPRoute", 0, 0, "gateway.networking.k8s.io/v1", false, {}, "Gateway API 0.8"},
    {"kueue.x-k8s.io", "v1alpha2", "*", 0, 0, "kueue.x-k8s.io/v1beta2", false, {}, "Kueue 0.3"},
    {"kyverno.io", "v2alpha1", "CleanupPolicy ClusterCleanupPolicy PolicyException", 0, 0, "kyverno.io/v2", false, {}, "Kyverno 1.12"},
    {"kafka.strimzi.io",
     "v1alpha1",
     "Kafka KafkaConnect KafkaBridge KafkaMirrorMaker2 KafkaConnector KafkaRebalance",
     0,
     0,
     "kafka.strimzi.io/v1beta2",
     false,
     {},
     "Strimzi 0.23"},
    {"kafka.strimzi.io", "v1beta1", "Kafka KafkaConnect", 0, 0, "kafka.strimzi.io/v1beta2", false, {}, "Strimzi 0.23"},
    {"external-secrets.io", "v1beta1", "*", 0, 0, "external-secrets.io/v1", false, {}, "", "External Secrets 0.16"},
    {"external-secrets.io", "v1alpha1", "ClusterSecretStore ExternalSecret SecretStore", 0, 0, "external-secrets.io/v1", false, {}, "", "External Secrets 0.7"},
    {"helm.toolkit.fluxcd.io", "v2beta1", "*", 0, 0, "helm.toolkit.fluxcd.io/v2", false, {}, "", "Flux 2.3"},
    {"helm.toolkit.fluxcd.io", "v2beta2", "*", 0, 0, "helm.toolkit.fluxcd.io/v2", false, {}, "", "Flux 2.3"},
    {"kustomize.toolkit.fluxcd.io", "v1beta1", "*", 0, 0, "kustomize.toolkit.fluxcd.io/v1", false, {}, "", "Flux 2.0"},
    {"kustomize.toolkit.fluxcd.io", "v1beta2", "*", 0, 0, "kustomize.toolkit.fluxcd.io/v1", false, {}, "", "Flux 2.0"},
    {"source.toolkit.fluxcd.io",
     "v1beta1",
     "GitRepository HelmRepository HelmChart OCIRepository Bucket",
     0,
     0,
     "source.toolkit.fluxcd.io/v1",
     false,
     {},
     "",
     "Flux 2.6"},
    {"source.toolkit.fluxcd.io",
     "v1beta2",
     "GitRepository HelmRepository HelmChart OCIRepository Bucket",
     0,
     0,
     "source.toolkit.fluxcd.io/v1",
     false,
     {},
     "",
     "Flux 2.6"},
    {"longhorn.io", "v1beta1", "*", 0, 0, "longhorn.io/v1beta2", false, {}, "", "Longhorn 1.3"},
    {"gateway.networking.k8s.io", "v1alpha2", "GRPCRoute", 0, 0, "gateway.networking.k8s.io/v1", false, {}, "", "Gateway API 1.1"},
    {"gateway.networking.k8s.io", "v1alpha2", "ReferenceGrant", 0, 0, "gateway.networking.k8s.io/v1beta1", false, {}, "", "Gateway API 0.6"},
    {"ray.io", "v1alpha1", "*", 0, 0, "ray.io/v1", false, {}, "", "KubeRay 1.0"},
    {"kueue.x-k8s.io", "v1beta1", "*", 0, 0, "kueue.x-k8s.io/v1beta2", false, {}, "", "Kueue 0.15"},
    {"opentelemetry.io", "v1alpha1", "OpenTelemetryCollector", 0, 0, "opentelemetry.io/v1beta1", false, {}, "", "OpenTelemetry operator 0.116"},
    {"kyverno.io", "v2beta1", "CleanupPolicy ClusterCleanupPolicy PolicyException", 0, 0, "kyverno.io/v2", false, {}, "", "Kyverno 1.13"},
};

bool names_kind(std::string_view kinds, std::string_view kind) {
    if (kinds == "*") return true;
    for (std::size_t at = kinds.find(kind); at != std::string_view::npos; at = kinds.find(kind, at + 1)) {
        const std::size_t end = at + kind.size();
        if ((at == 0 || kinds[at - 1] == ' ') && (end == kinds.size() || kinds[end] == ' ')) return true;
    }
    return false;
}

template <std::size_t count>
const Lifecycle* find_in(const Lifecycle (&table)[count], std::string_view group, std::string_view version, std::string_view kind) {
    for (const Lifecycle& row : table)
        if (row.version == version && row.group == group && names_kind(row.kinds, kind)) return &row;
    return nullptr;
}

}

const Lifecycle* lifecycle_of(std::string_view group, std::string_view version, std::string_view kind) {
    // Nearly everything is "v1" of a group without a row; only the core group has rows for it.
    if (kind.empty() || (version == "v1" && !group.empty())) return nullptr;
    if (const Lifecycle* found = find_in(builtin, group, version, kind)) return found;
    return group.find('.') == std::string_view::npos ? nullptr : find_in(custom, group, version, kind);
}

int target_minor(std::string_view kubernetes_version) {
    if (kubernetes_version.starts_with('v')) kubernetes_version.remove_prefix(1);
    int minor = newest_minor;
    if (kubernetes_version.starts_with("1.")) std::from_chars(kubernetes_version.data() + 2, kubernetes_version.data() + kubernetes_version.size(), minor);
    return minor;
}

}
