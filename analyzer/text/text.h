#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll {

// How a logical line (continuations joined) lies in the file: from `joined` on, joined bytes are the file's bytes from `source` on.
struct LinePiece {
    std::uint32_t joined = 0;
    std::uint32_t source = 0;
    std::uint32_t length = 0;
};

// Sorted by `joined`; the pieces touch one another in the joined line.
using LineMap = std::vector<LinePiece>;

// A stretch of text that a reader sees as one value, with its place in the file.
// `value` holds the bytes with continuations removed (a decoded value for JSON strings with escapes).
// The views and the map belong to the syntax tree the text came from.
struct Text {
    std::string_view value;
    Span span;                      // first to last byte in the file, continuations inside included
    const LineMap* map = nullptr;   // null: the value is the file's bytes, or decoded (then sizes differ)
    std::uint32_t joined = 0;       // where the value starts in the joined line, when there is a map

    bool empty() const { return value.empty(); }
    bool operator==(std::string_view other) const { return value == other; }
    // Place in the file of value[from, to); the whole span when the value was decoded. `to` is clamped.
    Span place(std::size_t from, std::size_t to) const;
    // The part value[from, to) as a text of its own.
    Text sub(std::size_t from, std::size_t to = std::string_view::npos) const;
};

}
