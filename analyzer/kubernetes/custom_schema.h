#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/kubernetes/cluster.h"

// Schemas of custom resources, from the CustomResourceDefinitions among the analysed objects.

namespace plimsoll::kubernetes {

// What one version of a CustomResourceDefinition says of its objects.
struct CustomSchema {
    const Object* definition = nullptr;   // null: there is none
    yaml::Node schema;                    // openAPIV3Schema; empty when the version has none
    bool keeps_unknown = false;           // fields that the schema does not name stay
    bool namespaced = false;
    explicit operator bool() const { return definition != nullptr; }
};

class CustomSchemas {
public:
    explicit CustomSchemas(const Cluster& cluster);
    bool empty() const { return by_kind_.empty(); }
    // Of several definitions of a kind that of the nearest file counts.
    CustomSchema of(const Object& object) const;

private:
    struct Row {
        std::string_view group, version;
        CustomSchema found;
    };
    void add(const Object& definition);
    std::unordered_map<std::string_view, std::vector<Row>> by_kind_;
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
void validate(const Object& object, const CustomSchema& schema, const std::function<void(const CustomFault&)>& report);

}
