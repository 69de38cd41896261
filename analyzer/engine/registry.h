#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll {

struct Check;

struct RegisteredCheck {
    const Check* check;
    std::string_view area;   // folder: dockerfile, shell, ...
};

// All checks, sorted by id. Built from the one list in checks/CMakeLists.txt; the engine knows no single check.
class Registry {
public:
    explicit Registry(std::vector<RegisteredCheck> checks);
    std::span<const RegisteredCheck> all() const { return checks_; }
    const Check* find(std::string_view id) const;   // own id; null when unknown
    // Checks that answer to a name: own id, "hadolint:DL3008", "DL3008", "AVD-DS-0002", any case for trivy and checkov.
    std::vector<const Check*> resolve(std::string_view name) const;
    // Nearest id for a did-you-mean; "" when nothing is near.
    std::string nearest(std::string_view name) const;
    // True when some check has an alias of this peer ("hadolint", "trivy", ...).
    bool has_peer(std::string_view tool) const;

private:
    struct Alias {
        std::string_view name;   // without the tool
        std::string_view full;   // "tool:name"
        const Check* check;
    };
    // Sorted by name; made when the first name is looked up, because most runs look up none.
    const std::vector<Alias>& aliases() const;

    std::vector<RegisteredCheck> checks_;
    mutable std::once_flag once_;
    mutable std::vector<Alias> aliases_;
};

// Defined by the generated checks/registry.cc.
const Registry& all_checks();

}
