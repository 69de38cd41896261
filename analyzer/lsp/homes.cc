#include "analyzer/lsp/homes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/project.h"

namespace plimsoll::lsp {

void Homes::set_folders(std::vector<std::string> folders) {
    folders_ = std::move(folders);
    std::sort(folders_.begin(), folders_.end(), [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    homes_.clear();
}

void Homes::restart(std::shared_ptr<const Configuration> rules) {
    rules_ = std::move(rules);
    homes_.clear();
}

Homes::Root Homes::root_of(const std::string& path) const {
    const std::string full = clean_path(join_path(directory_, path));
    for (const std::string& folder : folders_)
        if (full.starts_with(clean_path(join_path(directory_, folder)) + "/")) return {folder, true};
    const std::string folder = folder_of(path);
    const std::optional<std::string> repository = repository_of(files_, folder);
    return repository ? Root{*repository, true} : Root{folder, false};
}

std::unique_ptr<Workspace> Homes::make(const Root& root) const {
    Project project = root.whole ? project_in(files_, root.folder, *rules_) : project_beside(files_, root.folder, *rules_);
    auto home = std::make_unique<Workspace>(files_, registry_, rules_, project.complete);
    for (const Input& input : project.around) home->set(input, false);
    return home;
}

Workspace& Homes::of(const std::string& path) {
    const Root root = root_of(path);
    auto& home = homes_[root];
    if (!home) home = make(root);
    return *home;
}

void Homes::file_changed(const std::string& path, bool exists) {
    const Root root = root_of(path);
    const auto home = homes_.find(root);
    if (home == homes_.end()) return;
    const bool counts = exists && is_manifest_name(path) && (home->second->contains(path) || is_walked(files_, root.folder, path, *rules_));
    if (counts)
        home->second->set({path, FileKind::other, false, ""}, false);
    else
        home->second->remove(path);
}

bool Homes::read_on(const std::function<bool()>& enough) {
    for (const auto& [root, home] : homes_)
        while (!home->ready()) {
            if (enough()) return true;
            home->read_one();
        }
    return false;
}

bool Homes::ready() const {
    return std::all_of(homes_.begin(), homes_.end(), [](const auto& entry) { return entry.second->ready(); });
}

}
