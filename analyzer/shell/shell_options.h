#pragma once

#include <optional>
#include <string_view>

#include "analyzer/shell/script.h"

namespace plimsoll::shell {

// What a command does to an option of its shell: `set -e`, `set -euxo pipefail`, `set +o errexit`. True when it is turned on, false
// when off, nullopt when the command leaves it alone. `letter` is '\0' for options that only have a name.
std::optional<bool> sets_option(const Command& command, char letter, std::string_view name);

}
