#pragma once

#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"

// Which variables a script reads and sets, whatever the order.

namespace plimsoll::shell {

struct Mention {
    std::string_view name;
    Node node;               // the expansion, or what sets the variable
    bool guarded = false;    // read as ${x:-y}, ${x-y}, ${x:+y}, ${x+y}, ${x:?y} or ${x?y}
    bool exported = false;   // set by export, or by a loop, read and the like, whose value may be there for another reason
};

// $x, ${x...} and names in arithmetic, in order.
std::vector<Mention> reads(const Script& script);

// Assignments (not those in front of a command), for, read, getopts, mapfile, printf -v, ${x:=y}, in order.
std::vector<Mention> writes(const Script& script);

// True when names may be set or read where we cannot look: source, eval, set -a.
bool is_open(const Script& script);

}
