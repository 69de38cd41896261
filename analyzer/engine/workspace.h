#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/file_run.h"

namespace plimsoll {

// Files that are judged together and kept between runs: what analyze() does for one run, step by step. For the language server.
// Not thread-safe.
class Workspace {
public:
    // `files` and `registry` outlive it. `complete`: what is in no file of it does not exist.
    Workspace(const FileSystem& files, const Registry& registry, std::shared_ptr<const Configuration> configuration, bool complete);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    // A file takes part, or is to be read again. With `judged` findings are wanted of it, else it counts for the others only.
    void set(const Input& input, bool judged);
    void remove(const std::string& path);
    bool contains(const std::string& path) const { return entries_.contains(path); }
    // The bytes of a file that has been read; null otherwise.
    std::shared_ptr<const Source> source(const std::string& path) const;
    // Everything has been read.
    bool ready() const { return unread_.empty(); }
    // Reads at least one more file, in the order of paths. For a start that does not block.
    void read_one();
    // The findings of a judged file, silenced ones included; reads it when that is still to be done. While the workspace is not ready nothing is
    // concluded from what is absent.
    FileAnalysis judge(const std::string& path);

private:
    struct Entry;
    void read(const std::string& path);
    void read_kustomizations_again();
    void judge_set();

    const FileSystem& files_;
    const Registry& registry_;
    std::shared_ptr<const Configuration> configuration_;
    ActiveCache cache_;
    bool complete_;
    std::map<std::string, std::unique_ptr<Entry>> entries_;
    std::set<std::string> unread_;
    Kustomizations kustomizations_;
    bool kustomizations_known_ = false;
    bool set_judged_ = false;        // from_set of the runs is up to date
    bool judged_complete_ = false;   // with everything read
};

}
