#include <exception>
#include <yaml-cpp/yaml.h>

#include "analyzer/engine/config_value.h"
#include "analyzer/text/utf8.h"

namespace plimsoll {

namespace {

constexpr std::size_t most_bytes = 4u << 20;
constexpr std::size_t most_nodes = 200'000;   // aliases can make a small file huge
constexpr int most_levels = 40;

std::uint32_t line_of(const YAML::Mark& mark) { return mark.line < 0 ? 0 : static_cast<std::uint32_t>(mark.line) + 1; }

class Converter {
public:
    ConfigValue convert(const YAML::Node& node, int level) {
        ConfigValue value;
        value.line = line_of(node.Mark());
        if (++nodes_ > most_nodes || level > most_levels) throw YAML::Exception(node.Mark(), "nested too deeply or too large");
        if (node.IsScalar()) {
            value.kind = ConfigValue::Kind::scalar;
            value.text = node.Scalar();
        } else if (node.IsSequence()) {
            value.kind = ConfigValue::Kind::list;
            for (const YAML::Node& item : node) value.items.push_back(convert(item, level + 1));
        } else if (node.IsMap()) {
            value.kind = ConfigValue::Kind::map;
            for (const auto& entry : node) value.entries.push_back({convert(entry.first, level + 1), convert(entry.second, level + 1)});
        }
        return value;
    }

private:
    std::size_t nodes_ = 0;
};

ConfigError invalid_utf8(const std::string& text, std::size_t at) {
    std::uint32_t line = 1;
    for (std::size_t i = 0; i < at; ++i) line += text[i] == '\n';
    return {line, "is not UTF-8"};
}

// Flow collections and indented dashes recurse in the reader; so many of them are no configuration.
bool too_deep(const std::string& text) {
    int depth = 0;
    std::size_t dashes = 0;
    for (char c : text) {
        if (c == '[' || c == '{')
            ++depth;
        else if ((c == ']' || c == '}') && depth > 0)
            --depth;
        if (c == '-' || c == '?' || c == ':')
            ++dashes;
        else if (c == '\n')
            dashes = 0;
        if (depth > 200 || dashes > 1000) return true;
    }
    return false;
}

}

const ConfigValue* ConfigValue::find(std::string_view key) const {
    for (const auto& [name, value] : entries)
        if (name.text == key) return &value;
    return nullptr;
}

ConfigValue read_config_value(const std::string& text, std::optional<ConfigError>& error) {
    if (text.size() > most_bytes) {
        error = ConfigError{0, "is larger than 4 MiB"};
    } else if (const std::size_t bad = first_invalid_utf8(text); bad != std::string_view::npos) {
        // yaml-cpp 0.7 never comes back from an invalid byte.
        error = invalid_utf8(text, bad);
    } else if (text.find('\0') != std::string::npos || too_deep(text)) {
        error = ConfigError{0, "is no YAML that a person would write"};
    }
    if (error) return {};
    try {
        return Converter().convert(YAML::Load(text), 0);
    } catch (const YAML::Exception& problem) {
        error = ConfigError{line_of(problem.mark), "cannot be read as YAML: " + problem.msg};
    } catch (const std::exception& problem) {
        error = ConfigError{0, std::string("cannot be read as YAML: ") + problem.what()};
    }
    return {};
}

}
