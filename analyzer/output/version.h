#pragma once

#include <string_view>

namespace plimsoll {

inline constexpr std::string_view version = "0.1.0";

}
