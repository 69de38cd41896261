#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/kubernetes/compact_schema.h"
#include "analyzer/kubernetes/object.h"

// Schemas of custom resources, from the CustomResourceDefinitions among the analysed objects.

namespace plimsoll::kubernetes {

// What one version of a CustomResourceDefinition says of its objects.
struct CustomSchema {
    const Object* definition = nullptr;   // null: there is none
    bool has_schema = false;
    std::uint32_t version = CompactSchemas::old_form;   // see CompactSchemas::root
    bool keeps_unknown = false;                         // fields that the schema does not name stay
    bool namespaced = false;
    explicit operator bool() const { return definition != nullptr; }
};

// Where an object is not what its definition says.
struct CustomFault {
    enum class Kind : unsigned char { unknown_field, wrong_type, missing_field, invalid_value };
    Kind kind;
    const Object* object;
    yaml::Node place;           // the value; of a missing field the mapping that lacks it
    std::string name;           // of the field that is unknown or missing
    std::string what;           // what the schema takes: "a text", "a or b", "at least 1"; of an unknown field the known name that is near
    bool is_definite = false;   // of an unknown field: `what` may be renamed to
};

// Made by a Cluster. Thread-safe.
class CustomSchemas {
public:
    // `objects` outlive it.
    explicit CustomSchemas(std::span<const Object* const> objects);
    // Of several definitions of a kind that of the nearest file counts.
    CustomSchema of(const Object& object) const;
    // All faults of the objects that have a definition; found when first asked for, by one thread, in the order of the objects. Not evaluated are the CEL
    // rules of x-kubernetes-validations and the formats that format.h names.
    const std::vector<CustomFault>& faults() const;

private:
    struct Row {
        std::string_view group, version;
        CustomSchema found;
        std::string_view path() const { return found.definition->manifest().source().path(); }
    };
    void add(const Object& definition);
    void find_faults() const;
    std::span<const Object* const> objects_;
    std::unordered_map<std::string_view, std::vector<Row>> by_kind_;
    mutable std::once_flag once_;
    mutable std::vector<CustomFault> faults_;
};

// An object of a group that is not the API's own, and no file of a tool (kustomization.yaml): only a definition can say what is right in it.
bool is_custom(const Object& object);

}
