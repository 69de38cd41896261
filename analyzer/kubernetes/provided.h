#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/nearby.h"

namespace plimsoll::kubernetes {

// What the objects of a set make controllers create, by name. Made by a Cluster.
class Provided {
public:
    explicit Provided(const Cluster& cluster);
    bool holds(const Object& from, std::string_view kind, std::string_view name) const;

private:
    void add_secrets(const Cluster& cluster);
    void add_words(const Cluster& cluster);
    void add_claims(const Cluster& cluster);
    bool claims_hold(const Object& from, std::string_view name) const;

    std::unordered_map<std::string_view, std::unordered_set<std::string_view>> by_kind_;
    std::unordered_set<std::string_view> words_;           // in the command lines of Jobs
    std::unordered_map<std::string, Namespaces> claims_;   // of StatefulSets, by how their names begin
    bool operators_ = false;                               // some object brings Secrets and Services of any name
};

// Some object of the set makes a controller create this one in the namespace of `from`: ExternalSecret, SealedSecret, Certificate and the like for
// Secrets, volume claim templates for claims, trust-manager bundles for ConfigMaps, kube-root-ca.crt by the cluster itself.
bool made_by_controller(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name);

// Certain that neither the set nor a controller of it provides the object; see Cluster::missing().
bool nowhere(const Cluster& cluster, const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace = {});

}
