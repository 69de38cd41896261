#pragma once

#include <optional>
#include <string_view>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/custom_schema.h"
#include "analyzer/kubernetes/decoding.h"
#include "analyzer/kubernetes/lifecycle.h"
#include "analyzer/kubernetes/schema_walk.h"

// What the schema checks share.

namespace plimsoll::checks {

inline int target_minor(const Reporter& report) { return kubernetes::target_minor(report.settings().kubernetes_version); }

// Only what the API server says to the text as it stands is asked for: that something looks like a patch is no excuse then.
inline bool as_server(const Reporter& report) { return report.settings().profile == "api-server"; }
inline bool is_whole(const kubernetes::Object& object, const Reporter& report) { return !object.is_patch() && (as_server(report) || !object.is_fragment()); }

inline std::optional<kubernetes::SchemaRoot> schema_root(const kubernetes::Object& object, const Reporter& report) {
    return kubernetes::schema_root(object, target_minor(report));
}

template <typename Visitor>
void walk_schema(Visitor visitor, const kubernetes::Object& object, const kubernetes::SchemaRoot& root) {
    kubernetes::SchemaWalk<Visitor>(visitor, root.minor).structure(object.node(), root.definition);
}

// Calls `work(object, fault)` for the faults of one kind in objects whose CustomResourceDefinitions are among the analysed ones.
template <typename Work>
void on_custom_faults(const kubernetes::Cluster& cluster, kubernetes::CustomFault::Kind kind, Work work) {
    for (const kubernetes::CustomFault& fault : cluster.custom_schemas().faults())
        if (fault.kind == kind) work(*fault.object, fault);
}

// What to mark for a value: itself, or the key of a collection or of nothing at all.
inline Span place_of(yaml::Node node) {
    if (node.span().empty() && node.parent()) return node.key() ? node.key().span() : node.parent().head();
    return node.is_scalar() || !node.key() ? node.span() : node.key().span();
}

inline std::string_view shape_of(yaml::Node node) {
    if (node.is_mapping()) return "a mapping";
    if (node.is_sequence()) return "a list";
    if (node.is_null()) return "null";
    if (node.type() == yaml::Type::boolean) return "a boolean";
    return node.type() == yaml::Type::integer || node.type() == yaml::Type::number ? "a number" : "a text";
}

inline std::string wrong_type(yaml::Node node, std::string_view wanted) {
    const std::string subject = node.is_scalar() && !node.is_null() ? quote(node.scalar()) + " is " : std::string("this is ");
    return subject + std::string(shape_of(node)) + ", but the API takes " + std::string(wanted) + " here";
}

// "a, b or c".
template <typename Texts>
std::string alternatives(const Texts& texts) {
    std::string out;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i) out += i + 1 == texts.size() ? " or " : ", ";
        out += texts[i];
    }
    return out;
}

}
