#include "analyzer/docker/paths.h"

#include <algorithm>

namespace plimsoll::docker {

namespace {

bool append(std::string& to, std::string_view path) {
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part == "..") return false;
        if (!part.empty() && part != ".") to.append(1, '/').append(part);
    }
    return true;
}

}

std::optional<std::string> absolute_path(std::string_view path, const std::optional<std::string>& directory) {
    std::string out;
    if (!path.starts_with('/') && (!directory || !append(out, *directory))) return std::nullopt;
    if (!append(out, path)) return std::nullopt;
    return out.empty() ? "/" : out;
}

}
