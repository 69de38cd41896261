#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/text/path.h"

namespace plimsoll {

enum class FileType : unsigned char { regular, directory, other };   // links followed

struct DirectoryEntry {
    std::string name;
    FileType type = FileType::other;
    bool is_link = false;
};

// Text of a file, or why it could not be read (one line, without the path).
struct ReadError {
    std::string reason;
    bool not_a_file = false;   // FIFO, socket, device, directory: nothing to analyse rather than a failure
};
using ReadResult = std::variant<std::string, ReadError>;

// Where files come from: disk, memory, editor overlays, a git tree. Paths have forward slashes, relative to the
// working directory or absolute. Thread-safe for reading.
class FileSystem {
public:
    virtual ~FileSystem() = default;
    virtual std::optional<FileType> type(const std::string& path) const = 0;       // nullopt: does not exist
    virtual ReadResult read(const std::string& path) const = 0;                    // at most 4 GiB - 1; never blocks on a FIFO
    virtual std::vector<DirectoryEntry> list(const std::string& path) const = 0;   // sorted by name; empty when it cannot be read
    // A key that is the same for the same directory reached by different links; used to stop at link loops.
    virtual std::string identity(const std::string& path) const { return path; }
    // Why a folder cannot be listed; "" when it can.
    virtual std::string list_problem(const std::string&) const { return {}; }
    // Absolute path that relative ones start from; "" when there is nothing above them.
    virtual std::string working_folder() const { return {}; }
};

class DiskFileSystem : public FileSystem {
public:
    std::optional<FileType> type(const std::string& path) const override;
    ReadResult read(const std::string& path) const override;
    std::vector<DirectoryEntry> list(const std::string& path) const override;
    std::string identity(const std::string& path) const override;
    std::string list_problem(const std::string& path) const override;
    std::string working_folder() const override;
};

// Files in memory, for tests and editors; with `below`, files not held here come from there.
class MemoryFileSystem : public FileSystem {
public:
    explicit MemoryFileSystem(const FileSystem* below = nullptr) : below_(below) {}
    void set(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }
    void remove(const std::string& path) { files_.erase(path); }
    std::optional<FileType> type(const std::string& path) const override;
    ReadResult read(const std::string& path) const override;
    std::vector<DirectoryEntry> list(const std::string& path) const override;
    std::string identity(const std::string& path) const override { return below_ ? below_->identity(path) : path; }
    std::string list_problem(const std::string& path) const override;
    std::string working_folder() const override { return below_ ? below_->working_folder() : std::string(); }

private:
    std::map<std::string, std::string> files_;
    const FileSystem* below_;
};

// "a/b" + "c" -> "a/b/c"; an empty or "." folder gives the name alone; absolute names stay.
std::string join_path(std::string_view folder, std::string_view name);
// Folder part: "" for a bare name.
std::string folder_of(std::string_view path);

// Without ".", doubled slashes and a slash at the end; ".." is removed where a name stands before it. "" is the working directory.
std::string clean_path(std::string_view path);

// Writes a file atomically (temporary file beside it, rename), keeping its mode; follows a link to its target.
// Empty result on success, else the reason.
std::string write_file(const std::string& path, std::string_view text);

}
