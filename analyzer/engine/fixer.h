#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/finding.h"

namespace plimsoll {

struct FixOutcome {
    std::string text;                 // the fixed text
    std::size_t applied = 0;          // fixes applied over all rounds
    bool stable = true;               // false: still changing after the last round; then `text` is the input
    std::vector<std::string> rules;   // ids of the checks whose fixes were applied, sorted, unique
};

// Applies fixes of at least `safety` until nothing changes (100 rounds at most): fixes sorted by first edit, overlapping ones wait
// for the next round. `findings_of` analyses a text and gives the findings that may be fixed. A round that makes the text parse
// worse (`problems_of` grows) is given up and the text before it returned.
FixOutcome fix_text(std::string text, Safety safety, const std::function<std::vector<Finding>(const std::string&)>& findings_of,
                    const std::function<std::size_t(const std::string&)>& problems_of = {});

// fix_text() for one input with the engine's own findings: what the command line, the language server and the tests apply.
FixOutcome fix_input(const FileSystem* surroundings, const Input& input, std::string text, Safety safety, const Registry& registry, const Settings& settings);

// Unified diff of two texts, "--- a/path", "+++ b/path"; empty when equal.
std::string unified_diff(const std::string& path, std::string_view before, std::string_view after);

}
