#pragma once

#include <optional>
#include <string_view>

#include "analyzer/kubernetes/schema.h"
#include "analyzer/yaml/node.h"

// The walk of an object along its definition.

namespace plimsoll::kubernetes {

// What a walk may come across; a check overrides what it looks for.
struct SchemaVisitor {
    static constexpr bool reads_status = false;    // the API server decodes the status, and ignores it when an object is made
    static constexpr bool reads_schemas = false;   // those of custom resources, most of the bytes of many files: nothing in them is required or closed
    void structure(yaml::Node, Definition) {}
    void unknown(const yaml::Entry&, Definition) {}
    void unavailable(const yaml::Entry&, const Field&) {}
    void list(yaml::Node, const Field&) {}
    void scalar(yaml::Node, const Field&) {}
    void wrong_shape(yaml::Node, std::string_view) {}
};

template <typename Visitor>
class SchemaWalk {
public:
    SchemaWalk(Visitor& visitor, int minor) : visitor_(visitor), minor_(minor) {}

    void structure(yaml::Node node, Definition definition, int depth = 0) {
        constexpr int deepest = 64;   // schemas of custom resources nest in themselves
        if (depth > deepest) return;
        visitor_.structure(node, definition);
        for (const yaml::Entry& entry : node.entries()) {
            const std::string_view name = entry.key.scalar();
            if (!Visitor::reads_status && depth == 0 && name == "status") continue;
            const std::optional<Field> field = definition.find(name);
            if (!field)
                visitor_.unknown(entry, definition);
            else if (!field->lifetime.holds(minor_))
                visitor_.unavailable(entry, *field);
            else
                value(entry.value, *field, field->shape, depth);
        }
    }

private:
    void value(yaml::Node node, const Field& field, FieldShape shape, int depth) {
        if (!node.is_set() || node.is_placeholder() || (!Visitor::reads_schemas && field.name == "openAPIV3Schema")) return;
        if (shape == FieldShape::one) {
            if (field.type != FieldType::structure) return visitor_.scalar(node, field);
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

}
