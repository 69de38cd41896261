#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/text/distance.h"

namespace plimsoll {

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string_view near = nearest_name(name, candidates);
    return near.empty() ? std::string() : "; did you mean " + quote(near) + "?";
}

ConfigValue ConfigReader::load() {
    std::optional<ConfigError> error;
    ConfigValue value = read_config_value(file_.text, error);
    if (error)
        complain(error->line, error->message);
    else if (!value.is_map() && !value.is_null())
        complain(value.line, "must be a mapping of settings");
    else
        return value;
    return {};
}

std::optional<std::string> ConfigReader::text(const ConfigValue& value, std::string_view what) {
    if (value.is_scalar()) return value.text;
    complain(value.line, quote(what) + " must be one text");
    return std::nullopt;
}

std::optional<bool> ConfigReader::flag(const ConfigValue& value, std::string_view what) {
    if (value.is_scalar()) {
        for (std::string_view yes : {"true", "True", "TRUE", "yes", "on"})
            if (value.text == yes) return true;
        for (std::string_view no : {"false", "False", "FALSE", "no", "off"})
            if (value.text == no) return false;
    }
    complain(value.line, quote(what) + " must be true or false");
    return std::nullopt;
}

std::optional<std::vector<std::string>> ConfigReader::texts(const ConfigValue& value, std::string_view what) {
    std::vector<std::string> list;
    if (value.is_scalar()) {
        list.push_back(value.text);
    } else if (value.is_list()) {
        for (const ConfigValue& item : value.items) {
            if (item.is_scalar())
                list.push_back(item.text);
            else
                complain(item.line, "the items of " + quote(what) + " must be texts");
        }
    } else if (!value.is_null()) {
        complain(value.line, quote(what) + " must be a list of texts");
        return std::nullopt;
    }
    return list;
}

std::optional<LabelSchema> ConfigReader::label_schema(const ConfigValue& value, std::string_view what) {
    static constexpr std::string_view types[] = {"text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"};
    if (!value.is_map()) {
        complain(value.line, quote(what) + " must be a mapping of label names to types");
        return std::nullopt;
    }
    LabelSchema schema;
    for (const auto& [key, type] : value.entries) {
        const auto name = text(type, key.text);
        if (!name) continue;
        bool known = false;
        for (std::string_view candidate : types) known |= *name == candidate;
        if (!known)
            complain(type.line, "unknown label type " + quote(*name) + did_you_mean(*name, types));
        else
            schema[key.text] = *name == "rawtext" ? "text" : *name;
    }
    return schema;
}

}
