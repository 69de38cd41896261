#include "analyzer/engine/context.h"

#include <utility>

#include "analyzer/engine/filesystem.h"

namespace plimsoll {

namespace {

// The path in the FileSystem, or nothing when it leads out of the folder.
std::optional<std::string> path_inside(const std::string& folder, std::string_view relative) {
    if (relative.starts_with('/')) return std::nullopt;
    std::string cleaned = clean_path(relative);
    if (cleaned == ".." || cleaned.starts_with("../")) return std::nullopt;
    return cleaned.empty() ? folder : join_path(folder, cleaned);
}

}

std::optional<bool> Context::exists(std::string_view relative) const {
    if (!files_) return std::nullopt;
    auto path = path_inside(folder_, relative);
    if (!path) return std::nullopt;
    return files_->type(*path).has_value();
}

std::optional<bool> Context::exists_around(std::string_view relative) const {
    if (!files_ || relative.starts_with('/')) return std::nullopt;
    return files_->type(clean_path(join_path(folder_, relative))).has_value();
}

std::optional<std::string> Context::read(std::string_view relative) const {
    if (!files_) return std::nullopt;
    auto path = path_inside(folder_, relative);
    if (!path || files_->type(*path) != FileType::regular) return std::nullopt;
    ReadResult result = files_->read(*path);
    if (std::string* text = std::get_if<std::string>(&result)) return std::move(*text);
    return std::nullopt;
}

}
