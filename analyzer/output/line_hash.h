#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::output {

// The fingerprint GitHub keeps for the place of a result, for each line of a file: a rolling hash over the 100 UTF-16 code units from
// the line's start, blanks left out, then ":" and how often that hash came so far. Element 0 is line 1.
std::vector<std::string> line_hashes(std::string_view text);

}
