#pragma once

#include <string>
#include <string_view>

#include "analyzer/text/source.h"

namespace plimsoll::output {

// Text that may go to a terminal: tabs become blanks, what is invalid or dangerous becomes U+FFFD.
std::string printable(std::string_view text);

// The line a span starts at and what to mark below it, cut to a readable width around the mark.
struct Excerpt {
    std::uint32_t line = 1;
    std::string text;
    std::size_t indent = 0;    // terminal columns before the mark
    std::size_t width = 1;     // terminal columns of the mark
    bool more_lines = false;   // the span goes on below
};
Excerpt excerpt(const Source& source, Span span);

}
