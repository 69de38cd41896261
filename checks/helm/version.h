#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

// Versions and ranges of versions as Helm reads them.

namespace plimsoll::checks {

struct Version {
    std::array<std::uint64_t, 3> numbers{};
    int given = 0;                 // how many of the numbers were written
    std::string_view prerelease;   // "" for a release
    bool strict = false;           // semantic versioning to the letter: three numbers, no "v", no leading zeros
};

inline bool is_version_tail(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' || c == '.';
    });
}

// nullopt when it is no version at all; "v1.2" is one, though not a strict one.
inline std::optional<Version> version_of(std::string_view text) {
    Version out;
    out.strict = !text.starts_with('v');
    if (!out.strict) text.remove_prefix(1);
    while (out.given < 3) {
        const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
        std::uint64_t& number = out.numbers[static_cast<std::size_t>(out.given)];
        if (std::from_chars(text.data(), text.data() + size, number).ec != std::errc()) return std::nullopt;
        if (size > 1 && text[0] == '0') out.strict = false;
        text.remove_prefix(size);
        ++out.given;
        if (!text.starts_with('.')) break;
        if (out.given < 3) text.remove_prefix(1);
    }
    out.strict = out.strict && out.given == 3;
    if (text.starts_with('-')) {
        out.prerelease = text.substr(1, text.find('+') == std::string_view::npos ? text.size() : text.find('+') - 1);
        if (!is_version_tail(out.prerelease)) return std::nullopt;
        text.remove_prefix(1 + out.prerelease.size());
    }
    if (text.starts_with('+') && is_version_tail(text.substr(1))) text = {};
    return text.empty() ? std::optional(out) : std::nullopt;
}

// More than one version may fit: "^1.2", "1.x", ">= 1", "", "1.0 - 2.0", "1.2".
inline bool is_range(std::string_view text) {
    const auto version = version_of(text);
    return !version || version->given < 3;
}

// One condition of a range, such as ">=1.2.0-0"; nullopt when it cannot be read.
inline std::optional<bool> fits_one(const Version& version, std::string_view condition) {
    const std::size_t size = std::min(condition.find_first_not_of("<>=!~^"), condition.size());
    const std::string_view sign = condition.substr(0, size);
    condition.remove_prefix(size);
    if (sign.empty() && (condition == "*" || condition == "x" || condition == "X")) return true;
    while (condition.ends_with(".x") || condition.ends_with(".X") || condition.ends_with(".*")) condition.remove_suffix(2);
    const auto bound = version_of(condition);
    if (!bound) return std::nullopt;
    const auto& [major, minor, patch] = bound->numbers;
    std::array<std::uint64_t, 3> above = bound->numbers;   // the first version that is too new
    if (sign == "^" && (major > 0 || bound->given == 1))
        above = {major + 1, 0, 0};
    else if ((sign == "^" && minor > 0) || (sign != "^" && bound->given == 2) || sign == "~")
        above = bound->given == 1 ? std::array<std::uint64_t, 3>{major + 1, 0, 0} : std::array<std::uint64_t, 3>{major, minor + 1, 0};
    else if (bound->given == 1)
        above = {major + 1, 0, 0};
    else
        above = {major, minor, patch + 1};
    const bool from = version.numbers >= bound->numbers, below = version.numbers < above;
    if (sign.empty() || sign == "=" || sign == "==" || sign == "^" || sign == "~" || sign == "~>") return from && below;
    if (sign == "!=") return !(from && below);
    if (sign == ">=" || sign == "=>") return from;
    if (sign == "<") return !from;
    if (sign == "<=" || sign == "=<") return below;
    return sign == ">" ? std::optional(!below) : std::nullopt;
}

// All conditions between two "||".
inline std::optional<bool> fits_all(const Version& version, std::string_view conditions) {
    constexpr std::string_view separators = " ,\t";
    if (conditions.find(" - ") != std::string_view::npos) return std::nullopt;
    bool all = true;
    while (true) {
        conditions.remove_prefix(std::min(conditions.find_first_not_of(separators), conditions.size()));
        if (conditions.empty()) return all;
        std::size_t end = std::min(conditions.find_first_not_of("<>=!~^ "), conditions.size());
        end = std::min(conditions.find_first_of(separators, end), conditions.size());
        std::string_view one = conditions.substr(0, end);
        conditions.remove_prefix(end);
        const std::size_t blank = one.find(' ');   // ">= 1.2"
        const std::string_view sign = one.substr(0, blank);
        if (blank == std::string_view::npos) {
            const auto fits = fits_one(version, one);
            if (!fits) return std::nullopt;
            all = all && *fits;
            continue;
        }
        one.remove_prefix(one.find_first_not_of(' ', blank));
        std::array<char, 64> joined{};
        if (sign.size() + one.size() > joined.size()) return std::nullopt;
        std::copy(one.begin(), one.end(), std::copy(sign.begin(), sign.end(), joined.begin()));
        const auto fits = fits_one(version, {joined.data(), sign.size() + one.size()});
        if (!fits) return std::nullopt;
        all = all && *fits;
    }
}

// Whether the version fits a range ("^1.2 || >= 3, < 4"); nullopt when the range cannot be read. Suffixes such as "-0" are passed over.
inline std::optional<bool> fits(const Version& version, std::string_view range) {
    bool any = false;
    while (true) {
        const std::size_t bar = range.find("||");
        const auto one = fits_all(version, range.substr(0, bar));
        if (!one) return std::nullopt;
        any = any || *one;
        if (bar == std::string_view::npos) return any;
        range.remove_prefix(bar + 2);
    }
}

}
