#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/kubernetes/cluster.h"

namespace plimsoll::kubernetes {

// A tree holds several applications, and several variants of one, side by side.

// The folder of the object's file without a slash at its end; "" for the top.
std::string_view folder_of(const Object& object);
// Equal for objects that end in the same namespace: the one they name, else the folder they lie in.
std::string home_of(const Object& object);

// The namespace that the object is in for certain; nullopt for one that may be in any: none is written, or a placeholder.
std::optional<std::string_view> certain_namespace(const Object& object);

// Where several objects are, to ask all of them at once whether one may be in the namespace of another object.
class Namespaces {
public:
    void add(const Object& object);
    bool may_hold(const Object& object) const;

private:
    bool any_ = false;   // one of them may be in any
    std::set<std::string_view> certain_;
};

// Pods that are made from no template of the set: an operator's, which bear the name of its own object or its own prefix ("tailscale.com/...")
// as a label, and the static pods of the control plane in kube-system.
class PodsToCome {
public:
    explicit PodsToCome(const Cluster& cluster);
    bool may_match(const Object& from, const Selector& selector) const;

private:
    std::set<std::pair<std::string, std::string_view>> names_;   // home, name
    std::set<std::string_view> prefixes_;                        // of labels that pod templates of the set have
};

// Something a pod needs by name in its own namespace.
struct PodReference {
    enum class Use : unsigned char { variable, variables, file, mounted_file, account };   // mounted_file: through subPath, which is never updated
    std::string_view kind;
    yaml::Node name;
    Use use;
};

// ConfigMaps, Secrets, claims and the service account that a pod names, optional ones included.
std::vector<PodReference> references_of(const Pod& pod);

// How many pods a controller keeps: `replicas`, one where it is not set; nullopt when not known or not a matter of a number.
std::optional<std::int64_t> replicas_of(const Object& workload);

}
