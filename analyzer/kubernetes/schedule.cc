#include <algorithm>
#include <array>
#include <optional>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

constexpr std::string_view months = "jan feb mar apr may jun jul aug sep oct nov dec";
constexpr std::string_view weekdays = "sun mon tue wed thu fri sat";

struct Part {
    int first, last;
    std::string_view names;   // three letters each; the first is worth `first`
};
constexpr auto fields = std::to_array<Part>({{0, 59, {}}, {0, 23, {}}, {1, 31, {}}, {1, 12, months}, {0, 6, weekdays}});

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

// As strconv.Atoi reads it, without negative numbers.
std::optional<int> number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 9 || !std::ranges::all_of(text, is_decimal)) return std::nullopt;
    int value = 0;
    for (char c : text) value = value * 10 + (c - '0');
    return value;
}

std::optional<int> number_or_name(std::string_view text, const Part& field) {
    if (text.size() != 3 || field.names.empty()) return number(text);
    char lower[3];
    std::ranges::transform(text, lower, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (std::size_t at = 0; at < field.names.size(); at += 4) {
        if (field.names.substr(at, 3) == std::string_view(lower, 3)) return field.first + static_cast<int>(at / 4);
    }
    return number(text);
}

struct Parts {
    std::array<std::string_view, 2> part;
    int count = 0;   // 3 for more than two
};

Parts split(std::string_view text, char separator) {
    Parts parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        if (parts.count == 2) return {parts.part, 3};
        parts.part[static_cast<std::size_t>(parts.count++)] = text.substr(0, end);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// "*", "5", "1-5", each with "/step".
bool is_range(std::string_view text, const Part& field) {
    const Parts with_step = split(text, '/');
    if (with_step.count > 2) return false;
    const Parts ends = split(with_step.part[0], '-');
    int first = field.first, last = field.last;
    if (ends.part[0] != "*" && ends.part[0] != "?") {
        const std::optional<int> low = number_or_name(ends.part[0], field);
        if (!low || ends.count > 2) return false;
        first = last = *low;
        if (ends.count == 2) {
            const std::optional<int> high = number_or_name(ends.part[1], field);
            if (!high) return false;
            last = *high;
        }
    }
    if (with_step.count == 2) {
        const std::optional<int> step = number(with_step.part[1]);
        if (!step || *step == 0) return false;
        if (ends.count == 1) last = field.last;
    }
    return first >= field.first && last <= field.last && first <= last;
}

bool is_field(std::string_view text, const Part& field) {
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (comma > 0 && !is_range(text.substr(0, comma), field)) return false;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return true;
}

// Nanoseconds of a unit at the start of the text, which is taken off; 0 when there is none.
double take_unit(std::string_view& text) {
    struct Unit {
        std::string_view name;
        double nanoseconds;
    };
    const std::size_t end = std::min(text.find_first_of(".0123456789"), text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(end);
    static constexpr auto units =
        std::to_array<Unit>({{"ns", 1}, {"us", 1e3}, {"\u00B5s", 1e3}, {"\u03BCs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}});
    const auto found = std::ranges::find(units, name, &Unit::name);
    return found == units.end() ? 0 : found->nanoseconds;
}

// As Go's time.ParseDuration reads it.
bool is_duration(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return true;
    if (text.empty()) return false;
    double total = 0;
    while (!text.empty()) {
        double value = 0, place = 1;
        bool any = false, point = false;
        for (; !text.empty() && (is_decimal(text[0]) || (text[0] == '.' && !point)); text.remove_prefix(1)) {
            if (text[0] == '.') {
                point = true;
                continue;
            }
            any = true;
            if (point)
                value += (place /= 10) * (text[0] - '0');
            else
                value = value * 10 + (text[0] - '0');
        }
        const double unit = take_unit(text);
        if (!any || unit == 0) return false;
        total += value * unit;
        if (total >= 9.2233720368547758e18) return false;
    }
    return true;
}

bool is_descriptor(std::string_view text) {
    constexpr std::string_view every = "@every ";
    static constexpr auto names = std::to_array<std::string_view>({"@annually", "@daily", "@hourly", "@midnight", "@monthly", "@weekly", "@yearly"});
    if (text.starts_with(every)) return is_duration(text.substr(every.size()));
    return std::ranges::find(names, text) != names.end();
}

}

bool is_schedule(std::string_view text) {
    // The API server refuses time zones here although the parser knows them: they belong into spec.timeZone.
    if (text.find("TZ") != std::string_view::npos) return false;
    if (text.starts_with('@')) return is_descriptor(text);
    constexpr std::string_view blanks = " \t\n\v\f\r";
    std::size_t count = 0;
    for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos; at = text.find_first_not_of(blanks, at)) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        if (count == fields.size() || !is_field(text.substr(at, end - at), fields[count])) return false;
        ++count;
        at = end;
    }
    return count == fields.size();
}

}
