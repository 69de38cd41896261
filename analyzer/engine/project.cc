#include "analyzer/engine/project.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll {

namespace {

// Bounds of a project: a hook must stay quick, and a home folder may be a repository too. Five thousand manifests take about a second.
constexpr std::size_t most_manifests = 5000;
constexpr std::size_t most_entries = 200'000;

bool before(const Input& a, const Input& b) { return a.path < b.path; }

void add(Project& project, Project more) {
    project.complete = project.complete && more.complete;
    std::move(more.around.begin(), more.around.end(), std::back_inserter(project.around));
}

// Sorted, each once, without the inputs themselves.
void tidy(std::vector<Input>& around, const std::vector<Input>& inputs) {
    std::sort(around.begin(), around.end(), before);
    around.erase(std::unique(around.begin(), around.end(), [](const Input& a, const Input& b) { return a.path == b.path; }), around.end());
    std::erase_if(around, [&](const Input& input) { return std::binary_search(inputs.begin(), inputs.end(), input, before); });
}

}

std::optional<std::string> repository_of(const FileSystem& files, const std::string& folder) {
    std::string at = clean_path(join_path(files.working_folder(), folder));
    for (;;) {
        if (files.type(join_path(at, ".git"))) return at;
        if (at.empty() || at == "/") return std::nullopt;
        const std::string above = folder_of(at);
        at = above.empty() && at.starts_with('/') ? "/" : above;
    }
}

Project project_in(const FileSystem& files, const std::string& folder, const Configuration& configuration) {
    Discovery found = discover(files, {folder.empty() ? "." : folder}, configuration, most_entries);
    std::erase_if(found.inputs, [](const Input& input) { return input.kind == FileKind::dockerfile; });
    if (found.stopped || found.inputs.size() > most_manifests) return {{}, false};
    // One name for each file: a folder above the working directory is given as an absolute path, files below that are not.
    const std::string working = files.working_folder() + "/";
    for (Input& input : found.inputs)
        if (working.size() > 1 && input.path.starts_with(working)) input.path.erase(0, working.size());
    std::sort(found.inputs.begin(), found.inputs.end(), before);
    return {std::move(found.inputs), true};
}

Project project_beside(const FileSystem& files, const std::string& folder, const Configuration& configuration) {
    Project project{{}, false};
    for (const DirectoryEntry& entry : files.list(folder)) {
        if (entry.type != FileType::regular || !is_manifest_name(entry.name) || project.around.size() == most_manifests) continue;
        std::string path = join_path(folder, entry.name);
        if (!configuration.excluded(path)) project.around.push_back({std::move(path), FileKind::other, false, ""});
    }
    return project;
}

Project project_around(const FileSystem& files, const std::vector<Input>& inputs, const Configuration& configuration) {
    Project project;
    std::set<std::string> folders;
    std::map<std::string, bool> repositories;   // whether they could be read as a whole
    for (const Input& input : inputs) {
        const std::string folder = folder_of(input.path);
        if (!input.given || input.kind == FileKind::dockerfile || !input.failure.empty() || !folders.insert(folder).second) continue;
        const std::optional<std::string> root = repository_of(files, folder);
        if (root && !repositories.contains(*root)) {
            Project whole = project_in(files, *root, configuration);
            repositories[*root] = whole.complete;
            add(project, std::move(whole));
        }
        if (!root || !repositories[*root]) add(project, project_beside(files, folder, configuration));
    }
    tidy(project.around, inputs);
    return project;
}

}
