#include "analyzer/kubernetes/selection.h"

#include <algorithm>

#include "analyzer/kubernetes/nearby.h"

namespace plimsoll::kubernetes {

std::span<const Pod* const> Selection::beside(const Object& from) const {
    // The order of the set is that of the paths.
    const auto path = [](const Pod* pod) -> std::string_view { return pod->object->manifest().source().path(); };
    const std::string_view here = from.manifest().source().path();
    const auto first = std::ranges::lower_bound(pods_, here, {}, path);
    return {first, std::ranges::upper_bound(first, pods_.end(), here, {}, path)};
}

std::span<const Pod* const> Selection::group(Groups Selection::*by, std::string_view name) const {
    std::call_once(grouped_, [this] {
        for (const Pod* pod : pods_) {
            by_folder_[folder_of(*pod->object)].push_back(pod);
            if (const auto space = pod->object->declared_namespace()) by_namespace_[*space].push_back(pod);
        }
    });
    const auto found = (this->*by).find(name);
    return found == (this->*by).end() ? std::span<const Pod* const>() : std::span<const Pod* const>(found->second);
}

std::span<const Pod* const> Selection::nearest(const Object& from) const {
    if (pods_.empty()) return {};
    if (const auto here = beside(from); !here.empty()) return here;
    if (const auto folder = group(&Selection::by_folder_, folder_of(from)); !folder.empty()) return folder;
    const auto space = from.declared_namespace();
    return space ? group(&Selection::by_namespace_, *space) : std::span<const Pod* const>();
}

}
