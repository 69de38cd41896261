#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/text/distance.h"

namespace plimsoll {

namespace {

bool is_id_character(char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-' || c == '.' || c == '*' || c == '/';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}

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

ConfigLayer ConfigReader::empty_layer() const {
    ConfigLayer layer;
    layer.base = file_.base;
    return layer;
}

std::vector<std::string> ConfigReader::peer_rules(std::string_view tool, const ConfigValue& value, std::string_view what, ConfigLayer& layer) {
    std::vector<std::string> rules;
    const auto list = texts(value, what);
    for (std::string_view rest : list ? *list : std::vector<std::string>()) {
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
            const std::string_view id = trimmed(part);
            if (id.empty()) continue;
            if (std::all_of(id.begin(), id.end(), is_id_character))
                rules.push_back(canonical_alias(tool, id));
            else
                layer.notes.emplace_back(quote(id) + " in '" + std::string(what) + "' is no id of a check", from(value.line));
        }
    }
    return rules;
}

void switch_on(ConfigLayer& layer, const Registry& registry, std::string_view alias, std::optional<Severity> severity, const std::string& from) {
    for (const RegisteredCheck& entry : registry.all()) {
        const Check& check = *entry.check;
        if (!stands_for(alias, check)) continue;
        const auto same = std::find_if(layer.checks.begin(), layer.checks.end(), [&](const auto& known) { return known.first == check.id; });
        if (same != layer.checks.end()) {
            // Several rules of the peer are one of our checks: the worst severity counts.
            if (severity && (!same->second.severity || *same->second.severity < *severity)) same->second.severity = severity, same->second.from = from;
            continue;
        }
        CheckSetting setting;
        setting.on = true;
        setting.severity = severity;
        setting.from = from;
        layer.checks.emplace_back(check.id, std::move(setting));
    }
}

}
