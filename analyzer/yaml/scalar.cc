#include "analyzer/yaml/scalar.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace plimsoll::yaml {

namespace {

constexpr std::string_view core_tags = "tag:yaml.org,2002:";

// What the first byte of a text allows.
enum class Hint : unsigned char { text, word, dot, number };

constexpr std::array<Hint, 256> make_hints() {
    std::array<Hint, 256> hints{};
    for (char c : std::string_view("yYnNtTfFoO~")) hints[static_cast<unsigned char>(c)] = Hint::word;
    for (char c : std::string_view("+-0123456789")) hints[static_cast<unsigned char>(c)] = Hint::number;
    hints['.'] = Hint::dot;
    return hints;
}

constexpr std::array<Hint, 256> hints = make_hints();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One of three spellings: word, Word, WORD.
bool spelt(std::string_view text, std::string_view word) {
    if (text.size() != word.size()) return false;
    bool lower = true, title = true, upper = true;
    for (std::size_t i = 0; i < word.size(); ++i) {
        char small = word[i], big = small >= 'a' && small <= 'z' ? static_cast<char>(small - 32) : small;
        lower = lower && text[i] == small;
        title = title && text[i] == (i == 0 ? big : small);
        upper = upper && text[i] == big;
    }
    return lower || title || upper;
}

std::optional<bool> word_value(std::string_view text) {
    switch (text.size()) {
        case 1:
            if (spelt(text, "y")) return true;
            if (spelt(text, "n")) return false;
            break;
        case 2:
            if (spelt(text, "on")) return true;
            if (spelt(text, "no")) return false;
            break;
        case 3:
            if (spelt(text, "yes")) return true;
            if (spelt(text, "off")) return false;
            break;
        case 4:
            if (spelt(text, "true")) return true;
            break;
        case 5:
            if (spelt(text, "false")) return false;
            break;
        default: break;
    }
    return std::nullopt;
}

bool is_null_word(std::string_view text) { return text.empty() || text == "~" || (text.size() == 4 && spelt(text, "null")); }

// ".inf", "+.inf", "-.inf" and ".nan" in their spellings.
std::optional<double> special_float(std::string_view text) {
    double sign = 1;
    std::string_view rest = text;
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
        if (rest[0] == '-') sign = -1;
        rest.remove_prefix(1);
    }
    if (rest.size() != 4 || rest[0] != '.') return std::nullopt;
    std::string_view name = rest.substr(1);
    if (spelt(name, "inf")) return sign * std::numeric_limits<double>::infinity();
    if (rest.size() == text.size() && (name == "nan" || name == "NaN" || name == "NAN")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

// Whether the text has the form of a decimal number with a fraction or an exponent (or none): digits, point, digits, exponent.
bool has_float_form(std::string_view text) {
    std::size_t i = 0, digits = 0;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    for (; i < text.size() && is_digit(text[i]); ++i) ++digits;
    if (i < text.size() && text[i] == '.')
        for (++i; i < text.size() && is_digit(text[i]); ++i) ++digits;
    if (digits == 0) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        if (++i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        std::size_t first = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        if (i == first) return false;
    }
    return i == text.size();
}

std::optional<double> decimal(std::string_view text) {
    if (!has_float_form(text)) return std::nullopt;
    if (text[0] == '+') text.remove_prefix(1);
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
        // Too small is zero for Go, too large is an error.
        std::size_t exponent = text.find_first_of("eE");
        bool small = exponent != std::string_view::npos && text.substr(exponent).find('-') != std::string_view::npos;
        return small ? std::optional<double>(text[0] == '-' ? -0.0 : 0.0) : std::nullopt;
    }
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Digits in a base with the prefixes of Go: 0x, 0b, 0o, 0.
std::optional<Integer> prefixed_integer(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
        if (negative && text.starts_with("0b-")) return std::nullopt;
    }
    if (text.empty()) return std::nullopt;
    int base = 10;
    if (text[0] == '0' && text.size() > 1) {
        char letter = static_cast<char>(text[1] | 0x20);
        bool prefix = text.size() > 2 && (letter == 'x' || letter == 'b' || letter == 'o');
        base = !prefix ? 8 : letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
        text.remove_prefix(prefix ? 2 : 1);
    }
    if (text[0] == '-' || text[0] == '+') return std::nullopt;
    std::uint64_t magnitude = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    constexpr std::uint64_t top = std::uint64_t{1} << 63;
    if (negative) {
        if (magnitude > top) return std::nullopt;
        return Integer{false, static_cast<std::int64_t>(~magnitude + 1), 0};
    }
    if (magnitude >= top) return Integer{true, 0, magnitude};
    return Integer{false, static_cast<std::int64_t>(magnitude), 0};
}

// Calls `use` with the text without underscores; copies only when there are any.
template <typename Use>
auto without_underscores(std::string_view text, Use use) {
    if (text.find('_') == std::string_view::npos) return use(text);
    std::string plain;
    for (char c : text)
        if (c != '_') plain += c;
    return use(std::string_view(plain));
}

// What ParseUint leaves to it: a sign is no part of an unsigned number, so "+9223372036854775808" is a float.
std::optional<Integer> go_integer(std::string_view text) {
    std::optional<Integer> found = prefixed_integer(text);
    if (found && found->is_unsigned && (text[0] == '+' || text[0] == '-')) return std::nullopt;
    return found;
}

Type number_type(std::string_view text) {
    return without_underscores(text, [](std::string_view plain) {
        if (go_integer(plain)) return Type::integer;
        return decimal(plain) ? Type::number : Type::text;
    });
}

// The shortest digits that give the number back, laid out with an exponent or without; zeros fill up what is not exact, as Go has it.
template <typename Number>
std::string number_text(Number value, bool scientific, bool long_exponent) {
    char buffer[64];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    std::string text(buffer, end);
    std::size_t mark = text.find('e');
    int exponent = 0;
    const char* digits_of_exponent = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
    std::from_chars(digits_of_exponent, text.data() + text.size(), exponent);
    if (scientific) {
        // Go's JSON writes e-7 where both C++ and Go's own form are e-07.
        if (!long_exponent && text.size() == mark + 4 && text[mark + 2] == '0' && text[mark + 1] == '-') text.erase(mark + 2, 1);
        return text;
    }
    std::string sign = text[0] == '-' ? "-" : "";
    std::string digits;
    for (std::size_t i = sign.size(); i < mark; ++i)
        if (text[i] != '.') digits += text[i];
    if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    std::size_t whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0');
    return sign + digits.substr(0, whole) + '.' + digits.substr(whole);
}

bool is_core(std::string_view tag, std::string_view name) { return tag.starts_with(core_tags) && tag.substr(core_tags.size()) == name; }

}

Type resolve_plain(std::string_view text) {
    if (text.empty()) return Type::null;
    switch (hints[static_cast<unsigned char>(text[0])]) {
        case Hint::text: return Type::text;
        case Hint::word:
            if (text.size() > 5) return Type::text;
            if (word_value(text)) return Type::boolean;
            return is_null_word(text) ? Type::null : Type::text;
        case Hint::dot: return special_float(text) || decimal(text) ? Type::number : Type::text;
        case Hint::number: break;
    }
    if (special_float(text)) return Type::number;
    return number_type(text);
}

std::optional<Type> resolve_tagged(std::string_view text, std::string_view tag) {
    Type found = resolve_plain(text);
    if (is_core(tag, "null")) return found == Type::null ? std::optional(Type::null) : std::nullopt;
    if (is_core(tag, "bool")) return found == Type::boolean ? std::optional(Type::boolean) : std::nullopt;
    if (is_core(tag, "int")) return found == Type::integer ? std::optional(Type::integer) : std::nullopt;
    if (is_core(tag, "float")) return found == Type::number || found == Type::integer ? std::optional(Type::number) : std::nullopt;
    if (tag == core_tags) return std::nullopt;
    // !!timestamp, !!binary and everything that is not ours stay text.
    return Type::text;
}

bool boolean_value(std::string_view text) { return word_value(text).value_or(false); }

std::optional<Integer> integer_value(std::string_view text) {
    return without_underscores(text, [](std::string_view plain) { return go_integer(plain); });
}

std::optional<double> float_value(std::string_view text) {
    if (std::optional<double> special = special_float(text)) return special;
    return without_underscores(text, [](std::string_view plain) -> std::optional<double> {
        if (std::optional<Integer> whole = go_integer(plain)) return whole->is_unsigned ? static_cast<double>(whole->large) : static_cast<double>(whole->value);
        return decimal(plain);
    });
}

std::optional<std::string> decode_base64(std::string_view text) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    std::size_t count = 0, padding = 0;
    for (char c : text) {
        if (c == '\n' || c == '\r') continue;
        if (c == '=') {
            if (++padding > 2 || (count + padding) % 4 == 1 || (count % 4 < 2)) return std::nullopt;
            continue;
        }
        std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos || padding > 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++count % 4 == 0) {
            for (int shift : {16, 8, 0}) out += static_cast<char>(bits >> shift & 0xff);
            bits = 0;
        }
    }
    if ((count + padding) % 4 != 0) return std::nullopt;
    if (count % 4 == 2) out += static_cast<char>(bits >> 4 & 0xff);
    if (count % 4 == 3) {
        out += static_cast<char>(bits >> 10 & 0xff);
        out += static_cast<char>(bits >> 2 & 0xff);
    }
    return out;
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return {};
    double magnitude = std::fabs(value);
    return number_text(value, magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21), false);
}

std::optional<std::string> json_key(const Record& key) {
    switch (key.type) {
        case Type::text: return std::string(key.value);
        case Type::boolean: return boolean_value(key.value) ? "true" : "false";
        case Type::integer: {
            std::optional<Integer> whole = integer_value(key.value);
            if (!whole || whole->is_unsigned) return std::nullopt;
            return std::to_string(whole->value);
        }
        case Type::number: {
            std::optional<double> number = float_value(key.value);
            if (!number) return std::nullopt;
            if (std::isnan(*number)) return ".nan";
            if (std::isinf(*number)) return *number > 0 ? ".inf" : "-.inf";
            // As the encoder of go-yaml prints a number: exact for a 32-bit float.
            float small = static_cast<float>(*number);
            if (std::isinf(small)) return small > 0 ? ".inf" : "-.inf";
            double magnitude = std::fabs(static_cast<double>(small));
            return number_text(small, magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e6), true);
        }
        default: return std::nullopt;
    }
}

}
