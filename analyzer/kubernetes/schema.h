#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// What the newest Kubernetes API decodes: kinds, their fields and the fields' types. Constant data, see schema/schema.txt.

namespace plimsoll::kubernetes {

enum class FieldType : std::uint8_t { text, int32, int64, number, boolean, bytes, time, quantity, int_or_text, schema_or_bool, any, structure };
enum class FieldShape : std::uint8_t { one, list, map, map_of_lists };

class Definition;

struct Field {
    std::string_view name;
    FieldType type = FieldType::any;
    FieldShape shape = FieldShape::one;
    bool required = false;
    std::uint16_t definition = 0;   // of a structure
    std::uint16_t first_choice = 0, choice_count = 0;
    Definition structure() const;                    // only for FieldType::structure
    std::vector<std::string_view> choices() const;   // a closed set of values; empty: any
};

// A structure of the API. Cheap to copy.
class Definition {
public:
    explicit Definition(std::uint16_t index) : index_(index) {}
    bool operator==(const Definition&) const = default;
    std::size_t size() const;
    Field field(std::size_t index) const;   // sorted by name
    std::optional<Field> find(std::string_view name) const;
    std::uint16_t index() const { return index_; }

private:
    std::uint16_t index_;
};

// The definition of a kind as manifests write it; nullopt for custom kinds and those the newest API does not have.
std::optional<Definition> find_kind(std::string_view group, std::string_view version, std::string_view kind);
// The API itself owns the group ("", "apps", "rbac.authorization.k8s.io", ...): every kind in it is known.
bool is_api_group(std::string_view group);
// Versions in which a group serves a kind, and groups that have a kind of this name; for suggestions.
std::vector<std::string_view> versions_of(std::string_view group, std::string_view kind);
std::vector<std::string_view> kinds_of(std::string_view group, std::string_view version);

}
