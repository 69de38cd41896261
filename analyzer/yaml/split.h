#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll::yaml {

// A piece of a stream between two separators.
struct Chunk {
    Span span;      // what is read: the first "---" belongs to what follows it
    Span content;   // text behind the "---" of its own separator, which apimachinery's reader refuses; empty otherwise
    Span dropped;   // text behind a "..." line, which the reader never sees
};

// Splits text[begin, end) as apimachinery's YAML reader does: at lines that begin with "---", wherever they stand.
std::vector<Chunk> split_documents(std::string_view text, Span whole);

// The first byte that is neither blank nor part of a comment nor a "---"; the end of the span when there is none.
std::uint32_t first_content(std::string_view text, Span span);

}
