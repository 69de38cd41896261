#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/yaml/node.h"

// What the API of Kubernetes 1.16 to the newest decodes: kinds, their fields and the fields' types. Constant data, see schema/schema.txt.

namespace plimsoll::kubernetes {

inline constexpr int oldest_minor = 16;   // the first version that may be configured; the last is newest_minor of lifecycle.h

enum class FieldType : std::uint8_t { text, int32, int64, number, boolean, bytes, time, quantity, int_or_text, schema_or_bool, any, structure };
enum class FieldShape : std::uint8_t { one, list, map, map_of_lists };
// By the schema a field may be `wanted` that the API server does not miss; it refuses an object without a `needed` one.
enum class FieldNeed : std::uint8_t { optional, wanted, needed };

// The minors that have something; 0: from before the oldest, and up to now.
struct Lifetime {
    std::uint8_t since = 0, until = 0;
    bool holds(int minor) const { return minor >= since && (!until || minor <= until); }
};

class Definition;

struct Field {
    std::string_view name;
    FieldType type = FieldType::any;
    FieldShape shape = FieldShape::one;
    FieldNeed need = FieldNeed::optional;
    Lifetime lifetime;
    bool deprecated = false;
    std::string_view default_value;   // what the API server writes there, as JSON without the quotes of a text; "" when nothing or when it depends
    std::string_view gate;            // the feature gate it needs
    std::string_view unique;          // of a list: no two items agree in these keys, "name,request"; "." for the items themselves
    std::uint16_t definition = 0;     // of a structure
    std::uint16_t first_choice = 0, choice_count = 0;
    Definition structure() const;                    // only for FieldType::structure
    std::vector<std::string_view> choices() const;   // a closed set of values; empty: any
    bool is_choice(std::string_view value) const;
    std::string type_name() const;   // for people: "list of Container", "true or false"
};

// A structure of the API. Cheap to copy.
class Definition {
public:
    explicit Definition(std::uint16_t index) : index_(index) {}
    bool operator==(const Definition&) const = default;
    std::string_view name() const;   // "PodSpec"
    std::size_t size() const;
    Field field(std::size_t index) const;   // sorted by name
    std::optional<Field> find(std::string_view name) const;
    std::size_t next_needed(std::size_t from) const;   // the first field from this one on that is `needed`; size() when there is none
    std::uint16_t index() const { return index_; }

private:
    std::uint16_t index_;
};

// "" for a version of Kubernetes that may be the target ("1.29", "v1.29.3"), else what is wrong with it, and which versions there are.
std::string complaint_about_version(std::string_view version);

// A kind that some version of the API has.
struct Kind {
    std::string_view group, version, name;
    std::optional<Definition> definition;   // not for those that manifests do not hold
    bool namespaced = false;
    Lifetime lifetime;
};
std::optional<Kind> find_kind(std::string_view group, std::string_view version, std::string_view kind);
// Some version of the API has the group ("", "apps", "rbac.authorization.k8s.io", ...): every kind in it is known.
bool is_api_group(std::string_view group);
// For suggestions, among what `minor` serves: "apps/v1", ... that have a kind of this name; kinds of a group's version; groups.
std::vector<std::string> homes_of(std::string_view kind, int minor);
std::vector<std::string_view> kinds_of(std::string_view group, std::string_view version, int minor);
std::vector<std::string_view> groups();

// What the API takes at a node of an object whose root has this definition: for completion and hover. The structure to complete keys in
// when the node stands for a mapping, and the field that the node is the value of (or, in a list, an item of); none when the node is not in the schema.
struct NodeSchema {
    std::optional<Definition> definition;
    std::optional<Field> field;
};
NodeSchema schema_of(Definition root, yaml::Node object, yaml::Node node);

}
