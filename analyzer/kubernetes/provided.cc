#include "analyzer/kubernetes/provided.h"

#include <algorithm>

namespace plimsoll::kubernetes {

namespace {

// Where a custom object names the object that its controller creates; the custom object's own name when the path leads nowhere.
struct Maker {
    std::string_view kind;
    std::string_view made;
    std::string_view path;
};

constexpr Maker makers[] = {
    {"external-secrets.io/ExternalSecret", "Secret", "spec.target.name"},
    {"external-secrets.io/ClusterExternalSecret", "Secret", "spec.externalSecretName"},
    {"kubernetes-client.io/ExternalSecret", "Secret", ""},
    {"bitnami.com/SealedSecret", "Secret", "spec.template.metadata.name"},
    {"cert-manager.io/Certificate", "Secret", "spec.secretName"},
    {"cert-manager.io/Issuer", "Secret", "spec.acme.privateKeySecretRef.name"},
    {"cert-manager.io/ClusterIssuer", "Secret", "spec.acme.privateKeySecretRef.name"},
    {"secrets.hashicorp.com/VaultStaticSecret", "Secret", "spec.destination.name"},
    {"secrets.hashicorp.com/VaultDynamicSecret", "Secret", "spec.destination.name"},
    {"secrets.hashicorp.com/VaultPKISecret", "Secret", "spec.destination.name"},
    {"onepassword.com/OnePasswordItem", "Secret", ""},
    {"secrets.infisical.com/InfisicalSecret", "Secret", "spec.managedSecretReference.secretName"},
    {"isindir.github.com/SopsSecret", "Secret", ""},
    {"trust.cert-manager.io/Bundle", "ConfigMap", ""},
    {"core.oam.dev/Application", "Service", ""},
};

// Operators whose objects bring Secrets, Services and accounts of many names: nothing may be concluded beside them.
constexpr std::string_view secret_operators[] = {
    "postgresql.cnpg.io/Cluster",
    "acid.zalan.do/postgresql",
    "postgres-operator.crunchydata.com/PostgresCluster",
    "kafka.strimzi.io/KafkaUser",
    "kafka.strimzi.io/Kafka",
    "rabbitmq.com/RabbitmqCluster",
    "mysql.oracle.com/InnoDBCluster",
    "elasticsearch.k8s.elastic.co/Elasticsearch",
    "helm.toolkit.fluxcd.io/HelmRelease",
    "argoproj.io/Application",
};

bool claim_of_stateful_set(const Cluster& cluster, const Object& from, std::string_view name) {
    for (const Object* set : cluster.of_kind("StatefulSet")) {
        if (Cluster::same_namespace(from, *set) == Match::no) continue;
        for (yaml::Node claim : set->at("spec.volumeClaimTemplates").items()) {
            const std::string_view stem = claim["metadata"]["name"].text_or_empty();
            if (name.starts_with(stem) && name.substr(stem.size()).starts_with("-" + std::string(set->name()) + "-")) return true;
        }
    }
    return false;
}

// "default-token-hszmd": what older clusters made for every service account.
bool is_account_token(std::string_view name) {
    const std::size_t sign = name.rfind("-token-");
    return sign != std::string_view::npos && name.size() - sign == 12;
}

// A Job that is given the name makes the object, as those do that make certificates for webhooks.
bool made_by_job(const Cluster& cluster, std::string_view name) {
    for (const Object* job : cluster.of_kind("Job"))
        for (const Pod& pod : job->pods())
            for (const Container& container : pod.containers)
                for (yaml::Node word : container.command_line())
                    if (word.scalar().ends_with(name) && (word.scalar().size() == name.size() || word.scalar()[word.scalar().size() - name.size() - 1] == '='))
                        return true;
    return false;
}

}

bool made_by_controller(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name) {
    for (const Maker& maker : makers) {
        if (maker.made != kind) continue;
        for (const Object* object : cluster.of_kind(maker.kind)) {
            const std::string_view named = maker.path.empty() ? std::string_view{} : object->at(maker.path).text_or_empty();
            if ((named.empty() ? object->name() : named) == name) return true;
        }
    }
    if (kind == "Secret" || kind == "Service") {
        for (std::string_view source : secret_operators)
            if (!cluster.of_kind(source).empty()) return true;
        for (const Object* provider : cluster.of_kind("secrets-store.csi.x-k8s.io/SecretProviderClass"))
            for (yaml::Node secret : provider->at("spec.secretObjects").items())
                if (secret["secretName"].text_or_empty() == name) return true;
    }
    if (kind == "Secret" && (is_account_token(name) || made_by_job(cluster, name))) return true;
    if (kind == "Secret")
        for (const Object* ingress : cluster.of_kind("Ingress"))
            for (yaml::Node tls : ingress->at("spec.tls").items())
                if (tls["secretName"].text_or_empty() == name &&
                    (ingress->annotations().has("cert-manager.io/cluster-issuer") || ingress->annotations().has("cert-manager.io/issuer")))
                    return true;
    return kind == "PersistentVolumeClaim" && claim_of_stateful_set(cluster, from, name);
}

bool nowhere(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace) {
    return !name.empty() && name.find('$') == std::string_view::npos && name.find('{') == std::string_view::npos &&
           cluster.missing(from, kind, name, in_namespace) && !made_by_controller(cluster, from, kind, name);
}

}
