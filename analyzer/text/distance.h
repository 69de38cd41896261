#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace plimsoll {

// Number of insertions, deletions, substitutions and swaps of neighbours that make `b` of `a`, ASCII case ignored.
// Gives limit + 1 as soon as it is known to be more than `limit`; names of more than 127 bytes are too far from any other.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit = 127);

// The candidate meant by a misspelt name; "" when none is near (a third of the name's length, at most 4 changes).
// Of equally near ones the first wins.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

}
