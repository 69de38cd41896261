#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/text/span.h"

// How much of a Dockerfile is read. The largest real ones stay below a tenth of each; what lies behind a limit is left out, the rest
// of the file is analysed.

namespace plimsoll::docker {

class Dockerfile;

// Bytes of one instruction, from its keyword to the end of its last line, heredocs not counted.
constexpr std::uint32_t line_limit = 512U << 10;
// Instructions of one file.
constexpr std::size_t instruction_limit = 128U << 10;
// Bytes of all shell code of one file, heredocs included. (What one script may hold is the shell's own limit.)
constexpr std::size_t shell_limit = 2U << 20;

// The parts of the file that were not read because of these, in order.
std::vector<Span> unread_parts(const Dockerfile& file);

}
