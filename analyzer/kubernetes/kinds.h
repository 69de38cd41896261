#pragma once

#include <string_view>

namespace plimsoll::kubernetes {

// A kind some API server has built in, in all the groups it ever had.
struct BuiltinKind {
    std::string_view kind;
    std::string_view groups;   // separated by spaces, the core group as "-"
    bool cluster_scoped = false;
};

// Null for custom kinds, and for a known name in another group.
const BuiltinKind* builtin_kind(std::string_view group, std::string_view kind);
// By name alone.
const BuiltinKind* builtin_kind(std::string_view kind);

}
