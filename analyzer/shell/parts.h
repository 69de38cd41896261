#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace plimsoll::shell {

// A stretch of a word as written that is quoted one way.
struct Part {
    enum Kind : std::uint8_t { plain, single_quoted, double_quoted, ansi_quoted, expansion };
    Kind kind = plain;
    std::size_t begin = 0, end = 0;   // offsets in the text, quotes and "$(", "`" included
    bool expands = false;             // double quotes with an expansion in them
    bool one_expansion = false;       // double quotes around one expansion and nothing else
};

// The parts of a word's text, in order and without gaps; $name, ${...}, $(...), `...` and <(...) outside quotes are one part each,
// whatever they hold.
std::vector<Part> parts_of(std::string_view text);

}
