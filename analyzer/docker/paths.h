#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::docker {

// The path seen from a directory, without "." and doubled or trailing slashes: the key under which two spellings of one place
// meet. nullopt for a relative path when the directory is unknown, and for paths with "..".
std::optional<std::string> absolute_path(std::string_view path, const std::optional<std::string>& directory);

}
