#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "analyzer/engine/check.h"

namespace plimsoll {

class Registry;
struct Settings;

struct ActiveCheck {
    const Check* check;
    Severity severity;
};

// The checks that run under one Settings object, by what they look at; found once for each. Thread-safe.
class ActiveChecks {
public:
    ActiveChecks(const Registry& registry, const Settings& settings);
    const std::vector<ActiveCheck>& dockerfile() const { return dockerfile_; }
    const std::vector<ActiveCheck>& manifest() const { return manifest_; }
    const std::vector<ActiveCheck>& pod() const { return pod_; }
    const std::vector<ActiveCheck>& container() const { return container_; }
    const std::vector<ActiveCheck>& cluster() const { return cluster_; }
    bool judge_custom_resources() const { return schemas_; }
    // Those that want an object of this kind.
    const std::vector<ActiveCheck>& for_object(const kubernetes::Object& object) const;

private:
    std::vector<ActiveCheck> dockerfile_, manifest_, object_, pod_, container_, cluster_;
    bool schemas_ = false;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<std::string, std::string>, std::vector<ActiveCheck>> by_kind_;   // (apiVersion, kind)
};

}
