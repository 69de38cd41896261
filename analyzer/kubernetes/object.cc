#include "analyzer/kubernetes/object.h"

#include <algorithm>

#include "analyzer/kubernetes/holder.h"
#include "analyzer/kubernetes/kinds.h"
#include "analyzer/kubernetes/pod_places.h"

namespace plimsoll::kubernetes {

yaml::Node deepest(yaml::Node from, std::string_view path) {
    for (yaml::Node at = from; !path.empty();) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        at = at[path.substr(0, dot)];
        path.remove_prefix(std::min(dot + 1, path.size()));
        if (!at) return from;
        from = at;
    }
    return from;
}

Object::Object(const Manifest& manifest, std::uint32_t document, yaml::Node node, std::string_view api_version, std::string_view kind)
    : manifest_(&manifest), node_(node), document_(document), api_version_(node["apiVersion"].text_or_empty()), kind_(node["kind"].text_or_empty()) {
    if (api_version_.empty()) api_version_ = api_version;
    if (kind_.empty()) kind_ = kind;
    const std::size_t slash = api_version_.find('/');
    group_ = slash == std::string_view::npos ? std::string_view{} : api_version_.substr(0, slash);
    version_ = slash == std::string_view::npos ? api_version_ : api_version_.substr(slash + 1);
    const yaml::Node meta = metadata();
    // Placeholders and all: "${NAME}" is what reports and other objects call it.
    if (const yaml::Node name = meta["name"]; name.type() == yaml::Type::text) name_ = name.scalar();
    // A placeholder is a namespace all the same: one that is not known.
    if (const yaml::Node space = meta["namespace"]; space.is_set() && !space.scalar().empty()) namespace_ = space.scalar();
    builtin_ = builtin_kind(group_, kind_) != nullptr;
    pods_ = pods_of(group_, kind_, node_);
    for (Pod& pod : pods_) {
        pod.object = this;
        for (Container& container : pod.containers) container.pod = &pod;
    }
    fragment_ = looks_incomplete();
}

// A strategic merge patch of a workload: it names the containers it changes and leaves their images, the selector and the labels to the base.
// Objects that have most of it and which the API server would refuse are no fragments.
bool Object::looks_incomplete() const {
    if (!builtin_ || kind_ == "PodTemplate" || !carries_pods(group_, kind_)) return false;
    const yaml::Node own = spec();
    if ((own.is_set() && !own.is_mapping()) || own["selector"].is_set()) return false;
    if (pods_.empty()) return !own["template"].is_set() && !own["jobTemplate"].is_set();
    const Pod& pod = pods_.front();
    if (pod.containers.empty()) return !pod["containers"];
    const auto imageless = [](const Container& container) { return !container["image"].is_set(); };
    const bool unlabelled = kind_ != "Pod" && kind_ != "Job" && kind_ != "CronJob" && !pod.labels().is_set();
    return unlabelled ? std::ranges::any_of(pod.containers, imageless) : std::ranges::all_of(pod.containers, imageless);
}

void Object::make_partial() {
    fragment_ = true;
    for (Pod& pod : pods_) pod.partial = true;
}

bool Object::cluster_scoped() const {
    const BuiltinKind* known = builtin_ ? builtin_kind(kind_) : nullptr;
    return known && known->cluster_scoped;
}

bool Object::is(std::string_view kind) const {
    const std::size_t slash = kind.find('/');
    if (slash == std::string_view::npos) return builtin_ && kind == kind_;
    return kind.substr(slash + 1) == kind_ && kind.substr(0, slash) == group_;
}

Span Object::head() const {
    for (const yaml::Node named : {metadata()["name"], node_["kind"]}) {
        if (named.is_scalar() && !named.is_null()) return named.span();
    }
    return node_.head();
}

Span Object::holder(std::string_view path) const {
    const yaml::Node found = deepest(node_, path);
    return found == node_ ? head() : found.head();
}

}
