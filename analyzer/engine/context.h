#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/ignore.h"

namespace plimsoll {

class FileSystem;

// The folder around an analysed file. Answers are cached by the FileSystem; only exists_around() looks outside the folder.
class Context {
public:
    // `folder` is the file's own folder, "" for the working directory; files == nullptr: nothing is known.
    Context(const FileSystem* files, std::string folder) : files_(files), folder_(std::move(folder)) {}
    // nullopt when nothing is known of the surroundings (standard input, a lone buffer).
    std::optional<bool> exists(std::string_view relative) const;
    std::optional<std::string> read(std::string_view relative) const;
    // The same for "../base" too: for files that, unlike a build context, may name their neighbours.
    std::optional<bool> exists_around(std::string_view relative) const;
    const std::string& folder() const { return folder_; }

private:
    const FileSystem* files_;
    std::string folder_;
};

}
