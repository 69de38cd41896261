#pragma once

#include <string_view>
#include <vector>

#include "analyzer/yaml/split.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll::yaml {

// Adds the comments of a document: every '#' after a blank or at the start of a line that is not inside a scalar.
void collect_comments(std::string_view text, const Chunk& chunk, const Document& document, std::vector<Comment>& comments);

}
