#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// A YAML document as plain data with line numbers; keeps yaml-cpp in one file.
struct ConfigValue {
    enum class Kind : unsigned char { null, scalar, list, map };
    struct Entry;
    Kind kind = Kind::null;
    std::string text;                 // scalar
    std::uint32_t line = 0;           // one-based
    std::vector<ConfigValue> items;   // list
    std::vector<Entry> entries;       // map, in file order

    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }
    bool is_null() const { return kind == Kind::null; }
    const ConfigValue* find(std::string_view key) const;
};

struct ConfigValue::Entry {
    ConfigValue first, second;
};

struct ConfigError {
    std::uint32_t line = 0;
    std::string message;
};

// The first document of a text; null value for an empty one. On failure the value is null and `error` is set.
ConfigValue read_config_value(const std::string& text, std::optional<ConfigError>& error);

}
