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

// Names of objects are shorter.
constexpr std::size_t longest_name = 1000;

// "default-token-hszmd": what older clusters made for every service account.
bool is_account_token(std::string_view name) {
    const std::size_t sign = name.rfind("-token-");
    return sign != std::string_view::npos && name.size() - sign == 12;
}

}

Provided::Provided(const Cluster& cluster) {
    for (const Maker& maker : makers)
        for (const Object* object : cluster.of_kind(maker.kind)) {
            const std::string_view named = maker.path.empty() ? std::string_view{} : object->at(maker.path).text_or_empty();
            by_kind_[maker.made].insert(named.empty() ? object->name() : named);
        }
    operators_ = std::ranges::any_of(secret_operators, [&](std::string_view kind) { return !cluster.of_kind(kind).empty(); });
    add_secrets(cluster);
    add_words(cluster);
    add_claims(cluster);
}

void Provided::add_secrets(const Cluster& cluster) {
    for (const Object* provider : cluster.of_kind("secrets-store.csi.x-k8s.io/SecretProviderClass"))
        for (yaml::Node secret : provider->at("spec.secretObjects").items()) {
            by_kind_["Secret"].insert(secret["secretName"].text_or_empty());
            by_kind_["Service"].insert(secret["secretName"].text_or_empty());
        }
    for (const Object* ingress : cluster.of_kind("Ingress")) {
        if (!ingress->annotations().has("cert-manager.io/cluster-issuer") && !ingress->annotations().has("cert-manager.io/issuer")) continue;
        for (yaml::Node tls : ingress->at("spec.tls").items()) by_kind_["Secret"].insert(tls["secretName"].text_or_empty());
    }
}

// A Job that is given a name makes the object, as those do that make certificates for webhooks: the whole word or what follows "=".
void Provided::add_words(const Cluster& cluster) {
    for (const Object* job : cluster.of_kind("Job"))
        for (const Pod& pod : job->pods())
            for (const Container& container : pod.containers)
                for (yaml::Node word : container.command_line()) {
                    const std::string_view text = word.scalar();
                    if (text.size() <= longest_name) words_.insert(text);
                    const std::string_view value = text.substr(text.rfind('=') + 1);
                    if (value.size() < text.size() && value.size() <= longest_name) words_.insert(value);
                }
}

// The claims of a StatefulSet are called by their template, the set and a number.
void Provided::add_claims(const Cluster& cluster) {
    for (const Object* set : cluster.of_kind("StatefulSet"))
        for (yaml::Node claim : set->at("spec.volumeClaimTemplates").items())
            claims_[std::string(claim["metadata"]["name"].text_or_empty()) + "-" + std::string(set->name()) + "-"].add(*set);
}

bool Provided::claims_hold(const Object& from, std::string_view name) const {
    if (claims_.empty()) return false;
    for (std::size_t dash = name.find('-'); dash != std::string_view::npos && dash < longest_name; dash = name.find('-', dash + 1)) {
        const auto found = claims_.find(std::string(name.substr(0, dash + 1)));
        if (found != claims_.end() && found->second.may_hold(from)) return true;
    }
    return false;
}

bool Provided::holds(const Object& from, std::string_view kind, std::string_view name) const {
    if (operators_ && (kind == "Secret" || kind == "Service")) return true;
    if (const auto made = by_kind_.find(kind); made != by_kind_.end() && made->second.contains(name)) return true;
    if (kind == "Secret" && (is_account_token(name) || words_.contains(name))) return true;
    return kind == "PersistentVolumeClaim" && claims_hold(from, name);
}

bool made_by_controller(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name) {
    return cluster.provided().holds(from, kind, name);
}

bool nowhere(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace) {
    return !name.empty() && name.find('$') == std::string_view::npos && name.find('{') == std::string_view::npos &&
           cluster.missing(from, kind, name, in_namespace) && !made_by_controller(cluster, from, kind, name);
}

}
