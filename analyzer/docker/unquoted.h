#pragma once

#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/shell/script.h"

namespace plimsoll::docker {

// What the shell does to an unquoted expansion.
struct Unquoted {
    std::string_view alias;         // ShellCheck's name for it, "shellcheck:SC2086"
    std::string_view consequence;   // in words
};

// An expansion outside of double quotes whose result the shell splits into words, and that may well hold more or less than one word.
struct UnquotedExpansion {
    shell::Node node;
    Unquoted what;
    // A whole word among the packages of an installer: such lists are split on purpose.
    bool is_package_list = false;
    bool may_quote = false;   // two double quotes around it make one word of it
};

// Those in the RUN instructions of a file, in order; found when first asked for. Code that has a syntax error has none.
const std::vector<UnquotedExpansion>& unquoted_expansions(const Dockerfile& file);

}
