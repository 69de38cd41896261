#include "analyzer/engine/filesystem.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plimsoll {

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max() - 1;

std::string reason_of(int error) {
    std::string reason = std::generic_category().message(error);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    return reason;
}

const char* on_disk(const std::string& path) { return path.empty() ? "." : path.c_str(); }

// An open file that closes itself.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    int number() const { return number_; }
    bool open() const { return number_ >= 0; }
    int close() {
        int result = number_ >= 0 ? ::close(number_) : 0;
        number_ = -1;
        return result;
    }

private:
    int number_;
};

FileType type_of(mode_t mode) { return S_ISREG(mode) ? FileType::regular : S_ISDIR(mode) ? FileType::directory : FileType::other; }

// Why a file of this type is not read; "" for a regular file.
std::string refusal(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG: return {};
        case S_IFDIR: return "is a directory";
        case S_IFIFO: return "is a named pipe";
        case S_IFSOCK: return "is a socket";
        default: return "is a device";
    }
}

ReadResult read_all(const Descriptor& file, std::uint64_t expected) {
    std::string text;
    // One byte more than expected, so that the end of an unchanged file is seen without growing the buffer.
    text.resize(static_cast<std::size_t>(expected) + 1);
    std::size_t used = 0;
    for (;;) {
        ssize_t got = ::read(file.number(), text.data() + used, text.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ReadError{reason_of(errno)};
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
        if (used > largest) return ReadError{"is larger than 4 GiB"};
        if (used == text.size()) text.resize(used * 2);
    }
    text.resize(used);
    return text;
}

}

std::optional<FileType> DiskFileSystem::type(const std::string& path) const {
    struct stat status {};
    if (::stat(on_disk(path), &status) != 0) return std::nullopt;
    return type_of(status.st_mode);
}

ReadResult DiskFileSystem::read(const std::string& path) const {
    // Looked at before it is opened: opening a pipe or a device may block or do something.
    struct stat status {};
    if (::stat(on_disk(path), &status) != 0) return ReadError{reason_of(errno)};
    if (std::string reason = refusal(status.st_mode); !reason.empty()) return ReadError{reason, true};
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.open() || ::fstat(file.number(), &status) != 0) return ReadError{reason_of(errno)};
    if (std::string reason = refusal(status.st_mode); !reason.empty()) return ReadError{reason, true};
    auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > largest) return ReadError{"is larger than 4 GiB"};
    return read_all(file, size);
}

std::vector<DirectoryEntry> DiskFileSystem::list(const std::string& path) const {
    std::vector<DirectoryEntry> entries;
    std::error_code error;
    std::filesystem::directory_iterator at(on_disk(path), error), end;
    for (; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        DirectoryEntry entry{at->path().filename().string(), FileType::other, at->is_symlink(ignored)};
        if (at->is_regular_file(ignored))
            entry.type = FileType::regular;
        else if (at->is_directory(ignored))
            entry.type = FileType::directory;
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
}

std::string DiskFileSystem::identity(const std::string& path) const {
    std::error_code error;
    std::string canonical = std::filesystem::canonical(on_disk(path), error).generic_string();
    return error ? path : canonical;
}

std::string DiskFileSystem::list_problem(const std::string& path) const {
    std::error_code error;
    std::filesystem::directory_iterator opened(on_disk(path), error);
    return error ? reason_of(error.value()) : std::string();
}

std::string DiskFileSystem::working_folder() const {
    std::error_code error;
    return std::filesystem::current_path(error).generic_string();
}

std::optional<FileType> MemoryFileSystem::type(const std::string& path) const {
    if (files_.contains(path)) return FileType::regular;
    std::string folder = path.empty() || path.ends_with('/') ? path : path + "/";
    auto first = files_.lower_bound(folder);
    if (first != files_.end() && first->first.starts_with(folder)) return FileType::directory;
    if (below_) return below_->type(path);
    return path.empty() ? std::optional(FileType::directory) : std::nullopt;
}

ReadResult MemoryFileSystem::read(const std::string& path) const {
    if (auto found = files_.find(path); found != files_.end()) return found->second;
    auto kind = type(path);
    if (below_ && (!kind || below_->type(path))) return below_->read(path);
    if (kind == FileType::directory) return ReadError{"is a directory", true};
    return ReadError{reason_of(ENOENT)};
}

std::vector<DirectoryEntry> MemoryFileSystem::list(const std::string& path) const {
    std::map<std::string, DirectoryEntry> entries;
    if (below_)
        for (DirectoryEntry& entry : below_->list(path)) entries[entry.name] = entry;
    std::string folder = path.empty() || path.ends_with('/') ? path : path + "/";
    for (auto at = files_.lower_bound(folder); at != files_.end() && at->first.starts_with(folder); ++at) {
        std::string_view rest = std::string_view(at->first).substr(folder.size());
        bool is_folder = rest.find('/') != std::string_view::npos;
        std::string name(rest.substr(0, rest.find('/')));
        if (!name.empty()) entries[name] = {name, is_folder ? FileType::directory : FileType::regular, false};
    }
    std::vector<DirectoryEntry> sorted;
    for (auto& [name, entry] : entries) sorted.push_back(std::move(entry));
    return sorted;
}

std::string MemoryFileSystem::list_problem(const std::string& path) const { return below_ && below_->type(path) ? below_->list_problem(path) : std::string(); }

std::string join_path(std::string_view folder, std::string_view name) {
    if (folder.empty() || folder == "." || name.starts_with('/')) return std::string(name);
    std::string path(folder);
    if (!path.ends_with('/')) path += '/';
    return path.append(name);
}

std::string folder_of(std::string_view path) {
    std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {};
    return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string clean_path(std::string_view path) {
    bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        std::size_t slash = std::min(path.find('/'), path.size());
        std::string_view part = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(part);
        else if (!parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (!rooted)
            parts.push_back(part);
    }
    std::string cleaned = rooted ? "/" : "";
    for (std::string_view part : parts) {
        if (!cleaned.empty() && cleaned != "/") cleaned += '/';
        cleaned += part;
    }
    return cleaned;
}

namespace {

// Where the bytes of `path` are: the target of a link, even of one whose target does not exist yet.
std::string target_of(const std::string& path) {
    std::error_code error;
    std::string target = path;
    for (int hops = 0; hops < 40 && std::filesystem::is_symlink(target, error); ++hops) {
        std::string next = std::filesystem::read_symlink(target, error).generic_string();
        if (error) break;
        target = join_path(folder_of(target), next);
    }
    return target;
}

bool write_all(const Descriptor& file, std::string_view text) {
    while (!text.empty()) {
        ssize_t put = ::write(file.number(), text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

// Gives the new file the mode and, as far as this user may, the owner of the old one.
bool take_over(const Descriptor& file, const struct stat& old) {
    struct stat now {};
    if (::fstat(file.number(), &now) != 0) return false;
    bool same_owner = now.st_uid == old.st_uid && now.st_gid == old.st_gid;
    // Not allowed to give files away: the group alone may still be. Neither is worth refusing the write.
    bool given = same_owner || ::fchown(file.number(), old.st_uid, old.st_gid) == 0 || ::fchown(file.number(), now.st_uid, old.st_gid) == 0;
    mode_t mode = old.st_mode & (given ? 07777 : 0777);
    return ::fchmod(file.number(), mode) == 0;
}

// Creates a file of a name that is not taken yet; -1 with errno set when that is not possible.
int create_beside(const std::string& target, mode_t mode, std::string& name) {
    static std::atomic<unsigned> count{0};
    for (int tries = 0; tries < 100; ++tries) {
        name = join_path(folder_of(target), ".plimsoll-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        int number = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (number >= 0 || errno != EEXIST) return number;
    }
    return -1;
}

}

std::string write_file(const std::string& path, std::string_view text) {
    std::string target = target_of(path);
    struct stat old {};
    bool exists = ::stat(target.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode)) return refusal(old.st_mode);
    // A file that the user made read-only is not replaced behind its back.
    if (exists && ::access(target.c_str(), W_OK) != 0) return reason_of(errno);
    std::string temporary;
    Descriptor file(create_beside(target, exists ? 0600 : 0666, temporary));
    if (!file.open()) return reason_of(errno);
    bool written = write_all(file, text) && (!exists || take_over(file, old)) && file.close() == 0;
    if (written && std::rename(temporary.c_str(), target.c_str()) == 0) return {};
    std::string reason = reason_of(errno);
    ::unlink(temporary.c_str());
    return reason;
}

}
