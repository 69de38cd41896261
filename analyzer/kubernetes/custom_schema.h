#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/kubernetes/object.h"

// Schemas of custom resources, from the CustomResourceDefinitions among the analysed objects.

namespace plimsoll::kubernetes {

// What one version of a CustomResourceDefinition says of its objects.
struct CustomSchema {
    const Object* definition = nullptr;   // null: there is none
    bool has_schema = false;
    std::size_t version = 0;              // index in spec.versions; SIZE_MAX for the one of the old form
    bool keeps_unknown = false;           // fields that the schema does not name stay
    bool namespaced = false;
    explicit operator bool() const { return definition != nullptr; }
};

// Made by Cluster::custom_schemas(). Thread-safe. The trees of definitions hold no schemas any more (Manifest::drop_schemas()), so those that are asked
// for are read again, once.
class CustomSchemas {
public:
    explicit CustomSchemas(std::span<const Object* const> definitions);
    ~CustomSchemas();
    bool empty() const { return by_kind_.empty(); }
    // Of several definitions of a kind that of the nearest file counts.
    CustomSchema of(const Object& object) const;
    // Its openAPIV3Schema; empty when the version has none.
    yaml::Node read(const CustomSchema& schema) const;

private:
    struct Reread;
    struct Row {
        std::string_view group, version;
        CustomSchema found;
    };
    void add(const Object& definition);
    std::unordered_map<std::string_view, std::vector<Row>> by_kind_;
    mutable std::mutex mutex_;
    mutable std::unordered_map<const Object*, std::unique_ptr<Reread>> reread_;
};

// An object of a group that is not the API's own, and no file of a tool (kustomization.yaml): only a definition can say what is right in it.
bool is_custom(const Object& object);

struct CustomFault {
    enum class Kind : unsigned char { unknown_field, wrong_type, missing_field, invalid_value };
    Kind kind;
    yaml::Node place;           // the value; of a missing field the mapping that lacks it
    std::string_view name;      // of the field that is unknown or missing
    std::string what;           // what the schema takes: "a text", "a or b", "at least 1"; of an unknown field the known name that is near
    bool is_definite = false;   // of an unknown field: `what` may be renamed to
};
// Calls back for each fault, in document order. Types, formats, enums, bounds, required and unknown fields are judged; patterns and CEL rules, and what
// stands under allOf, anyOf, oneOf and not, are not evaluated.
void validate(const Object& object, yaml::Node schema, bool keeps_unknown, const std::function<void(const CustomFault&)>& report);

}
