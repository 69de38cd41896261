#include "analyzer/output/line_hash.h"

#include <cstdint>
#include <cstdio>
#include <unordered_map>

#include "analyzer/output/unicode.h"

namespace plimsoll::output {

namespace {

constexpr std::size_t window = 100;
constexpr std::uint64_t base = 37;
constexpr std::uint16_t end_mark = 0xFFFF;

constexpr std::uint64_t power(std::uint64_t number, std::size_t exponent) {
    std::uint64_t out = 1;
    while (exponent-- > 0) out *= number;
    return out;
}

// The units that take part, and where in them each line starts.
struct Units {
    std::vector<std::uint16_t> kept;
    std::vector<std::size_t> starts;
    bool at_line_start = true;
    bool after_cr = false;

    void add(std::uint16_t unit) {
        const bool second_half = after_cr && unit == '\n';
        after_cr = unit == '\r';
        if (unit == ' ' || unit == '\t' || second_half) return;
        if (at_line_start) starts.push_back(kept.size());
        at_line_start = unit == '\r' || unit == '\n';
        kept.push_back(unit == '\r' ? '\n' : unit);
    }
};

Units units_of(std::string_view text) {
    Units units;
    units.kept.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size();) {
        CodePoint point = decode(text, at);
        at += point.size;
        if (point.value > 0xFFFF) {
            units.add(static_cast<std::uint16_t>(0xD7C0 + (point.value >> 10)));
            units.add(static_cast<std::uint16_t>(0xDC00 + (point.value & 0x3FF)));
        } else {
            units.add(static_cast<std::uint16_t>(point.value));
        }
    }
    units.add(end_mark);
    return units;
}

}

std::vector<std::string> line_hashes(std::string_view text) {
    constexpr std::uint64_t dropped_weight = power(base, window);
    const Units units = units_of(text);
    std::unordered_map<std::uint64_t, unsigned> seen;
    std::vector<std::string> out;
    std::uint64_t hash = 0;
    auto unit = [&](std::size_t at) -> std::uint64_t { return at < units.kept.size() ? units.kept[at] : 0; };
    // After the step for `end` the hash stands for the window that starts at end + 1 - window.
    for (std::size_t end = 0; out.size() < units.starts.size(); ++end) {
        hash = base * hash + unit(end);
        if (end >= window) hash -= dropped_weight * unit(end - window);
        if (end + 1 < window || units.starts[out.size()] != end + 1 - window) continue;
        char digits[40];
        std::snprintf(digits, sizeof digits, "%llx:%u", static_cast<unsigned long long>(hash), ++seen[hash]);
        out.emplace_back(digits);
    }
    return out;
}

}
