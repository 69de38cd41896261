#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/schema.h"

// What the strict decoder of the API server says of an object.

namespace plimsoll::kubernetes {

// Where an object's walk begins, and the version whose fields count: the target, or the nearest one that serves the kind.
struct SchemaRoot {
    Definition definition;
    int minor;
};
std::optional<SchemaRoot> schema_root(const Object& object, int target_minor);

struct DecodingFault {
    enum class Kind : std::uint8_t { unknown_field, unavailable_field, wrong_type };
    Kind kind;
    yaml::Node node;                // the value; its key is the name of an unknown or unavailable field, which may be a placeholder
    Definition definition;          // of the structure around an unknown field
    Field field = {};               // that is not available
    std::string_view wanted = {};   // instead of a wrong type, for people: "a whole number"
};

// See Object::decoding.
struct Decoding {
    std::optional<SchemaRoot> root;      // nullopt: of no kind that is known
    std::vector<DecodingFault> faults;   // in the order of the walk
};

}
