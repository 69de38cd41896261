#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll {

// Replaces the bytes of `span` by `text`; an empty span inserts, an empty text deletes.
struct Edit {
    Span span;
    std::string text;
    bool operator==(const Edit&) const = default;
};

// safe keeps the meaning of the file; unsafe may change it and is applied only when asked for.
enum class Safety : std::uint8_t { none, unsafe, safe };

// A fix belongs to one file. Its edits are sorted by span and disjoint.
struct Fix {
    std::string title;
    Safety safety = Safety::safe;
    std::vector<Edit> edits;
    bool operator==(const Fix&) const = default;
};

// Sorts the edits of a fix and says whether they are disjoint and inside a text of `size` bytes.
bool normalise(std::vector<Edit>& edits, std::uint32_t size);

// Line ends that a fix brings along become those of the text it changes ("\r\n" when its first line ends so).
void follow_line_ends(Fix& fix, std::string_view text);

// The text with sorted, disjoint edits applied.
std::string apply(std::string_view text, const std::vector<Edit>& edits);

}
