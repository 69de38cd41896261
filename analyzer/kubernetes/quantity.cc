#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr Wide widest = ~Wide{0};

bool digit(char c) { return c >= '0' && c <= '9'; }

// A number is mantissa * 1024^binary * 10^decimal.
struct Scale {
    int decimal = 0, binary = 0;
};

std::optional<Scale> scale_of(std::string_view suffix) {
    struct Row {
        std::string_view suffix;
        Scale scale;
    };
    static constexpr auto rows = std::to_array<Row>({
        {"", {}},
        {"n", {-9, 0}},
        {"u", {-6, 0}},
        {"m", {-3, 0}},
        {"k", {3, 0}},
        {"M", {6, 0}},
        {"G", {9, 0}},
        {"T", {12, 0}},
        {"P", {15, 0}},
        {"E", {18, 0}},
        {"Ki", {0, 1}},
        {"Mi", {0, 2}},
        {"Gi", {0, 3}},
        {"Ti", {0, 4}},
        {"Pi", {0, 5}},
        {"Ei", {0, 6}},
    });
    const auto found = std::ranges::find(rows, suffix, &Row::suffix);
    if (found != rows.end()) return found->scale;
    if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
    suffix.remove_prefix(1);
    const bool negative = suffix[0] == '-';
    if (negative || suffix[0] == '+') suffix.remove_prefix(1);
    if (suffix.empty() || !std::ranges::all_of(suffix, digit)) return std::nullopt;
    int exponent = 0;
    for (char c : suffix) exponent = std::min(exponent * 10 + (c - '0'), 1000);
    return Scale{negative ? -exponent : exponent, 0};
}

struct Mantissa {
    Wide value = 0;
    int places = 0;      // digits behind the point that are part of it
    bool more = false;   // further digits that are not zero were left out
    bool huge = false;
};

void add_digits(Mantissa& mantissa, std::string_view digits, bool fraction) {
    constexpr Wide enough = 1'000'000'000'000'000'000;
    for (char c : digits) {
        if (mantissa.value < enough || !fraction) {
            if (mantissa.value > widest / 20)
                mantissa.huge = true;
            else
                mantissa.value = mantissa.value * 10 + static_cast<Wide>(c - '0');
            if (fraction) ++mantissa.places;
        } else if (c != '0') {
            mantissa.more = true;
        }
    }
}

// Rounded away from zero, as the API does for what is finer than it stores.
std::int64_t scaled(Mantissa mantissa, Scale scale) {
    if (mantissa.huge) return largest;
    Wide value = mantissa.value;
    if (value == 0) return mantissa.more ? 1 : 0;
    for (; scale.binary > 0; --scale.binary) {
        if (value > widest / 1024) return largest;
        value *= 1024;
    }
    int power = scale.decimal - mantissa.places + 3;
    for (; power > 0; --power) {
        if (value > static_cast<Wide>(largest)) return largest;
        value *= 10;
    }
    bool up = mantissa.more;
    for (; power < 0 && value > 0; ++power) {
        up = up || value % 10 != 0;
        value /= 10;
    }
    if (value >= static_cast<Wide>(largest)) return largest;
    return static_cast<std::int64_t>(value) + (up ? 1 : 0);
}

std::string_view take_digits(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, digit);
    const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

}

std::optional<std::int64_t> quantity_milli(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const bool negative = text[0] == '-';
    if (negative || text[0] == '+') text.remove_prefix(1);
    Mantissa mantissa;
    add_digits(mantissa, take_digits(text), false);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        add_digits(mantissa, take_digits(text), true);
    }
    const std::optional<Scale> scale = scale_of(text);
    if (!scale) return std::nullopt;
    const std::int64_t value = scaled(mantissa, *scale);
    return negative ? -value : value;
}

std::optional<std::int64_t> quantity_milli(yaml::Node node) {
    // The API sees a number after YAML was read: 0x10 is 16, 1_000 is 1000.
    if (const std::optional<std::int64_t> whole = node.integer()) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, *whole).ptr;
        return quantity_milli(std::string_view(digits, static_cast<std::size_t>(end - digits)));
    }
    if (node.type() == yaml::Type::number) return quantity_milli(node.scalar());
    const std::optional<std::string_view> text = node.text();
    return text ? quantity_milli(*text) : std::nullopt;
}

std::optional<std::int64_t> whole_number(yaml::Node node) {
    if (const auto integer = node.integer()) return integer;
    const auto number = node.number();
    constexpr double limit = 9223372036854775808.0;
    if (!number || *number < -limit || *number >= limit || *number != std::trunc(*number)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

bool is_percent(std::string_view text) { return text.size() > 1 && text.ends_with('%') && std::ranges::all_of(text.substr(0, text.size() - 1), digit); }

std::optional<std::int64_t> percent_of(std::string_view text, std::int64_t total, bool round_up) {
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 9 || !std::ranges::all_of(text, digit)) return std::nullopt;
    std::int64_t percent = 0;
    for (char c : text) percent = percent * 10 + (c - '0');
    if (negative) percent = -percent;
    if (total > largest / 1'000'000'000 || total < -(largest / 1'000'000'000)) return std::nullopt;
    const std::int64_t product = percent * total;
    const std::int64_t floor = product / 100 - (product % 100 < 0 ? 1 : 0);
    return round_up && product % 100 != 0 ? floor + 1 : floor;
}

std::optional<std::int64_t> count_or_percent(yaml::Node node, std::int64_t total, bool round_up) {
    if (const std::optional<std::int64_t> count = node.integer()) return count;
    const std::optional<std::string_view> text = node.text();
    return text ? percent_of(*text, total, round_up) : std::nullopt;
}

}
