#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace plimsoll::kubernetes {

// What makes an expression of the Common Expression Language unreadable.
struct ExpressionFault {
    std::size_t at = 0;      // byte
    std::string_view what;   // "an operand is missing"
};

// The grammar only: names, types and functions are not looked up. nullopt when the text can be read, or is too deep to tell.
std::optional<ExpressionFault> expression_fault(std::string_view text);

}
