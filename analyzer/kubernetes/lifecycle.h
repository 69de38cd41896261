#pragma once

#include <string_view>

namespace plimsoll::kubernetes {

// How long the API server, or the controller of a custom resource, serves a version of a kind.
struct Lifecycle {
    std::string_view group, version;   // "" for the core group
    std::string_view kinds;            // separated by blanks; "*": every kind
    int deprecated = 0;                // since Kubernetes 1.x; 0: never
    int removed = 0;                   // not served from 1.x on; 0: still served
    std::string_view replacement;      // "apps/v1"; "" when nothing took its place
    bool same_fields = false;          // the replacement reads the same fields: changing apiVersion is enough
    std::string_view replacement_kind = {};
    // Custom resources: the release that stopped serving it, "cert-manager 1.6"; the minors are not used then.
    std::string_view gone_since = {};
    std::string_view deprecated_since = {};
};

// Null when the version is served and not deprecated, or not known.
const Lifecycle* lifecycle_of(std::string_view group, std::string_view version, std::string_view kind);

// The newest version the table knows; what is judged when no version is configured.
inline constexpr int newest_minor = 37;
// "1.29", "v1.29.3": 29; newest_minor for anything else.
int target_minor(std::string_view kubernetes_version);

}
