#pragma once

#include <string>

#include "analyzer/docker/dockerfile.h"

namespace plimsoll::docker {

// The second half of making a Dockerfile. The first (dockerfile.cc) fills the syntax: source_, escape_, directives_,
// comments_, instructions_ and problems_. This one fills stages_, preamble_, target_, codes_, commands_ and meaning_
// and sets Instruction::stage.
struct MeaningBuilder {
    static void run(Dockerfile& file, const BuildOptions& options);

private:
    static void uses(Dockerfile& file, const std::string& target);
    static void shell_pragmas(Dockerfile& file);
    static void codes(Dockerfile& file);
};

}
