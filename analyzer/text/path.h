#pragma once

#include <string_view>

namespace plimsoll {

// What follows the last slash; all of a bare name.
constexpr std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}
