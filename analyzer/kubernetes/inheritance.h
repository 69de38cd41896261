#pragma once

#include <cstddef>
#include <string_view>

#include "analyzer/kubernetes/pod.h"

namespace plimsoll::kubernetes {

// Nothing sets `path` ("securityContext.privileged") below the container or pod spec, and nothing on the way there is unknown or of a wrong type.
// False for fragments: what they lack may come from elsewhere.
bool lacks(const Container& container, std::string_view path);
bool lacks(const Pod& pod, std::string_view path);

// The text at `path` of the security context: the container's own, else the pod's.
Effective<std::string_view> security_text(const Container& container, std::string_view path);

// Calls judge(effective, container) for every value that `get(container)` finds set. A container's own value comes with that container. A value of the
// pod is one place, however many containers inherit it: it comes once, with the container when a single one inherits it, else with null.
template <typename Get, typename Judge>
void each_setting(const Pod& pod, Get get, Judge judge) {
    const Container* heir = nullptr;
    std::size_t heirs = 0;
    for (const Container& container : pod.containers) {
        const auto effective = get(container);
        if (!effective.node) continue;
        if (effective.from_pod)
            heir = &container, ++heirs;
        else
            judge(effective, &container);
    }
    if (heirs) judge(get(*heir), heirs == 1 ? heir : nullptr);
}

// Calls judge(container) for every container that lacks something the pod could set for all of them; once with null when there are several and all do.
template <typename Lacking, typename Judge>
void each_lacking(const Pod& pod, Lacking lacking, Judge judge) {
    std::size_t count = 0;
    for (const Container& container : pod.containers) count += lacking(container) ? 1 : 0;
    if (count > 1 && count == pod.containers.size()) return judge(static_cast<const Container*>(nullptr));
    if (count == 0) return;
    for (const Container& container : pod.containers)
        if (lacking(container)) judge(&container);
}

}
