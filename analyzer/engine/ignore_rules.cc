#include "analyzer/engine/ignore_rules.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace plimsoll {

namespace {

std::optional<std::string> text_of(const FileSystem& files, const std::string& path) {
    ReadResult result = files.read(path);
    if (std::string* text = std::get_if<std::string>(&result)) return std::move(*text);
    return std::nullopt;
}

std::string_view first_line(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// Where the repository keeps info/exclude: ".git" itself, or what a work tree's or submodule's ".git" file leads to.
std::string exclude_file(const FileSystem& files, const std::string& folder) {
    constexpr std::string_view link = "gitdir: ";
    std::string git = join_path(folder, ".git");
    if (files.type(git) == FileType::regular) {
        std::string text = text_of(files, git).value_or("");
        if (!text.starts_with(link)) return {};
        git = join_path(folder, first_line(text).substr(link.size()));
        if (auto common = text_of(files, join_path(git, "commondir"))) git = join_path(git, first_line(*common));
    }
    return join_path(git, "info/exclude");
}

std::vector<PathPattern> parse_patterns(std::string_view text) {
    std::vector<PathPattern> patterns;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty() && line[0] != '#') patterns.emplace_back(line);
    }
    return patterns;
}

struct Place {
    std::string folder;   // as the FileSystem knows it
    std::string full;
};

// The folder around; nullopt above the topmost one.
std::optional<Place> around(const Place& place) {
    if (place.full.empty() || place.full == "/") return std::nullopt;
    bool is_up = place.folder.empty() || base_name(place.folder) == "..";
    return Place{is_up ? join_path(place.folder, "..") : folder_of(place.folder), folder_of(place.full)};
}

std::size_t base_length(const std::string& full) { return full.empty() || full == "/" ? full.size() : full.size() + 1; }

bool has(const std::vector<DirectoryEntry>& entries, std::string_view name) {
    auto at = std::lower_bound(entries.begin(), entries.end(), name, [](const DirectoryEntry& entry, std::string_view wanted) { return entry.name < wanted; });
    return at != entries.end() && at->name == name;
}

}

IgnoreRules::Pointer IgnoreRules::with_file(const FileSystem& files, const std::string& file, const std::string& full, Pointer outer) {
    auto text = file.empty() ? std::nullopt : text_of(files, file);
    if (!text) return outer;
    auto rules = std::make_shared<IgnoreRules>();
    rules->outer_ = std::move(outer);
    rules->base_ = base_length(full);
    rules->patterns_ = parse_patterns(*text);
    return rules;
}

IgnoreRules::Pointer IgnoreRules::above(const FileSystem& files, const std::string& folder, const std::string& full) {
    std::vector<Place> places{{folder, full}};
    while (!files.type(join_path(places.back().folder, ".git"))) {
        std::optional<Place> next = around(places.back());
        if (!next) return nullptr;
        places.push_back(std::move(*next));
    }
    Pointer rules;
    if (places.size() > 1) rules = with_file(files, exclude_file(files, places.back().folder), places.back().full, nullptr);
    for (std::size_t i = places.size(); i-- > 1;) {
        rules = with_file(files, join_path(places[i].folder, ".gitignore"), places[i].full, std::move(rules));
        if (rules && rules->ignores(places[i - 1].full, true)) return nullptr;
    }
    return rules;
}

IgnoreRules::Pointer IgnoreRules::inside(const FileSystem& files, const std::string& folder, const std::string& full,
                                         const std::vector<DirectoryEntry>& entries, Pointer outer) {
    // A repository in a repository has its own rules only.
    if (has(entries, ".git")) outer = with_file(files, exclude_file(files, folder), full, nullptr);
    if (has(entries, ".gitignore")) outer = with_file(files, join_path(folder, ".gitignore"), full, std::move(outer));
    return outer;
}

bool IgnoreRules::ignores(std::string_view full, bool is_folder) const {
    for (const IgnoreRules* rules = this; rules; rules = rules->outer_.get()) {
        std::string_view relative = full.substr(rules->base_);
        for (auto pattern = rules->patterns_.rbegin(); pattern != rules->patterns_.rend(); ++pattern)
            if (pattern->matches(relative, is_folder)) return !pattern->negated;
    }
    return false;
}

}
