#pragma once

#include <optional>

#include "analyzer/docker/dockerfile.h"

// What BuildKit refuses. Source of the rules: BuildKit frontend/dockerfile/instructions.

namespace plimsoll::docker {

// The first thing that is wrong with an instruction whose words and flags have been read; its trigger must have been
// looked at before.
std::optional<Problem> instruction_problem(const Instruction& instruction);

// What is wrong with the value of a --mount. Values that hold variables are left to the build.
std::optional<Problem> mount_problem(const Flag& flag);

// Nanoseconds of a Go duration ("1m30s"); nullopt when it is none.
std::optional<double> parse_duration(std::string_view text);

}
