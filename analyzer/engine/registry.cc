#include "analyzer/engine/registry.h"

#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/text/distance.h"

namespace plimsoll {

Registry::Registry(std::vector<RegisteredCheck> checks) : checks_(std::move(checks)) {
    std::sort(checks_.begin(), checks_.end(), [](const RegisteredCheck& a, const RegisteredCheck& b) { return a.check->id < b.check->id; });
}

const std::vector<Registry::Alias>& Registry::aliases() const {
    std::call_once(once_, [this] {
        for (const RegisteredCheck& entry : checks_)
            for (std::string_view alias : entry.check->aliases) {
                const std::string_view tool = tool_of(alias);
                aliases_.push_back({tool.empty() ? alias : alias.substr(tool.size() + 1), alias, entry.check});
            }
        std::stable_sort(aliases_.begin(), aliases_.end(), [](const Alias& a, const Alias& b) { return a.name < b.name; });
    });
    return aliases_;
}

const Check* Registry::find(std::string_view id) const {
    const auto at =
        std::lower_bound(checks_.begin(), checks_.end(), id, [](const RegisteredCheck& entry, std::string_view wanted) { return entry.check->id < wanted; });
    return at != checks_.end() && at->check->id == id ? at->check : nullptr;
}

std::vector<const Check*> Registry::resolve(std::string_view name) const {
    if (const Check* own = find(name)) return {own};
    const std::string canonical = canonical_name(name);
    std::string_view tool = tool_of(canonical);
    const std::string_view wanted = tool.empty() ? std::string_view(canonical) : std::string_view(canonical).substr(tool.size() + 1);
    std::vector<const Check*> found;
    const std::vector<Alias>& all = aliases();
    auto at = std::lower_bound(all.begin(), all.end(), wanted, [](const Alias& alias, std::string_view text) { return alias.name < text; });
    for (; at != all.end() && at->name == wanted; ++at) {
        const std::string_view other = tool_of(at->full);
        const bool same_tool = tool.empty() || tool == other || (tool == "hadolint" && other == "shellcheck");
        if (same_tool && std::find(found.begin(), found.end(), at->check) == found.end()) found.push_back(at->check);
    }
    return found;
}

std::string Registry::nearest(std::string_view name) const {
    std::string_view best;
    std::size_t distance = std::max<std::size_t>(2, name.size() / 4) + 1;
    const auto consider = [&](std::string_view candidate) {
        const std::size_t longer = std::max(candidate.size(), name.size()), shorter = std::min(candidate.size(), name.size());
        if (longer - shorter >= distance) return;
        const std::size_t d = edit_distance(name, candidate);
        if (d < distance) distance = d, best = candidate;
    };
    if (name.size() < 3 || name.size() > 100) return {};
    for (const RegisteredCheck& entry : checks_) consider(entry.check->id);
    for (const Alias& alias : aliases())
        if (tool_of(alias.full) == "buildkit") consider(alias.name);
    return std::string(best);
}

bool Registry::has_peer(std::string_view tool) const {
    return std::any_of(aliases().begin(), aliases().end(), [&](const Alias& alias) { return tool_of(alias.full) == tool; });
}

}
