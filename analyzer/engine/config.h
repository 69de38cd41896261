#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/severity.h"
#include "analyzer/text/span.h"

namespace plimsoll {

class FileSystem;
struct DirectoryEntry;
class Registry;

// One complaint about a configuration file; any of them makes the run end with exit code 2.
struct ConfigProblem {
    std::string path;
    std::uint32_t line = 0;   // one-based; 0 when the file as a whole is meant
    std::string message;      // with a did-you-mean where there is one
};

struct CheckSetting {
    bool off = false;
    bool on = false;   // switched on although the profile leaves it out
    std::optional<Severity> severity;
    std::map<std::string, std::vector<std::string>, std::less<>> options;
    std::string from;   // "path:line" of the file that said so, or "command line"
};

// The folder of a configuration file, seen from the working directory.
struct PathBase {
    std::string folder;   // files below it are meant; "" for the working directory
    std::string prefix;   // with folder "": the working directory as seen from a configuration file above it
    // The path as seen from the folder; nullopt when it lies elsewhere.
    std::optional<std::string> relative(std::string_view path) const;
};

// Whether one of the patterns (a .gitignore line each, the last that matches decides) takes the path or a folder above it.
bool covered(const std::vector<std::string>& patterns, const PathBase& base, std::string_view path);

struct IgnoreRule {                    // ignore: [{checks, paths, kind, name, namespace, container, reason, until}]
    std::vector<std::string> checks;   // own ids, peers' ids or "*"
    std::vector<std::string> except;   // the same; what one of these stands for is not meant
    std::vector<std::string> paths;    // globs; empty: every path
    std::string kind, name, name_space, container;
    std::string reason, until;   // until: YYYY-MM-DD
    std::string from;
    PathBase base;   // what `paths` are relative to
    bool applies_to(const std::string& path) const;
};

// A check that nested configurations and comments may not switch off.
struct Lock {
    std::string check;   // own id, or a peer's id in canonical form
    std::string path;    // the file that locks it; its own `ignore` rules still hold
    std::string from;
};

// label-schema of hadolint and of ours: key -> text, url, semver, hash, rfc3339, spdx, email.
using LabelSchema = std::map<std::string, std::string, std::less<>>;

// Everything that governs the analysis of one file, resolved. Shared by all files of a folder.
struct Settings {
    std::string profile = "recommended";                       // bugs, recommended, strict, a standard or a peer
    std::map<std::string, CheckSetting, std::less<>> checks;   // by own id
    std::vector<std::string> select;                           // --select: only these (ids, peers' ids, categories); empty: by profile
    std::vector<IgnoreRule> ignore;
    std::vector<Lock> locked;
    std::vector<std::string> trusted_registries;
    LabelSchema label_schema;
    bool strict_labels = false;
    docker::BuildOptions build;
    std::string kubernetes_version;
    std::vector<std::string> external;                          // objects that live outside: "Secret/db", "*/name"
    std::vector<std::string> placeholders;                      // of the user's template engine: "BEGIN END" each, beside ${X}, {{ x }} and <% x %>
    bool suppressions = true;                                   // --no-suppressions
    bool hadolint_pragmas = true;                               // disable-ignore-pragma
    std::string today;                                          // YYYY-MM-DD, for `until`; given from outside so that a run is deterministic
    std::vector<std::pair<std::string, std::string>> origins;   // setting -> "path:line", for --show-config

    // Whether a check runs, and how bad its findings are.
    bool enabled(const Check& check) const;
    // Whether one of its findings belongs to the profile: a check may say more than the standard that a profile stands for.
    bool wants(const Finding& finding) const;
    Severity severity_of(const Check& check) const;
    // Configured value of a check's option; null when the declared default holds.
    const std::vector<std::string>* option(const Check& check, std::string_view name) const;
};

// What the command line or an editor says; wins over files.
struct Overrides {
    std::optional<std::string> profile;
    std::vector<std::string> select, ignore;
    std::vector<std::pair<std::string, std::string>> build_arguments;
    std::string target, kubernetes_version;
    std::string config_path;   // --config
    bool no_config = false;
    bool no_suppressions = false;
    std::string today;
};

// Files that a configuration may be in, by name: ours and those of other analyzers. What `extends` names may be called anything.
bool is_configuration_name(std::string_view path);

// Finds, reads and caches configuration: the nearest .plimsoll.yaml upward from each analysed file to the git root
// (or the topmost folder given), `extends`, `overrides` by glob, and peers' files beside it as they are.
// Thread-safe after construction; never throws: what is wrong is in problems().
class Configuration {
public:
    Configuration(const FileSystem& files, const Registry& registry, Overrides overrides);
    ~Configuration();
    // Settings for a file by its path. The reference lives as long as this object.
    const Settings& for_file(const std::string& path) const;
    // What a walk read of a folder, so that configuration is not looked for on the disk again. Before anything is asked about what lies in it.
    void saw(const std::string& folder, const std::vector<DirectoryEntry>& entries) const;
    // Paths below `folder` that `exclude` (or hadolint's ...) takes out of discovery.
    bool excluded(const std::string& path) const;
    // The `fail-on` that a configuration file sets for the working directory (hadolint failure-threshold too): a severity or "never"; nullopt: not set.
    std::optional<std::string> fail_on() const;
    // Complaints so far, each once, sorted.
    std::vector<ConfigProblem> problems() const;
    // Text of --show-config FILE: which file set what.
    std::string describe(const std::string& path) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}
