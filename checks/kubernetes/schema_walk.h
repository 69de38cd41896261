#pragma once

#include <optional>
#include <string_view>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/custom_schema.h"
#include "analyzer/kubernetes/lifecycle.h"
#include "analyzer/kubernetes/schema.h"

// The walk of an object along its definition that the schema checks share.

namespace plimsoll::checks {

inline int target_minor(const Reporter& report) { return kubernetes::target_minor(report.settings().kubernetes_version); }

// Only what the API server says to the text as it stands is asked for: that something looks like a patch is no excuse then.
inline bool as_server(const Reporter& report) { return report.settings().profile == "api-server"; }
inline bool is_whole(const kubernetes::Object& object, const Reporter& report) { return !object.is_patch() && (as_server(report) || !object.is_fragment()); }

// Where an object's walk begins, and the version whose fields count: the target, or the nearest one that serves the kind.
struct SchemaRoot {
    kubernetes::Definition definition;
    int minor;
};
inline std::optional<SchemaRoot> schema_root(const kubernetes::Object& object, const Reporter& report) {
    const auto kind = kubernetes::find_kind(object.group(), object.version(), object.kind());
    if (!kind || !kind->definition) return std::nullopt;
    int minor = target_minor(report);
    if (minor < kind->lifetime.since) minor = kind->lifetime.since;
    if (kind->lifetime.until && minor > kind->lifetime.until) minor = kind->lifetime.until;
    return SchemaRoot{*kind->definition, minor};
}

// What a walk may come across; a check overrides what it looks for.
struct SchemaVisitor {
    static constexpr bool reads_status = false;    // the API server decodes the status, and ignores it when an object is made
    static constexpr bool reads_schemas = false;   // those of custom resources, most of the bytes of many files: nothing in them is required or closed
    void structure(yaml::Node, kubernetes::Definition) {}
    void unknown(const yaml::Entry&, kubernetes::Definition) {}
    void unavailable(const yaml::Entry&, const kubernetes::Field&) {}
    void list(yaml::Node, const kubernetes::Field&) {}
    void scalar(yaml::Node, const kubernetes::Field&) {}
    void wrong_shape(yaml::Node, std::string_view) {}
};

template <typename Visitor>
class SchemaWalk {
public:
    SchemaWalk(Visitor& visitor, int minor) : visitor_(visitor), minor_(minor) {}

    void structure(yaml::Node node, kubernetes::Definition definition, int depth = 0) {
        constexpr int deepest = 64;   // schemas of custom resources nest in themselves
        if (depth > deepest) return;
        visitor_.structure(node, definition);
        for (const yaml::Entry& entry : node.entries()) {
            const std::string_view name = entry.key.scalar();
            if (!Visitor::reads_status && depth == 0 && name == "status") continue;
            const std::optional<kubernetes::Field> field = definition.find(name);
            if (!field)
                visitor_.unknown(entry, definition);
            else if (!field->lifetime.holds(minor_))
                visitor_.unavailable(entry, *field);
            else
                value(entry.value, *field, field->shape, depth);
        }
    }

private:
    void value(yaml::Node node, const kubernetes::Field& field, kubernetes::FieldShape shape, int depth) {
        using kubernetes::FieldShape;
        if (!node.is_set() || node.is_placeholder() || (!Visitor::reads_schemas && field.name == "openAPIV3Schema")) return;
        if (shape == FieldShape::one) {
            if (field.type != kubernetes::FieldType::structure) return visitor_.scalar(node, field);
            if (!node.is_mapping()) return visitor_.wrong_shape(node, "a mapping");
            return structure(node, field.structure(), depth + 1);
        }
        if (shape == FieldShape::list) {
            if (!node.is_sequence()) return visitor_.wrong_shape(node, "a list");
            visitor_.list(node, field);
            for (yaml::Node item : node.items()) value(item, field, FieldShape::one, depth);
            return;
        }
        if (!node.is_mapping()) return visitor_.wrong_shape(node, "a mapping");
        const FieldShape inner = shape == FieldShape::map ? FieldShape::one : FieldShape::list;
        for (const yaml::Entry& entry : node.entries()) value(entry.value, field, inner, depth);
    }

    Visitor& visitor_;
    int minor_;
};

template <typename Visitor>
void walk_schema(Visitor visitor, const kubernetes::Object& object, const SchemaRoot& root) {
    SchemaWalk<Visitor>(visitor, root.minor).structure(object.node(), root.definition);
}

// Calls `work(object, fault)` for the faults of one kind in objects whose CustomResourceDefinitions are among the analysed ones.
template <typename Work>
void on_custom_faults(const kubernetes::Cluster& cluster, kubernetes::CustomFault::Kind kind, Work work) {
    for (const kubernetes::CustomFault& fault : cluster.custom_schemas().faults())
        if (fault.kind == kind) work(*fault.object, fault);
}

// What to mark for a value: itself, or the key of a collection.
inline Span place_of(yaml::Node node) { return node.is_scalar() || !node.key() ? node.span() : node.key().span(); }

inline std::string_view shape_of(yaml::Node node) {
    if (node.is_mapping()) return "a mapping";
    if (node.is_sequence()) return "a list";
    if (node.type() == yaml::Type::boolean) return "a boolean";
    return node.type() == yaml::Type::integer || node.type() == yaml::Type::number ? "a number" : "a text";
}

inline std::string wrong_type(yaml::Node node, std::string_view wanted) {
    const std::string subject = node.is_scalar() ? quote(node.scalar()) + " is " : std::string("this is ");
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
