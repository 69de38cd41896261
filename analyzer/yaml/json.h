#pragma once

#include <optional>
#include <string>

#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// The value as encoding/json prints what sigs.k8s.io/yaml makes of it: keys sorted, no blanks, no escapes for HTML.
// nullopt when it cannot be JSON (a key that is no text, .nan), or when the text would grow beyond `limit` bytes.
std::optional<std::string> to_json(Node node, std::size_t limit = std::size_t{1} << 30);

}
