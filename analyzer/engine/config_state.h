#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/engine/config.h"
#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/filesystem.h"

// Inside of Configuration: config_search.cc finds and reads the files, config_resolve.cc lays them over one another.

namespace plimsoll {

inline constexpr std::string_view command_line = "command line";

// The configuration files a folder sees; peers' kinds first, own files last.
inline constexpr std::size_t config_kinds = 8;
struct FoundFiles {
    std::array<std::string, config_kinds> nearest;
    std::vector<std::string> outer;   // own files further up, nearest first
};

// Everything the configuration files of one folder say, in the order it applies.
struct Stack {
    std::vector<std::string> files;   // those that count, later ones win
    std::vector<ConfigLayer> layers;
    std::vector<ConfigLayer> locking;   // of own files further up that lock checks
};

struct Configuration::State {
    const FileSystem& files;
    const Registry& registry;
    Overrides overrides;
    mutable std::mutex mutex;
    std::map<std::string, std::vector<std::string>> listings;   // by folder that was walked: configuration by name, and .git
    std::map<std::string, FoundFiles> found;
    std::map<std::string, std::shared_ptr<const Stack>> by_folder;
    std::map<std::string, std::shared_ptr<const Stack>> by_files;   // folders that see the same files share everything
    std::map<std::pair<const Stack*, std::string>, std::unique_ptr<Settings>> resolved;
    ConfigProblems problems;

    State(const FileSystem& f, const Registry& r, Overrides o) : files(f), registry(r), overrides(std::move(o)) {}

    bool is_file(const std::string& path) const { return files.type(path) == FileType::regular; }
    bool has_file(const std::string& folder, std::string_view name) const;
    bool has_repository(const std::string& folder) const;
    std::optional<std::string> folder_above(const std::string& folder) const;
    const FoundFiles& find_files(const std::string& folder, int level);
    PathBase base_of(const std::string& folder) const;
    std::optional<ConfigFile> open(const std::string& path, const PathBase& base);
    std::shared_ptr<const Stack> stack_for(const std::string& folder);
    std::shared_ptr<const Stack> build(const FoundFiles& files_found);
    void add_peer(std::size_t kind, const std::string& path, Stack& stack);
    bool is_config(std::size_t kind, const std::string& folder, std::string_view name) const;
    void add_own(const std::string& path, const PathBase& base, std::vector<std::string>& chain, std::vector<ConfigLayer>& layers);
    const Settings& settings_for(const std::string& path);
    std::unique_ptr<Settings> resolve(const Stack& stack, const std::vector<const ConfigLayer*>& layers);
    void merge_checks(const ConfigLayer& layer, Settings& out);
    void apply_overrides(Settings& settings);
    void ignore_from_command_line(Settings& settings);
};

}
