#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/format.h"
#include "analyzer/yaml/node.h"

// Schemas of custom resources in few bytes, for when the trees they stood in are gone.

namespace plimsoll::kubernetes {

class Object;

// What the schemas of the CustomResourceDefinitions of one file say, as far as objects are judged by it. Schemas, lists of fields and texts that are
// equal are held once: definitions repeat whole pod templates, and most fields are just a text.
class CompactSchemas {
public:
    using Index = std::uint32_t;                                // of a schema
    using Text = std::uint32_t;                                 // see text()
    static constexpr std::uint32_t none = UINT32_MAX;           // no schema: anything may stand there; no text
    static constexpr std::uint32_t old_form = UINT32_MAX - 1;   // the version that spec.validation alone describes

    static constexpr int deepest = 64;   // what lies below is not judged

    enum class Type : std::uint8_t { any, object, array, string, integer, number, boolean };
    enum Flag : std::uint16_t {
        int_or_string = 1,
        keeps_unknown = 2,
        any_others = 4,   // additionalProperties: true
        embedded_resource = 8,
        has_default = 16,
        exclusive_minimum = 32,
        exclusive_maximum = 64,
        shuffled = 128,   // the fields are not in the order of their names: a second list that is follows the first
        nullable = 256,
        unique_items = 512,   // no two items of a list are equal
        unique_keys = 1024,   // or agree in the keys
        is_int32 = 2048,
    };
    struct Range {
        std::uint32_t begin = 0, count = 0;
    };
    struct Field {
        Text name;
        Index schema;   // none: the field is known, and anything may stand in it
    };
    struct Choice {
        Text text;
        yaml::Type type;
        bool is_number;
        std::uint16_t unused = 0;   // no padding: equal ones are told by their bytes
    };
    struct Schema {
        Type type = Type::any;
        TextFormat format = TextFormat::any;
        std::uint16_t flags = 0;
        Range fields, required;   // fields in the order of the file; required are those that have no default
        Index items = none, others = none;
        std::uint32_t limits = none;
        bool has(Flag flag) const { return (flags & flag) != 0; }
    };
    // What few schemas have.
    struct Limits {
        double minimum = 0, maximum = 0, multiple = 0;   // where there is a text
        std::int64_t min_length = INT64_MIN, max_length = INT64_MAX, min_items = INT64_MIN, max_items = INT64_MAX;
        std::int64_t min_properties = INT64_MIN, max_properties = INT64_MAX;
        Text minimum_text = none, maximum_text = none, multiple_text = none;   // as written
        Text pattern = none;
        Range choices, keys;
        Range all_of, any_of, one_of;   // see alternatives()
        Index negated = none;           // what stands under "not"
        std::uint32_t unused = 0;       // no padding
        bool has_alternatives() const { return all_of.count + any_of.count + one_of.count > 0 || negated != none; }
    };

    CompactSchemas() = default;
    // Of the definitions among a file's objects.
    explicit CompactSchemas(std::span<const Object* const> definitions);

    // The schema of one version of a definition; of a version without one that of spec.validation. `version`: index in spec.versions.
    Index root(std::uint32_t definition, std::uint32_t version) const;   // `definition`: Object::number()

    std::size_t size() const { return schemas_.size(); }
    const Schema& operator[](Index schema) const { return schemas_[schema]; }
    const Limits& limits(const Schema& schema) const { return schema.limits == none ? no_limits_ : limits_[schema.limits]; }
    std::string_view text(Text text) const;
    std::span<const Field> fields(const Schema& schema) const { return slice(fields_, schema.fields); }
    // nullptr when the schema does not name it.
    const Field* field(const Schema& schema, std::string_view name) const;
    std::span<const Text> required(const Schema& schema) const { return slice(lists_, schema.required); }
    std::span<const Choice> choices(const Limits& limits) const { return slice(choices_, limits.choices); }
    std::span<const Text> keys(const Limits& limits) const { return slice(lists_, limits.keys); }
    // Schemas that say more of a value, under allOf, anyOf or oneOf: what they do not name may stand there all the same.
    std::span<const Index> alternatives(Range range) const { return slice(lists_, range); }

private:
    friend class SchemaCompiler;
    struct Root {
        std::uint32_t definition, version;
        Index schema;
    };
    template <typename T>
    static std::span<const T> slice(const std::vector<T>& all, Range range) {
        return std::span(all).subspan(range.begin, range.count);
    }

    static const Limits no_limits_;
    std::vector<Root> roots_;   // in order
    std::vector<Schema> schemas_;
    std::vector<Field> fields_;
    std::vector<std::uint32_t> lists_;   // of the names of required fields and of keys, of alternatives
    std::vector<Choice> choices_;
    std::vector<Limits> limits_;
    std::vector<char> texts_;   // each behind its length
};

// The name of a field as the API server's reader has it: a plain y is "true". `room` holds it where it is not as written.
std::string_view field_name(yaml::Node key, std::string& room);

}
