#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/filesystem.h"
#include "analyzer/text/glob.h"

namespace plimsoll {

// The ignore files that count inside one folder: its own .gitignore and those of the folders above, up to the root of the
// repository with its .git/info/exclude. Immutable and shared by all that lies below.
// Whether a folder above is ignored is not asked: a walk does not come to what lies below an ignored folder.
class IgnoreRules {
public:
    using Pointer = std::shared_ptr<const IgnoreRules>;

    // Rules of the folders above one that a walk starts in; null when it lies in no repository, is the root of one, or lies
    // in an ignored folder (then it was asked for in spite of that). `full` is the folder's absolute path.
    static Pointer above(const FileSystem& files, const std::string& folder, const std::string& full);
    // Rules inside `folder` with these entries, when `outer` are those around it.
    static Pointer inside(const FileSystem& files, const std::string& folder, const std::string& full, const std::vector<DirectoryEntry>& entries,
                          Pointer outer);

    // `full` is the absolute path of something in the folder.
    bool ignores(std::string_view full, bool is_folder) const;

private:
    static Pointer with_file(const FileSystem& files, const std::string& file, const std::string& full, Pointer outer);

    Pointer outer_;
    std::size_t base_ = 0;   // length of the folder's absolute path with the slash behind it
    std::vector<PathPattern> patterns_;
};

}
