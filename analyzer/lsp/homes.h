#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine/workspace.h"

namespace plimsoll::lsp {

// The workspaces of a session: one for each folder that the editor opened, and for files outside of all folders one for their Git repository or
// for their own folder. Made when a document first asks; read bit by bit.
class Homes {
public:
    // `files` and `registry` outlive it.
    Homes(const FileSystem& files, const Registry& registry, std::string directory) : files_(files), registry_(registry), directory_(std::move(directory)) {}

    // Paths as those of documents are written: relative below `directory`, which is ".".
    void set_folders(std::vector<std::string> folders);
    // Everything is read again, under these rules.
    void restart(std::shared_ptr<const Configuration> rules);
    // The workspace that a path belongs to.
    Workspace& of(const std::string& path);
    // Tells the workspaces made so far that a file appeared, changed or went.
    void file_changed(const std::string& path, bool exists);
    // Reads on until `enough` says so; false when there is nothing left to read.
    bool read_on(const std::function<bool()>& enough);
    bool ready() const;

private:
    struct Root {
        std::string folder;
        bool whole = false;   // all below it; else the folder alone
        auto operator<=>(const Root&) const = default;
    };
    Root root_of(const std::string& path) const;
    std::unique_ptr<Workspace> make(const Root& root) const;

    const FileSystem& files_;
    const Registry& registry_;
    std::string directory_;
    std::shared_ptr<const Configuration> rules_;
    std::vector<std::string> folders_;   // longest first
    std::map<Root, std::unique_ptr<Workspace>> homes_;
};

}
