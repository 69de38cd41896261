#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"

// What expansions stand in for, and what the script itself says about the values of its variables.

namespace plimsoll::shell {

// $x, ${x...}, $( ), backticks: the kinds that the shell splits into words when they are not quoted.
bool is_expansion(Node node);
// The variable of $x or ${x...}; "" for command substitutions and ${!x}.
std::string_view variable_of(Node expansion);
// What follows the name in "${x:-y}", without the closing brace: ":-y"; "#" in front of the name for lengths ("${#x}").
std::string_view operator_of(Node expansion);
// True when the result is split into words and matched against file names: not quoted, no assignment, no [[ ]], no arithmetic,
// no case word, no heredoc, no list of a for loop, no name of a command.
bool is_split(Node expansion);
// Simple commands of a substitution when it holds exactly one: its node, else a null node.
Node only_command(Node substitution);
// Name of a command node as written; "" when it is not a plain word.
std::string_view name_of(Node command);

// What a variable holds at some place, as far as word splitting is concerned.
enum class Content : unsigned char {
    unknown,   // nothing in the script assigns it before
    empty,     // nothing or the empty string
    plain,     // text without blanks and glob characters, or a number
    given,     // what the environment holds
    other,     // anything
};

// Follows the assignments of a script through its lists, branches, loops, subshells and functions.
// `environment` tells the variables that come from outside; they count as plain when they are assigned on.
class Values {
public:
    Values(const Script& script, const std::function<bool(std::string_view)>& environment);
    // Of $x or ${x...} where it stands.
    Content at(Node expansion) const { return expansion.index() < seen_.size() ? seen_[expansion.index()] : Content::unknown; }

private:
    std::vector<Content> seen_;
};

}
