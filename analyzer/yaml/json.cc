#include "analyzer/yaml/json.h"

#include <algorithm>
#include <vector>

#include "analyzer/text/utf8.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::yaml {

namespace {

void append_string(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        unsigned char c = static_cast<unsigned char>(text[at]);
        if (c >= 0x80) {
            Character character = character_at(text, at);
            if (!character.valid) {
                out += "\\ufffd";
            } else if (character.code == 0x2028 || character.code == 0x2029) {
                out += character.code == 0x2028 ? "\\u2028" : "\\u2029";
            } else {
                out += text.substr(at, character.length);
            }
            at += character.length;
            continue;
        }
        ++at;
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            default:
                if (c >= 0x20) {
                    out += static_cast<char>(c);
                } else {
                    out += "\\u00";
                    out += digits[c >> 4];
                    out += digits[c & 15];
                }
        }
    }
    out += '"';
}

class Writer {
public:
    explicit Writer(std::size_t limit) : limit_(limit) {}

    bool write(Node node) {
        if (out.size() > limit_) return false;
        if (node.is_mapping()) return write_mapping(node);
        if (node.is_scalar()) return write_scalar(*node.target());
        if (!node.is_sequence()) {
            out += "null";
            return true;
        }
        out += '[';
        bool first = true;
        for (Node item : node.items()) {
            if (!first) out += ',';
            first = false;
            if (!write(item)) return false;
        }
        out += ']';
        return true;
    }

    std::string out;

private:
    bool write_mapping(Node node) {
        std::vector<std::pair<std::string, Node>> entries;
        for (auto [key, value] : node.entries()) {
            if (!key.is_scalar()) return false;
            std::optional<std::string> name = json_key(*key.target());
            if (!name) return false;
            entries.emplace_back(std::move(*name), value);
        }
        std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        out += '{';
        bool first = true;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            // Of equal keys the last one counts.
            if (i + 1 < entries.size() && entries[i].first == entries[i + 1].first) continue;
            if (!first) out += ',';
            first = false;
            append_string(out, entries[i].first);
            out += ':';
            if (!write(entries[i].second)) return false;
        }
        out += '}';
        return true;
    }

    bool write_scalar(const Record& scalar) {
        switch (scalar.type) {
            case Type::boolean: out += boolean_value(scalar.value) ? "true" : "false"; return true;
            case Type::integer:
                if (std::optional<Integer> whole = integer_value(scalar.value); whole)
                    out += whole->is_unsigned ? std::to_string(whole->large) : std::to_string(whole->value);
                return true;
            case Type::number: {
                std::string text = json_number(float_value(scalar.value).value_or(0));
                out += text;
                return !text.empty();
            }
            case Type::text: append_string(out, scalar.value); return true;
            default: out += "null"; return true;
        }
    }

    std::size_t limit_;
};

}

std::optional<std::string> to_json(Node node, std::size_t limit) {
    Writer writer(limit);
    if (!writer.write(node)) return std::nullopt;
    return std::move(writer.out);
}

}
