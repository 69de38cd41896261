#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "analyzer/docker/validate.h"
#include "analyzer/docker/words.h"

namespace plimsoll::docker {

namespace {

// Nanoseconds of the unit that `text` starts with, and its length.
std::pair<double, std::size_t> duration_unit(std::string_view text) {
    static constexpr std::pair<std::string_view, double> units[] = {
        {"ns", 1}, {"us", 1e3}, {"\xC2\xB5s", 1e3}, {"\xCE\xBCs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9},
    };
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && (text[length] < '0' || text[length] > '9')) ++length;
    for (const auto& [name, size] : units)
        if (text.substr(0, length) == name) return {size, length};
    return {0, 0};
}

}

std::optional<double> parse_duration(std::string_view text) {
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return 0;
    if (text.empty()) return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        std::size_t length = 0, dots = 0;
        for (; length < text.size() && ((text[length] >= '0' && text[length] <= '9') || text[length] == '.'); ++length)
            if (text[length] == '.' && ++dots > 1) return std::nullopt;
        if (length == dots) return std::nullopt;
        double number = std::strtod(std::string(text.substr(0, length)).c_str(), nullptr);
        auto [unit, size] = duration_unit(text.substr(length));
        if (size == 0) return std::nullopt;
        total += number * unit;
        text.remove_prefix(length + size);
    }
    if (total > 9223372036854775807.0) return std::nullopt;
    return negative ? -total : total;
}

namespace {

// A --mount as far as its values are known.
struct MountReader {
    std::string type = "bind";
    bool type_known = true;
    std::string_view from, source, id, target;
    const Text* sharing = nullptr;
    std::vector<MountField> owners;   // mode, uid, gid
    std::vector<MountField> typed;    // required and size, which only some types have

    static std::optional<Problem> problem(Span span, std::string message) { return Problem{span, std::move(message), Phase::build}; }

    static bool one_of(std::string_view value, std::initializer_list<std::string_view> values) {
        return std::find(values.begin(), values.end(), value) != values.end();
    }

    static bool is_bool(std::string_view v) { return one_of(v, {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}); }

    static bool is_number(std::string_view v, int base) {
        std::uint32_t number = 0;
        auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), number, base);
        return !v.empty() && error == std::errc() && end == v.data() + v.size();
    }

    std::optional<Problem> bare(const MountField& field, const std::string& key) {
        if (one_of(key, {"readonly", "ro", "readwrite", "rw", "required"})) {
            if (key == "required") typed.push_back(field);
            return std::nullopt;
        }
        return problem(field.key.span, "mount option \"" + std::string(field.key.value) + "\" needs a value: write " + std::string(field.key.value) + "=VALUE");
    }

    std::optional<Problem> not_valid(const MountField& field, std::string_view expected) {
        return problem(field.value.span,
                       "mount option " + std::string(field.key.value) + " is " + std::string(expected) + ", not \"" + std::string(field.value.value) + "\"");
    }

    std::optional<Problem> value(const MountField& field, const std::string& key) {
        std::string_view text = field.value.value;
        bool known = text.find('$') == std::string_view::npos;
        if (key == "type") {
            type = to_lower(text);
            type_known = known;
            if (known && !one_of(type, {"bind", "cache", "tmpfs", "secret", "ssh"})) return not_valid(field, "bind, cache, tmpfs, secret or ssh");
        } else if (key == "from") {
            from = text;
        } else if (one_of(key, {"source", "src"})) {
            source = text;
        } else if (one_of(key, {"target", "dst", "destination"})) {
            target = text;
        } else if (key == "id") {
            id = text;
        } else if (one_of(key, {"readonly", "ro", "readwrite", "rw", "required"})) {
            if (key == "required") typed.push_back(field);
            if (known && !is_bool(text)) return not_valid(field, "true or false");
        } else if (key == "size") {
            typed.push_back(field);
        } else if (key == "sharing") {
            sharing = &field.value;
            if (known && !one_of(to_lower(text), {"shared", "private", "locked"})) return not_valid(field, "shared, private or locked");
        } else if (one_of(key, {"mode", "uid", "gid"})) {
            owners.push_back(field);
            if (known && !is_number(text, key == "mode" ? 8 : 10)) return not_valid(field, key == "mode" ? "an octal number" : "a number");
        } else if (key != "env") {
            return problem(field.key.span, "unknown mount option \"" + std::string(field.key.value) + "\"");
        }
        return std::nullopt;
    }

    std::optional<Problem> whole(const Flag& flag) const {
        if (!type_known) return std::nullopt;
        for (const MountField& field : owners)
            if (type == "bind" || type == "tmpfs") return problem(field.key.span, "mount option " + std::string(field.key.value) + " is not for type " + type);
        for (const MountField& field : typed) {
            bool size = equal_ignoring_case(field.key.value, "size");
            if (size ? type != "tmpfs" : type != "secret" && type != "ssh")
                return problem(field.key.span, "mount option " + std::string(field.key.value) + " is not for type " + type);
        }
        if (sharing && type != "cache") return problem(sharing->span, "mount option sharing is for type cache only, not " + type);
        if (type != "secret") return std::nullopt;
        if (!from.empty()) return problem(flag.value.span, "a secret mount has no from");
        if (source.empty() && target.empty() && id.empty()) return problem(flag.value.span, "a secret mount needs an id, a source or a target");
        if (!source.empty() && !id.empty()) return problem(flag.value.span, "a secret mount has an id or a source, not both");
        return std::nullopt;
    }
};

}

std::optional<Problem> mount_problem(const Flag& flag) {
    std::optional<std::vector<Text>> fields = csv_fields(flag.value);
    if (!fields) return Problem{flag.value.span, "quotes in the --mount value are out of place: quote a whole field or none", Phase::instruction};
    Mount mount{&flag, {}};
    for (const Text& field : *fields) {
        std::size_t equals = field.value.find('=');
        bool bare = equals == std::string_view::npos;
        mount.fields.push_back({field.sub(0, equals), bare ? field.sub(field.value.size()) : field.sub(equals + 1)});
    }
    for (std::size_t i = 0; i < fields->size(); ++i) {
        const MountField& field = mount.fields[i];
        std::size_t dollar = field.value.value.find('$');
        if (equal_ignoring_case(field.key.value, "from") && dollar != std::string_view::npos && dollar + 1 < field.value.value.size())
            return Problem{field.value.span,
                           "from of a mount cannot hold a variable: name a stage made with FROM \"" + std::string(field.value.value) + "\" AS name",
                           Phase::instruction};
    }
    MountReader reader;
    for (std::size_t i = 0; i < fields->size(); ++i) {
        const MountField& field = mount.fields[i];
        std::string key = to_lower(field.key.value);
        bool bare = (*fields)[i].value.find('=') == std::string_view::npos;
        if (std::optional<Problem> found = bare ? reader.bare(field, key) : reader.value(field, key)) return found;
    }
    return reader.whole(flag);
}

}
