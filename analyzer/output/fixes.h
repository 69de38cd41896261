#pragma once

#include <string_view>
#include <vector>

#include "analyzer/engine/analyze.h"

namespace plimsoll::output {

// Line ends that a fix brings along become those of the file.
void follow_line_ends(Fix& fix, std::string_view file_text);

// The findings of an analysis that may be fixed: not silenced, with a fix in the file's line ends.
std::vector<Finding> fixable_findings(FileAnalysis analysis, std::string_view file_text);

}
