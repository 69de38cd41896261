#include "analyzer/kubernetes/item_key.h"

#include <map>

#include "analyzer/kubernetes/compact_schema.h"
#include "analyzer/kubernetes/values.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::kubernetes {

namespace {

bool append_key(yaml::Node value, std::string& out, int depth);

void append_counted(std::string_view text, std::string& out) { out.append(std::to_string(text.size())).append(":").append(text); }

bool append_scalar_key(yaml::Node value, std::string& out) {
    if (const auto text = value.text())
        append_counted(*text, out);
    else if (const auto truth = value.boolean())
        out += *truth ? 't' : 'f';
    else if (const auto whole = whole_number(value))
        out += 'i' + std::to_string(*whole);
    else if (const auto number = value.number())
        out += 'n' + yaml::json_number(*number);
    else
        return false;
    return true;
}

bool append_mapping_key(yaml::Node value, std::string& out, int depth) {
    std::map<std::string, yaml::Node> sorted;
    std::string room;
    for (const yaml::Entry& entry : value.entries()) {
        if (entry.key.is_placeholder()) return false;
        sorted[std::string(field_name(entry.key, room))] = entry.value;
    }
    out += '{';
    for (const auto& [name, inner] : sorted) {
        append_counted(name, out);
        if (!append_key(inner, out, depth)) return false;
    }
    out += '}';
    return true;
}

bool append_key(yaml::Node value, std::string& out, int depth) {
    constexpr int deepest = 64;
    if (value.is_placeholder() || depth > deepest) return false;
    if (value.is_mapping()) return append_mapping_key(value, out, depth + 1);
    if (!value.is_sequence()) return append_scalar_key(value, out);
    out += '[';
    for (const yaml::Node item : value.items())
        if (!append_key(item, out, depth + 1)) return false;
    out += ']';
    return true;
}

}

std::optional<std::string> item_key(yaml::Node value) {
    std::string out;
    if (!append_key(value, out, 0)) return std::nullopt;
    return out;
}

}
