#include "analyzer/engine/discover.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/ignore_rules.h"

namespace plimsoll {

namespace {

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& byte : out)
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    return out;
}

template <std::size_t count>
bool ends_with_any(std::string_view name, const std::array<std::string_view, count>& endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

constexpr std::array<std::string_view, 3> yaml_endings = {".yaml", ".yml", ".json"};
constexpr std::array<std::string_view, 2> never_dockerfiles = {".dockerignore", ".md"};
// Programs about Dockerfiles rather than Dockerfiles: dockerfile.go, Dockerfile_test.go. Dockerfile.go is one for Go.
constexpr std::array<std::string_view, 19> code_endings = {".go", ".py", ".js", ".ts",  ".jsx", ".tsx", ".rb",  ".rs",  ".java", ".kt",
                                                           ".cs", ".c",  ".cc", ".cpp", ".h",   ".sh",  ".php", ".txt", ".html"};

// Dockerfile, Dockerfile.dev, Dockerfile-dev, Dockerfile_dev; in other cases dockerfile and dockerfile.dev.
bool begins_as_dockerfile(std::string_view name, std::string_view lower) {
    for (std::string_view stem : {"Dockerfile", "Containerfile"}) {
        if (!lower.starts_with(lower_case(stem))) continue;
        std::string_view rest = lower.substr(stem.size());
        if (rest.empty()) return true;
        bool exact = name.starts_with(stem);
        if (rest[0] == '.') return rest.size() > 1 && (exact || !ends_with_any(rest, code_endings));
        return exact && (rest[0] == '-' || rest[0] == '_') && !ends_with_any(rest, code_endings);
    }
    return false;
}

bool is_dockerfile_name(std::string_view name) {
    std::string lower = lower_case(name);
    if (ends_with_any(lower, yaml_endings) || ends_with_any(lower, never_dockerfiles)) return false;
    return begins_as_dockerfile(name, lower) || lower.ends_with(".dockerfile") || lower.ends_with(".containerfile");
}

// What a walk takes. ".#name" is an editor's lock.
bool is_candidate(std::string_view name, FileKind kind) {
    if (name.starts_with(".#")) return false;
    return kind == FileKind::dockerfile || ends_with_any(lower_case(name), yaml_endings);
}

class Walk {
public:
    Walk(const FileSystem& files, const Configuration& configuration, std::size_t most, Discovery& out)
        : files_(files), configuration_(configuration), out_(out), working_(files.working_folder()), left_(most) {}

    void start(const std::string& folder) {
        root_ = files_.identity(folder);
        std::string full = clean_path(join_path(working_, folder));
        todo_.push_back({folder, full, IgnoreRules::above(files_, folder, full)});
        while (!todo_.empty() && !out_.stopped) {
            Folder next = std::move(todo_.back());
            todo_.pop_back();
            enter(std::move(next));
        }
    }

private:
    struct Folder {
        std::string path, full;
        IgnoreRules::Pointer rules;   // of the folders around it
    };

    void enter(Folder folder) {
        std::vector<DirectoryEntry> entries = files_.list(folder.path);
        if (entries.empty()) {
            if (std::string problem = files_.list_problem(folder.path); !problem.empty()) note(folder.path, "cannot be read: " + problem);
            return;
        }
        out_.stopped = entries.size() > left_;
        if (out_.stopped) return;
        left_ -= entries.size();
        configuration_.saw(folder.path, entries);
        folder.rules = IgnoreRules::inside(files_, folder.path, folder.full, entries, std::move(folder.rules));
        for (const DirectoryEntry& entry : entries) visit(folder, entry);
    }

    void visit(const Folder& folder, const DirectoryEntry& entry) {
        bool is_folder = entry.type == FileType::directory;
        FileKind kind = is_folder ? FileKind::other : kind_by_name(entry.name);
        if (is_folder ? entry.name == ".git" : !is_candidate(entry.name, kind)) return;
        std::string full = join_path(folder.full, entry.name);
        if (folder.rules && folder.rules->ignores(full, is_folder)) return;
        std::string path = join_path(folder.path, entry.name);
        if (configuration_.excluded(path)) return;
        if (!is_folder)
            take(std::move(path), kind, entry);
        else if (!entry.is_link)
            todo_.push_back({std::move(path), std::move(full), folder.rules});
        else
            note_link(path);
    }

    // A link to nothing could not be read: that is worth a failure where a Dockerfile was meant.
    void take(std::string path, FileKind kind, const DirectoryEntry& entry) {
        bool dangling = entry.is_link && entry.type == FileType::other && !files_.type(path);
        if (dangling && kind != FileKind::dockerfile) return;
        out_.inputs.push_back({std::move(path), kind, false, dangling ? "is a link to a file that does not exist" : ""});
    }

    // What a linked folder below the start holds is found at its own place, so only links that lead out are worth a word.
    // They are not followed: the tree that was named is the one that is analysed.
    void note_link(const std::string& path) {
        std::string target = files_.identity(path);
        bool below = target == root_ || target.starts_with(root_.ends_with('/') ? root_ : root_ + "/");
        if (!below) note(path, "is a link to a folder outside, not followed");
    }

    void note(const std::string& path, const std::string& what) { out_.notes.push_back((path.empty() ? "." : path) + ": " + what); }

    const FileSystem& files_;
    const Configuration& configuration_;
    Discovery& out_;
    std::string working_, root_;
    std::size_t left_;   // entries that may still be looked at
    std::vector<Folder> todo_;
};

// The path as it is shown: relative when below the working directory, no "./", no "//".
std::string shown(const FileSystem& files, const std::string& path) {
    std::string cleaned = clean_path(path);
    // "link/../name" is not "name".
    bool goes_back = path.find("/..") != std::string::npos && !cleaned.starts_with("..");
    if (goes_back && files.identity(cleaned) != files.identity(path)) return path;
    std::string working = files.working_folder();
    if (working.empty()) return cleaned;
    if (cleaned.starts_with("..")) {
        std::string absolute = clean_path(join_path(working, cleaned));
        if (absolute.starts_with(working)) cleaned = absolute;
    }
    if (!cleaned.starts_with(working)) return cleaned;
    std::string_view rest = std::string_view(cleaned).substr(working.size());
    if (rest.empty()) return {};
    if (working.ends_with('/')) return std::string(rest);
    return rest[0] == '/' ? std::string(rest.substr(1)) : cleaned;
}

std::string why_unreadable(const FileSystem& files, const std::string& path) {
    ReadResult result = files.read(path);
    const ReadError* error = std::get_if<ReadError>(&result);
    return error ? error->reason : "cannot be opened";
}

void take_given(const FileSystem& files, const Configuration& configuration, const std::string& given, std::size_t most, Discovery& out) {
    if (given.empty()) {
        out.inputs.push_back({"", FileKind::other, true, "is an empty path"});
        return;
    }
    std::string path = shown(files, given);
    std::optional<FileType> type = files.type(path);
    Input input{path, kind_by_name(path), true, ""};
    if (!type) input.failure = why_unreadable(files, path);
    if (type == FileType::directory) {
        input.kind = FileKind::other;
        input.failure = files.list_problem(path);
        if (input.failure.empty()) return Walk(files, configuration, most, out).start(path);
    }
    out.inputs.push_back(std::move(input));
}

}

std::string_view name_of(FileKind kind) {
    constexpr std::string_view names[] = {"dockerfile", "kubernetes", "kustomization", "helm-chart", "helm-template", "helm-values", "other"};
    return names[static_cast<unsigned>(kind)];
}

Discovery discover(const FileSystem& files, const std::vector<std::string>& paths, const Configuration& configuration, std::size_t most) {
    Discovery out;
    for (const std::string& path : paths) take_given(files, configuration, path, most, out);
    // Of equal paths the given one comes first and stays.
    std::sort(out.inputs.begin(), out.inputs.end(), [](const Input& a, const Input& b) { return std::tie(a.path, b.given) < std::tie(b.path, a.given); });
    out.inputs.erase(std::unique(out.inputs.begin(), out.inputs.end(), [](const Input& a, const Input& b) { return a.path == b.path; }), out.inputs.end());
    std::sort(out.notes.begin(), out.notes.end());
    out.notes.erase(std::unique(out.notes.begin(), out.notes.end()), out.notes.end());
    return out;
}

bool is_manifest_name(std::string_view path) { return is_candidate(base_name(path), FileKind::other); }

bool is_walked(const FileSystem& files, const std::string& folder, const std::string& path, const Configuration& configuration) {
    if (!is_candidate(base_name(path), kind_by_name(path)) || configuration.excluded(path)) return false;
    const std::string working = files.working_folder();
    std::string at = clean_path(join_path(working, folder));
    const std::string full = clean_path(join_path(working, path));
    if (!full.starts_with(at)) return false;
    IgnoreRules::Pointer rules = IgnoreRules::above(files, at, at);
    for (;;) {
        rules = IgnoreRules::inside(files, at, at, files.list(at), std::move(rules));
        const std::size_t from = at.empty() || at.ends_with('/') ? at.size() : at.size() + 1;
        const std::size_t slash = full.find('/', from);
        const std::string next = full.substr(0, slash);
        if (next == at || next.ends_with("/.git") || (rules && rules->ignores(next, slash != std::string::npos))) return false;
        if (slash == std::string::npos) return true;
        at = next;
    }
}

FileKind kind_by_name(std::string_view path) { return is_dockerfile_name(base_name(path)) ? FileKind::dockerfile : FileKind::other; }

}
