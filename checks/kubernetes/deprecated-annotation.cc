#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::deprecated_annotation {

namespace {

struct Annotation {
    std::string_view key;     // ends in '/' when it stands for all keys that begin so
    std::string_view kinds;   // separated by blanks; "": any
    std::string_view successor;
    std::string_view field = {};   // that takes the value as it is
};

constexpr Annotation annotations[] = {
    {"kubernetes.io/ingress.class", "Ingress", "spec.ingressClassName", "spec.ingressClassName"},
    {"volume.beta.kubernetes.io/storage-class", "PersistentVolumeClaim PersistentVolume", "spec.storageClassName", "spec.storageClassName"},
    {"volume.alpha.kubernetes.io/storage-class", "PersistentVolumeClaim PersistentVolume", "spec.storageClassName"},
    {"volume.beta.kubernetes.io/mount-options", "PersistentVolume StorageClass", "mountOptions"},
    {"storageclass.beta.kubernetes.io/is-default-class", "StorageClass", "the annotation storageclass.kubernetes.io/is-default-class"},
    {"service.alpha.kubernetes.io/tolerate-unready-endpoints", "Service", "spec.publishNotReadyAddresses"},
    {"service.beta.kubernetes.io/external-traffic", "Service", "spec.externalTrafficPolicy"},
    {"service.alpha.kubernetes.io/external-traffic", "Service", "spec.externalTrafficPolicy"},
    {"service.beta.kubernetes.io/healthcheck-nodeport", "Service", "spec.healthCheckNodePort"},
    {"service.kubernetes.io/topology-aware-hints", "Service", "spec.trafficDistribution"},
    {"scheduler.alpha.kubernetes.io/critical-pod", "", "priorityClassName in the pod's spec"},
    {"scheduler.alpha.kubernetes.io/tolerations", "", "tolerations in the pod's spec"},
    {"scheduler.alpha.kubernetes.io/affinity", "", "affinity in the pod's spec"},
    {"scheduler.alpha.kubernetes.io/name", "", "schedulerName in the pod's spec"},
    {"pod.alpha.kubernetes.io/init-containers", "", "initContainers in the pod's spec"},
    {"pod.beta.kubernetes.io/init-containers", "", "initContainers in the pod's spec"},
    {"pod.alpha.kubernetes.io/initialized", "", "nothing; it has had no effect for years"},
    {"pod.beta.kubernetes.io/hostname", "", "hostname in the pod's spec"},
    {"pod.beta.kubernetes.io/subdomain", "", "subdomain in the pod's spec"},
    {"security.alpha.kubernetes.io/sysctls", "", "securityContext.sysctls in the pod's spec"},
    {"security.alpha.kubernetes.io/unsafe-sysctls", "", "securityContext.sysctls in the pod's spec"},
    {"seccomp.security.alpha.kubernetes.io/pod", "", "securityContext.seccompProfile in the pod's spec"},
    {"container.seccomp.security.alpha.kubernetes.io/", "", "securityContext.seccompProfile of the container"},
};

bool fits(const kubernetes::Object& object, std::string_view kinds) {
    if (kinds.empty()) return true;
    const std::size_t at = kinds.find(object.kind());
    return object.builtin() && !object.kind().empty() && at != std::string_view::npos && (at == 0 || kinds[at - 1] == ' ');
}

const Annotation* find(const kubernetes::Object& object, std::string_view key) {
    if (key.find("kubernetes.io/") == std::string_view::npos) return nullptr;
    for (const Annotation& row : annotations)
        if ((row.key.ends_with('/') ? key.starts_with(row.key) : key == row.key) && fits(object, row.kinds)) return &row;
    return nullptr;
}

// Both edits or none.
void offer_fix(Draft draft, const kubernetes::Object& object, yaml::Node value, const Annotation& row) {
    if (row.field.empty() || !value.text() || object.at(row.field)) return;
    const Source& source = object.manifest().source();
    std::optional<Edit> drop = yaml::remove_entry(source, value.parent().size() == 1 ? object.annotations() : value);
    std::optional<Edit> set = yaml::set_key(source, object.node(), row.field, *value.text());
    if (drop && set) draft.fix("Move it to " + std::string(row.field), Safety::unsafe, std::vector<Edit>{std::move(*drop), std::move(*set)});
}

void judge(const kubernetes::Object& object, yaml::Node list, Reporter& report) {
    for (yaml::Entry entry : list.entries())
        if (const Annotation* row = find(object, entry.key.scalar()))
            offer_fix(report.at(entry.key, "this annotation is out of date; use " + std::string(row->successor)), object, entry.value, *row);
}

}

static void run(const kubernetes::Object& object, Reporter& report) {
    judge(object, object.annotations(), report);
    for (const kubernetes::Pod& pod : object.pods())
        if (pod.metadata != object.metadata()) judge(object, pod.annotations(), report);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    kubernetes.io/ingress.class: nginx
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ this annotation is out of date; use spec.ingressClassName
    team: shop
spec:
  defaultBackend:
    service: {name: web, port: {number: 80}}
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    team: shop
spec:
  defaultBackend:
    service: {name: web, port: {number: 80}}
  ingressClassName: nginx
)",
     .path = "app.yaml"},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    scheduler.alpha.kubernetes.io/critical-pod: ""
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this annotation is out of date; use priorityClassName in the pod's spec
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    example.com/owner: shop
spec:
  priorityClassName: system-node-critical
  containers:
  - {name: web, image: web:1.4.2}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check deprecated_annotation = {
    .id = "deprecated-annotation",
    .title = "Annotation replaced by a field.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Annotations of this kind came before a field that does the same. Most are ignored by now, the rest will be, and "
           "nothing tells you when that happens.",
    .examples = examples,
    .run = on_every_object(run),
};

}
