#pragma once

#include <memory>
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
    FileAnalysis out;
    const Settings* settings = nullptr;
    const ActiveChecks* checks = nullptr;
    std::shared_ptr<const Source> source;
    std::unique_ptr<kubernetes::Manifest> manifest;   // kept for the checks that look at all objects together
    std::vector<Suppression> suppressions;
};

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

// What the kustomization files say about the other inputs: read before anything else.
struct Kustomizations {
    std::set<std::string, std::less<>> patches;   // paths of patch files
    std::vector<std::string> generated;           // "ConfigMap/name" and "Secret/name" that generators make
};
// With `look_around`, kustomization files beside the given files count too.
Kustomizations read_kustomizations(const FileSystem& files, const std::vector<Input>& inputs, bool look_around);

// Reads a manifest and runs what looks at one file, object, pod or container.
void run_manifest(FileRun& run, const Registry& registry, const Context& context, bool is_patch);
// Runs what looks at several objects; the findings go to the runs whose files they lie in. `runs` are sorted by path.
struct ClusterOptions {
    bool complete = false;   // what is not there does not exist
    unsigned threads = 0;
    std::vector<std::string> generated;
};
void run_cluster(std::vector<FileRun>& runs, const FileSystem* files, ClusterOptions options);
// Fills in what a check leaves open: path, anchor, object; puts fixes in order.
void complete_finding(Finding& finding, const Source& source, const kubernetes::Manifest* manifest);

// Runs `work(i)` for 0 <= i < count on several threads.
void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

}
