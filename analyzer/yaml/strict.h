#pragma once

#include <string_view>
#include <vector>

#include "analyzer/text/span.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll::yaml {

// Notes what libfyaml lets pass and the API server's reader refuses: tabs where only blanks may stand, directives inside a document.
// `records` are those of the document, its root at 1.
void check_strictness(std::string_view text, Span part, bool has_tab, const std::vector<Record>& records, Document& document);

}
