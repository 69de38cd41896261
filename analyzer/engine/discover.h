#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

class FileSystem;
class Configuration;

enum class FileKind : unsigned char { dockerfile, kubernetes, kustomization, helm_chart, helm_template, helm_values, other };
std::string_view name_of(FileKind kind);

struct Input {
    std::string path;   // as shown: relative to the working directory when below it, no leading "./"
    FileKind kind = FileKind::other;
    bool given = false;    // named on the command line
    std::string failure;   // does not exist or cannot be opened: the file is `failed` with this reason
};

struct Discovery {
    std::vector<Input> inputs;        // sorted by path, unique
    std::vector<std::string> notes;   // e.g. folders that could not be read
    bool stopped = false;             // there was more to look at than `most`
};

// Walks folders (nested .gitignore by git's own rules inside and outside repositories, .git skipped, link loops stopped, excluded()
// honoured) and takes Dockerfile, Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile* (never *.dockerignore or *.md) and
// *.yaml, *.yml, *.json candidates (kind other until the content is read). Explicit files are always taken, whatever their name;
// what they are is then decided by name and content.
// Not more than `most` files and folders are looked at.
Discovery discover(const FileSystem& files, const std::vector<std::string>& paths, const Configuration& configuration, std::size_t most = SIZE_MAX);
// By name alone: what a walk takes for a manifest, or for something that must be read to tell.
bool is_manifest_name(std::string_view path);

// Whether a walk from `folder` comes to the file below it: by name, ignore files and exclude. Both paths as inputs are written.
bool is_walked(const FileSystem& files, const std::string& folder, const std::string& path, const Configuration& configuration);

// Kind by name alone: a Dockerfile, or other when the content must decide. A YAML or JSON name promises nothing about its content.
FileKind kind_by_name(std::string_view path);
// Kind of an explicitly named file with an unusual name: a Dockerfile when its first instruction is FROM or ARG (or a syntax directive).
FileKind kind_by_content(std::string_view text);

}
