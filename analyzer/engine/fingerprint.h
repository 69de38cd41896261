#pragma once

#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/text/source.h"

namespace plimsoll {

// Sets Finding::fingerprint of sorted findings of one file: 16 hex digits made of check id, path, stage, field, the flagged text with
// blanks folded, and how often the same came before. No line number takes part, so edits elsewhere leave it alone. Unique in a file.
void add_fingerprints(std::vector<Finding>& findings, const Source& source);

}
