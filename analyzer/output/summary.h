#pragma once

#include <string>

#include "analyzer/engine/report.h"

namespace plimsoll::output {

// "3 findings (1 high, 2 low) in 2 files: 2 analysed, 0 partial, 0 not applicable, 0 failed", and what a fix would do.
std::string summary_line(const Report& report);

// One line for each file that is partial or failed, with the reason; at most `most` of them, then "and N more".
std::string incomplete_files(const Report& report, std::size_t most);

// Findings per check, most frequent first.
std::string statistics(const Report& report);

}
