#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/text/span.h"

namespace plimsoll::yaml {

// The end of the JSON value that begins at part.begin; nullopt when the text there is not JSON.
std::optional<std::uint32_t> json_end(std::string_view text, Span part);

}
