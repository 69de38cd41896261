#include "analyzer/engine/workspace.h"

#include <utility>

#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll {

struct Workspace::Entry {
    Input input;
    bool judged = false;
    FileRun run;
};

Workspace::Workspace(const FileSystem& files, const Registry& registry, std::shared_ptr<const Configuration> configuration, bool complete)
    : files_(files), registry_(registry), configuration_(std::move(configuration)), cache_(registry), complete_(complete) {}

Workspace::~Workspace() = default;

void Workspace::set(const Input& input, bool judged) {
    auto& entry = entries_[input.path];
    const bool was_manifest = entry && entry->run.manifest;
    entry = std::make_unique<Entry>();
    entry->input = input;
    entry->judged = judged;
    unread_.insert(input.path);
    // A Dockerfile means nothing to other files.
    if (was_manifest || input.kind != FileKind::dockerfile) set_judged_ = false;
    if (is_kustomization(input.path)) kustomizations_known_ = false;
}

void Workspace::remove(const std::string& path) {
    if (entries_.erase(path) == 0) return;
    unread_.erase(path);
    set_judged_ = false;
    if (is_kustomization(path)) kustomizations_known_ = false;
}

std::shared_ptr<const Source> Workspace::source(const std::string& path) const {
    const auto found = entries_.find(path);
    return found == entries_.end() ? nullptr : found->second->run.source;
}

// What became a patch, or is one no longer, is read again.
void Workspace::read_kustomizations_again() {
    if (kustomizations_known_) return;
    kustomizations_known_ = true;
    std::vector<Input> inputs;
    for (const auto& [path, entry] : entries_) inputs.push_back(entry->input);
    Kustomizations now = read_kustomizations(files_, inputs, !complete_);
    std::swap(now, kustomizations_);
    for (const auto& [path, entry] : entries_)
        if (now.patches.contains(path) != kustomizations_.patches.contains(path)) set(Input(entry->input), entry->judged);
}

void Workspace::read(const std::string& path) {
    read_kustomizations_again();
    if (unread_.erase(path) == 0) return;
    Entry& entry = *entries_.at(path);
    entry.run.context = !entry.judged;
    entry.run.settings = &configuration_->for_file(path);
    entry.run.checks = &cache_.of(*entry.run.settings);
    start_run(entry.run, files_, entry.input, registry_, kustomizations_.patches.contains(path));
}

void Workspace::read_one() {
    if (!unread_.empty()) read(std::string(*unread_.begin()));
}

void Workspace::judge_set() {
    const bool complete = complete_ && ready();
    if (set_judged_ && judged_complete_ == complete) return;
    std::vector<FileRun*> runs;
    for (const auto& [path, entry] : entries_)
        if (!unread_.contains(path)) runs.push_back(&entry->run);
    run_cluster(runs, &files_, {complete, 0, kustomizations_.generated});
    set_judged_ = true;
    judged_complete_ = complete;
}

FileAnalysis Workspace::judge(const std::string& path) {
    const auto found = entries_.find(path);
    if (found == entries_.end()) return {};
    read(path);
    if (found->second->run.manifest) judge_set();
    return conclude(found->second->run, registry_, nullptr, true);
}

}
