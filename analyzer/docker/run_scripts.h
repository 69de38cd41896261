#pragma once

#include <vector>

#include "analyzer/docker/dockerfile.h"

namespace plimsoll::docker {

// The code of RUN that a POSIX-like shell reads as text (no exec form), with a tree.
std::vector<const ShellCode*> run_scripts(const Dockerfile& file);

// False when the shell would stop at a syntax error: what the code means is then an idle question.
// Not free: ask when there is something to report.
bool is_sound(const ShellCode& code);

}
