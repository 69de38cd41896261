#pragma once

#include <compare>
#include <cstdint>

namespace plimsoll {

// Half-open range of bytes in one source. Offsets count from 0 in the file as it is on disk (a BOM counts).
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    constexpr std::uint32_t size() const { return end - begin; }
    constexpr bool empty() const { return begin == end; }
    constexpr bool contains(std::uint32_t offset) const { return begin <= offset && offset < end; }
    constexpr bool contains(Span other) const { return begin <= other.begin && other.end <= end; }
    // True when the two share a byte, or an empty one lies inside or at the edge of the other.
    constexpr bool touches(Span other) const { return begin <= other.end && other.begin <= end; }
    constexpr bool overlaps(Span other) const { return begin < other.end && other.begin < end; }
    constexpr auto operator<=>(const Span&) const = default;
};

constexpr Span cover(Span a, Span b) { return {a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end}; }

}
