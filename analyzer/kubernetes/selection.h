#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

// The pods that a selector matches in a namespace, in the order of the set. A Cluster finds them once for all objects with the same selector, so that a
// thousand Services that each select a thousand pods cost no million. Thread-safe; what follows from the pods alone is worked out once for each Selection.
class Selection {
public:
    Selection() = default;
    explicit Selection(std::vector<const Pod*> pods) : pods_(std::move(pods)) {}
    bool empty() const { return pods_.empty(); }
    std::span<const Pod* const> pods() const { return pods_; }
    auto begin() const { return pods().begin(); }
    auto end() const { return pods().end(); }
    // Those in the file of `from`.
    std::span<const Pod* const> beside(const Object& from) const;
    // Those in the file of `from`, else those in its folder, else none of another application: without a common namespace that both name,
    // what lies further away is left out.
    std::span<const Pod* const> nearest(const Object& from) const;

private:
    using Groups = std::map<std::string_view, std::vector<const Pod*>>;
    std::span<const Pod* const> group(Groups Selection::*by, std::string_view name) const;
    std::vector<const Pod*> pods_;
    mutable std::once_flag grouped_;
    mutable Groups by_folder_, by_namespace_;   // made when first asked for
};

}
