#include "analyzer/kubernetes/host_path.h"

#include <algorithm>

namespace plimsoll::kubernetes {

std::string clean_host_path(std::string_view path) {
    if (!path.starts_with('/')) return std::string(path);   // a Windows path, or a mistake
    std::string out;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view step = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (step == "..")
            out.resize(out.empty() ? 0 : out.rfind('/'));
        else if (!step.empty() && step != ".")
            out.append("/").append(step);
    }
    if (lies_in(out, "/var/run")) out.erase(0, std::string_view("/var").size());
    return out.empty() ? "/" : out;
}

bool lies_in(std::string_view path, std::string_view folder) {
    if (folder == "/") return path.starts_with('/');
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}
