#pragma once

#include <string>
#include <string_view>

#include "analyzer/engine/check.h"

// How the words of the engine are written in outputs.
namespace plimsoll::output {

std::string_view name_of(Profile profile);
std::string_view name_of(Safety safety);

// Where a peer documents the condition a check stands for; "" when no peer with public pages knows it.
std::string url_of(const Check& check);

// An example without its marker lines, and with them as shown to people; blank lines at both ends are gone.
std::string without_markers(std::string_view example);
std::string trimmed_example(std::string_view example);

}
