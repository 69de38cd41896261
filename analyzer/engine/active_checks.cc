#include "analyzer/engine/active_checks.h"

#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/registry.h"
#include "analyzer/kubernetes/object.h"

namespace plimsoll {

ActiveChecks::ActiveChecks(const Registry& registry, const Settings& settings) {
    for (const RegisteredCheck& entry : registry.all()) {
        if (!settings.enabled(*entry.check)) continue;
        const ActiveCheck active{entry.check, settings.severity_of(*entry.check)};
        const Runner& run = entry.check->run;
        if (run.dockerfile) dockerfile_.push_back(active);
        if (run.manifest) manifest_.push_back(active);
        if (run.object) object_.push_back(active);
        if (run.pod) pod_.push_back(active);
        if (run.container) container_.push_back(active);
        if (run.cluster) cluster_.push_back(active);
        schemas_ |= run.schemas;
    }
}

const std::vector<ActiveCheck>& ActiveChecks::for_object(const kubernetes::Object& object) const {
    std::lock_guard lock(mutex_);
    auto [entry, is_new] = by_kind_.try_emplace({std::string(object.api_version()), std::string(object.kind())});
    if (is_new)
        for (const ActiveCheck& active : object_) {
            const auto& kinds = active.check->run.kinds;
            if (kinds.size() == 0 || std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) { return object.is(kind); }))
                entry->second.push_back(active);
        }
    return entry->second;
}

}
