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

// Of several candidates those in the file of `from`, else those in its folder and below, else none of another application: without a common
// namespace that both name, what lies further away is left out.
void keep_nearest(std::vector<const Pod*>& pods, const Object& from);

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
