#include "analyzer/kubernetes/inheritance.h"

#include <algorithm>

#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

static bool lacks(yaml::Node node, std::string_view path) {
    while (node.is_set() && !path.empty()) {
        if (!node.is_mapping()) return false;
        const std::size_t dot = std::min(path.find('.'), path.size());
        node = node[path.substr(0, dot)];
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return !node.is_set();
}

bool lacks(const Pod& pod, std::string_view path) {
    if (pod.partial || (pod.object && pod.object->is_fragment())) return false;
    return lacks(pod.spec, path);
}

bool lacks(const Container& container, std::string_view path) {
    const Pod& pod = *container.pod;
    if (pod.partial || (pod.object && pod.object->is_fragment())) return false;
    return lacks(container.node, path);
}

Effective<std::string_view> security_text(const Container& container, std::string_view path) {
    Effective<std::string_view> out;
    out.node = container.own_security().at(path);
    if (!out.node.is_set()) {
        out.node = container.pod->security().at(path);
        out.from_pod = true;
    }
    if (out.node.is_set()) out.value = out.node.text();
    return out;
}

}
