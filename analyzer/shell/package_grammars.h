#pragma once

#include <string_view>

#include "analyzer/shell/packages.h"

namespace plimsoll::shell {

// How one package manager reads its command line. The lists are words between blanks; in `keys` and `actions` a word
// "a=b" says that a is another name of b.
struct PackageGrammar {
    Manager manager;
    std::string_view names;            // programs
    std::string_view letters;          // one-letter options that take a value
    std::string_view valued;           // long options that take a value
    std::string_view keys;             // other names of options
    std::string_view actions;          // other names of sub-commands
    std::string_view default_action;   // without a sub-command
    bool one_dash = false;             // -name is a long option
};

// The grammar of a program's base name, version suffixes removed; null when it is no package manager.
const PackageGrammar* package_grammar(std::string_view base_name);

// Whether a blank-separated list holds the word.
bool list_has(std::string_view list, std::string_view word);
// The right-hand side of "word=..." in a list; "" when there is none.
std::string_view list_value(std::string_view list, std::string_view word);

}
