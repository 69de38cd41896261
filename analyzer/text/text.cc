#include "analyzer/text/text.h"

#include <algorithm>

namespace plimsoll {

namespace {

// File offset of a joined offset. At a seam the end of a range belongs to the piece before, a start to the piece after.
std::uint32_t place_of(const LineMap& map, std::uint32_t joined, bool is_end) {
    auto after = std::upper_bound(map.begin(), map.end(), joined, [](std::uint32_t at, const LinePiece& piece) { return at < piece.joined; });
    if (after == map.begin()) return map.empty() ? 0 : map.front().source;
    auto piece = after - 1;
    while (is_end && piece != map.begin() && piece->joined == joined) --piece;
    return piece->source + std::min(joined - piece->joined, piece->length);
}

}

Span Text::place(std::size_t from, std::size_t to) const {
    to = std::min(to, value.size());
    from = std::min(from, to);
    auto first = static_cast<std::uint32_t>(from), last = static_cast<std::uint32_t>(to);
    if (map) {
        std::uint32_t begin = place_of(*map, joined + first, false);
        return {begin, from == to ? begin : place_of(*map, joined + last, true)};
    }
    if (value.size() != span.size()) return span;
    return {span.begin + first, span.begin + last};
}

Text Text::sub(std::size_t from, std::size_t to) const {
    to = std::min(to, value.size());
    from = std::min(from, to);
    return {value.substr(from, to - from), place(from, to), map, joined + static_cast<std::uint32_t>(from)};
}

}
