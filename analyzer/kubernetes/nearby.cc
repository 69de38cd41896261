#include "analyzer/kubernetes/nearby.h"

#include <algorithm>

namespace plimsoll::kubernetes {

std::string_view folder_of(const Object& object) {
    const std::string_view path = object.manifest().source().path();
    const std::size_t slash = path.rfind('/');
    return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

std::string home_of(const Object& object) {
    const auto declared = object.declared_namespace();
    if (declared && !object.metadata()["namespace"].is_placeholder()) return std::string(*declared);
    return std::string("/").append(folder_of(object));
}

std::optional<std::string_view> certain_namespace(const Object& object) {
    const auto declared = object.declared_namespace();
    if (object.cluster_scoped() || !declared || declared->empty() || object.metadata()["namespace"].is_placeholder()) return std::nullopt;
    return declared;
}

void Namespaces::add(const Object& object) {
    if (const auto space = certain_namespace(object))
        certain_.insert(*space);
    else
        any_ = true;
}

bool Namespaces::may_hold(const Object& object) const {
    if (any_) return true;
    const auto space = certain_namespace(object);
    return space ? certain_.contains(*space) : !certain_.empty();
}

namespace {

// Groups whose objects describe traffic, secrets and rules; none of them makes pods.
constexpr std::string_view without_pods[] = {
    "gateway.networking.k8s.io", "cert-manager.io", "networking.istio.io", "security.istio.io", "external-secrets.io",   "bitnami.com",        "traefik.io",
    "policy.linkerd.io",         "kyverno.io",      "projectcalico.org",   "cilium.io",         "crd.projectcalico.org", "autoscaling.k8s.io", "keda.sh"};

bool may_make_pods(const Object& object) {
    if (object.builtin() || object.name().empty() || std::ranges::find(without_pods, object.group()) != std::end(without_pods)) return false;
    const std::string_view kind = object.kind();
    return object.group() != "monitoring.coreos.com" || kind.starts_with("Prometheus") || kind == "Alertmanager" || kind == "ThanosRuler";
}

// "tailscale.com" of "tailscale.com/parent-resource"; "" without a prefix.
std::string_view prefix_of(std::string_view key) {
    const std::size_t slash = key.find('/');
    return key.substr(0, slash == std::string_view::npos ? 0 : slash);
}

bool is_common(std::string_view prefix) { return prefix.empty() || prefix.ends_with("kubernetes.io") || prefix.ends_with("k8s.io"); }

}

PodsToCome::PodsToCome(const Cluster& cluster) {
    for (const Object* object : cluster.objects())
        if (may_make_pods(*object)) names_.insert({home_of(*object), object->name()});
    for (const Object* object : cluster.workloads())
        for (const Pod& pod : object->pods())
            for (const yaml::Entry label : pod.labels().entries())
                if (const std::string_view prefix = prefix_of(label.key.scalar()); !is_common(prefix)) prefixes_.insert(prefix);
}

bool PodsToCome::may_match(const Object& from, const Selector& selector) const {
    constexpr std::string_view control_plane[] = {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-dns", "etcd"};
    const bool system = from.metadata()["namespace"].text_or_empty() == "kube-system";
    const std::string home = home_of(from);
    for (const yaml::Entry label : selector.pairs().entries()) {
        const std::string_view value = label.value.scalar(), prefix = prefix_of(label.key.scalar());
        // Whoever writes labels of a prefix of their own has them on their own templates, too.
        if (!is_common(prefix) && !prefixes_.contains(prefix)) return true;
        if (names_.contains({home, value}) || (system && std::ranges::find(control_plane, value) != std::end(control_plane))) return true;
    }
    return false;
}

namespace {

using Use = PodReference::Use;

void add(std::vector<PodReference>& found, std::string_view kind, yaml::Node name, Use use) {
    if (name.text() && !name.is_placeholder()) found.push_back({kind, name, use});
}

void add_variables(std::vector<PodReference>& found, const Container& container) {
    for (yaml::Node variable : container["env"].items()) {
        add(found, "ConfigMap", variable["valueFrom"]["configMapKeyRef"]["name"], Use::variable);
        add(found, "Secret", variable["valueFrom"]["secretKeyRef"]["name"], Use::variable);
    }
    for (yaml::Node source : container["envFrom"].items()) {
        add(found, "ConfigMap", source["configMapRef"]["name"], Use::variables);
        add(found, "Secret", source["secretRef"]["name"], Use::variables);
    }
}

Use use_of(const Pod& pod, std::string_view volume) {
    for (const Container& container : pod.containers)
        for (yaml::Node mount : container["volumeMounts"].items())
            if (mount["name"].text_or_empty() == volume && (mount["subPath"] || mount["subPathExpr"])) return Use::mounted_file;
    return Use::file;
}

}

std::vector<PodReference> references_of(const Pod& pod) {
    std::vector<PodReference> found;
    for (const Container& container : pod.containers) add_variables(found, container);
    for (yaml::Node volume : pod["volumes"].items()) {
        const Use use = use_of(pod, volume["name"].text_or_empty());
        add(found, "Secret", volume["secret"]["secretName"], use);
        add(found, "ConfigMap", volume["configMap"]["name"], use);
        add(found, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], use);
        for (yaml::Node source : volume["projected"]["sources"].items()) {
            add(found, "Secret", source["secret"]["name"], use);
            add(found, "ConfigMap", source["configMap"]["name"], use);
        }
    }
    add(found, "ServiceAccount", pod.service_account_node(), Use::account);
    return found;
}

std::optional<std::int64_t> replicas_of(const Object& workload) {
    if (!workload.is("Deployment") && !workload.is("StatefulSet") && !workload.is("ReplicaSet") && !workload.is("ReplicationController")) return std::nullopt;
    const yaml::Node replicas = workload.at("spec.replicas");
    if (!replicas.is_set()) return workload.is_fragment() ? std::nullopt : std::optional<std::int64_t>(1);
    return replicas.integer();
}

}
