#pragma once

#include <cstdint>

// Storage of schema.h, made by schema/generate.py: rows of numbers into one pool of texts.

namespace plimsoll::kubernetes::schema_tables {

struct TextRow {
    std::uint16_t begin, size;
};
struct FieldRow {
    TextRow name, default_value, gate, unique;
    std::uint16_t definition;   // of a structure
    std::uint16_t first_choice;
    std::uint8_t choice_count, shape, type, need, since, until, deprecated;
};
struct DefinitionRow {
    TextRow name;
    std::uint16_t first_field, field_count;
};
struct KindRow {
    TextRow group, version, kind;
    std::uint16_t definition;
    std::uint8_t namespaced, since, until;
};

extern const char texts[];
extern const FieldRow fields[];   // of each definition sorted by name
extern const TextRow choices[];
extern const DefinitionRow definitions[];
extern const KindRow kinds[];   // sorted by group, version, kind
extern const unsigned kind_count;

}
