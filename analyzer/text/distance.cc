#include "analyzer/text/distance.h"

#include <algorithm>
#include <array>

namespace plimsoll {

namespace {

// Longer names are not compared: nobody misspells them, and rows of this size need no memory of their own.
constexpr std::size_t longest = 127;

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; }

}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit || std::max(a.size(), b.size()) > longest) return limit + 1;
    using Row = std::array<std::size_t, longest + 1>;
    Row before_last{}, last{}, row{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            char from = lower(a[i - 1]), to = lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (from == to ? 0u : 1u)});
            bool swapped = i > 1 && j > 1 && from == lower(b[j - 2]) && lower(a[i - 2]) == to;
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > limit) return limit + 1;
        before_last = last;
        last = row;
    }
    return std::min(last[b.size()], limit + 1);
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t limit = std::min<std::size_t>(4, std::max<std::size_t>(1, name.size() / 3));
    for (std::string_view candidate : candidates) {
        std::size_t distance = edit_distance(name, candidate, limit);
        if (distance > limit) continue;
        best = candidate;
        if (distance == 0) break;
        limit = distance - 1;
    }
    return best;
}

}
