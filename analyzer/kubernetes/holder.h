#pragma once

#include <string_view>

#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// Follows a path of keys as far as it goes; `from` itself when the first key is not there.
yaml::Node deepest(yaml::Node from, std::string_view path);

}
