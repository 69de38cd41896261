#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/report.h"

namespace plimsoll {

struct AnalyzeOptions {
    unsigned threads = 0;                                                // 0: as many as there are cores
    bool complete = false;                                               // --complete: what is not in the inputs does not exist
    bool keep_silenced = false;                                          // --show-suppressed
    bool fingerprints = true;                                            // false: nobody reads Finding::fingerprint, and it stays 0
    std::optional<Severity> fail_on = Severity::low;                     // nullopt: never
    std::function<void(std::size_t done, std::size_t total)> progress;   // called from any thread, may be empty
};

// The one engine: command line, language server, hook and tests call it. Same inputs give the same bytes out, whatever the
// number of threads. Never throws on any input: a check that throws becomes an internal-error finding and its file is failed.
Report analyze(const FileSystem& files, const std::vector<Input>& inputs, const Registry& registry, const Configuration& configuration,
               const AnalyzeOptions& options);

// One file whose text is at hand; with `complete`, it is all there is. Findings are sorted, silenced ones included and marked.
struct FileAnalysis {
    FileResult file;
    std::vector<Finding> findings;
    std::vector<std::shared_ptr<const Source>> templates;   // that findings in rendered text moved to
};
FileAnalysis analyze_text(const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, const Settings& settings,
                          bool complete = false);

// Analyses of several files as one report.
Report report_of(std::vector<FileAnalysis> parts, const AnalyzeOptions& options);

// Sorts, removes doubles, numbers fingerprints. Used by analyze(); public for the tests of its laws.
void finish(std::vector<Finding>& findings);

}
