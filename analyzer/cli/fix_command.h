#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"

namespace plimsoll::cli {

struct FixWishes {
    Safety safety = Safety::safe;   // the least safe fix to apply
    bool only_diff = false;         // write nothing
};

struct FixRun {
    std::size_t applied = 0, files = 0;
    std::string diff;                      // unified, of all files
    std::string text;                      // of fix_one: the fixed text
    std::vector<std::string> complaints;   // files left alone, with the reason
};

// Fixes one text that is at hand; nothing is written.
FixRun fix_one(const FileSystem* surroundings, const Input& input, const std::string& text, const Registry& registry, const Settings& settings,
               const FixWishes& wishes);

// Fixes the files of a report in place. A file whose bytes are no longer those that were analysed is left alone.
FixRun fix_files(const FileSystem& files, const Report& report, const Registry& registry, const Configuration& configuration, const FixWishes& wishes);

}
