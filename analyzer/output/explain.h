#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/registry.h"

namespace plimsoll::output {

// A check's documentation, for terminals and as Markdown (hover, SARIF help).
std::string explain_text(const Check& check);
std::string explain_markdown(const Check& check);

std::string list_text(const std::vector<RegisteredCheck>& checks);
std::string list_json(const std::vector<RegisteredCheck>& checks);
// The reference of checks/README.md.
std::string list_markdown(const std::vector<RegisteredCheck>& checks);

}
