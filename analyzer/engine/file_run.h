#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "analyzer/engine/active_checks.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/context.h"
#include "analyzer/engine/suppression.h"
#include "analyzer/kubernetes/object.h"

// Inside of analyze.h: one file on its way from bytes to findings.

namespace plimsoll {

extern const Check internal_error;

struct FileRun {
    FileAnalysis out;                  // what the file says by itself; findings in no order, of manifests not yet silenced
    std::vector<Finding> from_set;     // what only shows beside other files
    std::string set_failure;           // a check of the whole set broke on this file
    std::uint32_t not_validated = 0;   // custom objects without a definition in the set
    bool context = false;              // read only for what it means to others: no findings of its own
    bool fingerprints = true;          // its findings get them
    bool schemas_wanted = true;        // some check judges custom resources, if not of this file then of one under other settings
    const Settings* settings = nullptr;
    const ActiveChecks* checks = nullptr;
    std::shared_ptr<const Source> source;
    std::unique_ptr<kubernetes::Manifest> manifest;   // kept for the checks that look at all objects together
    std::vector<Suppression> suppressions;
    std::vector<std::shared_ptr<const ObjectName>> names;   // of the manifest's objects that have findings, by number
};

// The checks that run under one settings object, found once for each. Thread-safe.
class ActiveCache {
public:
    explicit ActiveCache(const Registry& registry) : registry_(registry) {}
    const ActiveChecks& of(const Settings& settings);

private:
    const Registry& registry_;
    std::mutex mutex_;
    std::map<const Settings*, std::unique_ptr<ActiveChecks>> known_;
};

// Everything that can be said of the file by itself; `settings`, `checks` and `context` of the run are set before.
void start_run(FileRun& run, const FileSystem& files, const Input& input, const Registry& registry, bool is_patch);
void start_run(FileRun& run, const FileSystem* surroundings, const Input& input, std::string text, const Registry& registry, bool is_patch);
// Suppressions, order and fingerprints, once all findings of the file are there. With `files`, findings in rendered text move to the templates that
// are found there. With `keep`, the run can be concluded again.
FileAnalysis conclude(FileRun& run, const Registry& registry, const FileSystem* files, bool keep = false);

// Calls `work` with a reporter for one check; a check that throws becomes an internal-error finding and the file is failed.
template <typename Work>
void guarded(const ActiveCheck& active, const Settings& settings, const Context& context, FileAnalysis& out, Work work) {
    const std::size_t before = out.findings.size();
    try {
        Reporter reporter(*active.check, active.severity, settings, context, out.findings);
        work(reporter);
    } catch (const std::exception& problem) {
        out.findings.resize(before);
        Reporter reporter(internal_error, internal_error.severity, settings, context, out.findings);
        reporter.at(Span{}, "check " + quote(active.check->id) + " failed: " + problem.what());
        out.file.status = Status::failed;
        out.file.reason = "check " + std::string(active.check->id) + " failed";
    }
}

// Parses a Dockerfile, runs its checks and its suppressions.
void run_dockerfile(FileRun& run, const Registry& registry, const Context& context);

bool is_kustomization(std::string_view path);   // by name
// What the kustomization files say about the other inputs: read before anything else.
struct Kustomizations {
    std::set<std::string, std::less<>> patches;   // paths of patch files
    std::vector<std::string> generated;           // "ConfigMap/name" and "Secret/name" that generators make
};
// With `look_around`, kustomization files beside the given files count too.
Kustomizations read_kustomizations(const FileSystem& files, const std::vector<Input>& inputs, bool look_around);

// Reads a manifest and runs what looks at one file, object, pod or container.
void run_manifest(FileRun& run, const Registry& registry, const Context& context, bool is_patch);
struct ClusterOptions {
    bool complete = false;   // what is not there does not exist
    unsigned threads = 0;
    std::vector<std::string> generated;   // "ConfigMap/name" that come from elsewhere
};
// Runs what looks at several objects; the findings go to `from_set` of the runs whose files they lie in. `runs` are sorted by path.
void run_cluster(const std::vector<FileRun*>& runs, const FileSystem* files, ClusterOptions options);
// Fills in what a check leaves open: path, anchor, object; puts fixes in order.
void complete_finding(Finding& finding, const Source& source);

}
