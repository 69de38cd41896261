#pragma once

#include <optional>
#include <string>

#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// A text that two values have in common when they are the same JSON: 1 and 0x1, {a: 1, b: 2} and {b: 2, a: 1}. nullopt when something in the value is
// not known, or null, which the API server may remove.
std::optional<std::string> item_key(yaml::Node value);

}
