#include "analyzer/kubernetes/format.h"

#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/kubernetes/pattern.h"
#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

struct FormatRule {
    TextFormat format;
    std::string_view name, wanted;
    std::string_view pattern = {};   // what all that have the format match, and nothing else does
};

// The patterns are those of the API server. It lets letters and symbols of any script into a host name; texts that have such are left alone.
constexpr FormatRule format_rules[] = {
    {TextFormat::byte, "byte", "a text in base64", "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$"},
    {TextFormat::cidr, "cidr", "a CIDR such as 10.0.0.0/8"},
    {TextFormat::date, "date", "a date such as 2006-01-02"},
    {TextFormat::date_time, "datetime", "a time such as 2006-01-02T15:04:05Z"},
    {TextFormat::duration, "duration", "a duration such as 1h30m"},
    {TextFormat::hexcolor, "hexcolor", "a colour such as #00ff7f", "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"},
    {TextFormat::hostname, "hostname", "a host name",
     "^([a-zA-Z0-9$+<=>^`|~]((-?[a-zA-Z0-9$+<=>^`|~]{0,62})?)|([a-zA-Z0-9$+<=>^`|~](([a-zA-Z0-9$+<=>^`|~-]{0,61}[a-zA-Z0-9$+<=>^`|~])?)(\\.)){1,}"
     "([a-zA-Z]){2,63})$"},
    {TextFormat::ipv4, "ipv4", "an IPv4 address"},
    {TextFormat::ipv6, "ipv6", "an IPv6 address"},
    {TextFormat::mac, "mac", "a MAC address such as 00:00:5e:00:53:01",
     "^[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?::[0-9a-fA-F]{2}){7}|(?::[0-9a-fA-F]{2}){19}|(?:-[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){7}|"
     "(?:-[0-9a-fA-F]{2}){19}|[0-9a-fA-F]{2}(?:(?:\\.[0-9a-fA-F]{4}){2}|(?:\\.[0-9a-fA-F]{4}){3}|(?:\\.[0-9a-fA-F]{4}){9})|[0-9a-fA-F]{10}|"
     "[0-9a-fA-F]{14}|[0-9a-fA-F]{38})$"},
    {TextFormat::rgbcolor, "rgbcolor", "a colour such as rgb(0, 255, 127)",
     "^rgb\\(\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])"
     "\\s*\\)$"},
    {TextFormat::ssn, "ssn", "a number such as 123-45-6789", "^\\d{3}[- ]\\d{2}[- ]\\d{4}$"},
    {TextFormat::uuid, "uuid", "a UUID", "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"},
    {TextFormat::uuid3, "uuid3", "a UUID of version 3", "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$"},
    {TextFormat::uuid4, "uuid4", "a UUID of version 4", "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"},
    {TextFormat::uuid5, "uuid5", "a UUID of version 5", "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$"},
};

const FormatRule* rule_of(TextFormat format) {
    const auto* found = std::ranges::find(format_rules, format, &FormatRule::format);
    return found == std::end(format_rules) ? nullptr : found;
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Digits alone, as many as there are.
std::optional<int> two_or_four_digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (!is_ascii_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

int days_of(int month, int year) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month == 2) return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Labels of a host name have at most 63 bytes, all of it 255.
bool fits_host(std::string_view text) {
    if (text.size() > 255) return false;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        if (end - begin > 63) return false;
        begin = end + 1;
    }
    return true;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Zeros in front of a decimal part of an IPv4 address or of its prefix are nothing to the API server.
std::string without_zeros(std::string_view text) {
    std::string out;
    const bool dotted = text.find('.') != std::string_view::npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool leads = out.empty() || out.back() == '.' || out.back() == ':' || out.back() == '/';
        if (!dotted || !leads || text[i] != '0' || i + 1 == text.size() || !is_ascii_digit(text[i + 1])) out += text[i];
    }
    return out;
}

// ---- durations ------------------------------------------------------------------------------------------------------------

constexpr std::uint64_t most_nanoseconds = std::uint64_t{1} << 63;

// Nanoseconds of a unit of Go's durations; 0 for anything else.
std::uint64_t go_unit(std::string_view name) {
    constexpr std::pair<std::string_view, std::uint64_t> units[] = {{"ns", 1},       {"us", 1000},      {"\xc2\xb5s", 1000}, {"\xce\xbcs", 1000},
                                                                    {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},  {"h", 3600000000000}};
    for (const auto& [each, size] : units)
        if (each == name) return size;
    return 0;
}

std::string_view front_digits(std::string_view& text) {
    std::size_t end = 0;
    while (end < text.size() && is_ascii_digit(text[end])) ++end;
    const std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
}

// "1.5h" off the front, added to `sum`.
bool take_go_part(std::string_view& text, std::uint64_t& sum) {
    const std::string_view whole = front_digits(text);
    std::string_view fraction;
    const bool dotted = text.starts_with('.');
    if (dotted) text.remove_prefix(1), fraction = front_digits(text);
    if (whole.empty() && fraction.empty()) return false;
    std::size_t end = 0;
    while (end < text.size() && text[end] != '.' && !is_ascii_digit(text[end])) ++end;
    const std::uint64_t unit = go_unit(text.substr(0, end));
    text.remove_prefix(end);
    std::uint64_t value = 0;
    for (const char c : whole) {
        if (value > most_nanoseconds / 10) return false;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        if (value > most_nanoseconds) return false;
    }
    if (unit == 0 || value > most_nanoseconds / unit) return false;
    double rest = 0, scale = 1;
    for (const char c : fraction.substr(0, 18)) rest = rest * 10 + (c - '0'), scale *= 10;
    value = value * unit + static_cast<std::uint64_t>(rest / scale * static_cast<double>(unit));
    sum += value;
    return value <= most_nanoseconds && sum <= most_nanoseconds;
}

bool is_go_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return true;
    if (text.empty()) return false;
    std::uint64_t sum = 0;
    while (!text.empty())
        if (!take_go_part(text, sum)) return false;
    return negative || sum < most_nanoseconds;
}

// "weeks": of the last name of a unit only the beginning counts.
bool is_loose_unit(std::string_view name) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    for (const std::string_view exact : {"ns", "us", "\xc2\xb5s", "ms", "s", "m", "h", "hr", "d", "w", "wk"})
        if (lower == exact) return true;
    for (const std::string_view begin : {"nano", "micro", "milli", "sec", "min", "hour", "day", "week"})
        if (lower.starts_with(begin)) return true;
    return false;
}

// A number and a unit somewhere in the text.
bool has_loose_duration(std::string_view text) {
    bool found = false;
    while (!text.empty()) {
        const std::string_view digits = front_digits(text);
        if (digits.empty()) {
            text.remove_prefix(1);
            continue;
        }
        std::size_t at = 0;
        while (at < text.size() && std::string_view(" \t\n\f\r").find(text[at]) != std::string_view::npos) ++at;
        std::size_t end = at;
        while (end < text.size()) {
            const char c = text[end];
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
                ++end;
            else if (text.substr(end).starts_with("\xc2\xb5"))
                end += 2;
            else
                break;
        }
        if (end == at) continue;
        const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
        const std::string_view value = digits.substr(zeros);
        if (value.size() > 19 || (value.size() == 19 && value > "9223372036854775807")) return false;
        found |= is_loose_unit(text.substr(at, end - at));
        text.remove_prefix(end);
    }
    return found;
}

}

TextFormat text_format(std::string_view name) {
    std::string plain(name);
    std::erase(plain, '-');
    for (const FormatRule& rule : format_rules)
        if (rule.name == plain) return rule.format;
    return TextFormat::any;
}

std::string_view format_wanted(TextFormat format) {
    const FormatRule* rule = rule_of(format);
    return rule ? rule->wanted : std::string_view{};
}

Match has_format(std::string_view text, TextFormat format, Patterns& patterns) {
    const auto when = [](bool fits) { return fits ? Match::yes : Match::no; };
    const FormatRule* rule = rule_of(format);
    if (!rule || (format == TextFormat::hostname && !is_ascii(text))) return Match::unknown;
    if (!rule->pattern.empty()) {
        const auto found = patterns.finds(rule->pattern, text);
        return found ? when(*found && (format != TextFormat::hostname || fits_host(text))) : Match::unknown;
    }
    switch (format) {
        case TextFormat::cidr: return when(parse_cidr(without_zeros(text)).has_value());
        case TextFormat::ipv4: return when(parse_address(without_zeros(text)).has_value() && text.find('.') != std::string_view::npos);
        case TextFormat::ipv6: return when(parse_address(text).has_value() && text.find(':') != std::string_view::npos);
        case TextFormat::date: return when(is_date_format(text));
        case TextFormat::date_time: return when(is_date_time_format(text, patterns));
        case TextFormat::duration: return when(is_duration_format(text));
        default: return Match::unknown;
    }
}

bool is_date_format(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = two_or_four_digits(text.substr(0, 4)), month = two_or_four_digits(text.substr(5, 2)), day = two_or_four_digits(text.substr(8));
    return year && month && day && *month >= 1 && *month <= 12 && *day >= 1 && *day <= days_of(*month, *year);
}

// The API server cuts at each t and looks at what is before and behind the first.
bool is_date_time_format(std::string_view text, Patterns& patterns) {
    const std::size_t t = text.find_first_of("tT");
    if (t == std::string_view::npos || !is_date_format(text.substr(0, t))) return false;
    const std::string_view rest = text.substr(t + 1);
    const std::string_view time = rest.substr(0, rest.find_first_of("tT"));
    return patterns.finds("(?i)^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})$", time).value_or(true);
}

bool is_duration_format(std::string_view text) { return is_go_duration(text) || has_loose_duration(text); }

}
