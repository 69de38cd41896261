#pragma once

#include <string>
#include <string_view>

#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// Whether a text can stand without quotes: on one line, with no sign that YAML reads otherwise.
bool plain_can_hold(std::string_view text, bool in_flow);

// The text in double quotes, escaped so that YAML and JSON read it back.
std::string double_quoted(std::string_view text);

// The text as a scalar of the given style; plain and block styles become plain where that is possible.
std::string write_scalar(std::string_view text, Style style, bool in_flow);

}
