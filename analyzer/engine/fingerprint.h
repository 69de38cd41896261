#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/text/source.h"

namespace plimsoll {

// Sets Finding::fingerprint of sorted findings of one file: a hash of check id, path, stage, field, the flagged text with
// blanks folded, and how often the same came before. No line number takes part, so edits elsewhere leave it alone. Unique in a file.
void add_fingerprints(std::vector<Finding>& findings, const Source& source);
// 16 hex digits: the form in every output.
std::string fingerprint_text(const Finding& finding);

}
