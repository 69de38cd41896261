#include "analyzer/engine/report.h"

#include <algorithm>

namespace plimsoll {

std::string_view name_of(Status status) {
    constexpr std::string_view names[] = {"analysed", "partial", "not_applicable", "failed"};
    return names[static_cast<unsigned>(status)];
}

const FileResult* Report::file(std::string_view path) const {
    auto found = std::lower_bound(files.begin(), files.end(), path, [](const FileResult& file, std::string_view wanted) { return file.path < wanted; });
    return found != files.end() && found->path == path ? &*found : nullptr;
}

const Source* Report::source(std::string_view path) const {
    if (const FileResult* known = file(path)) return known->source.get();
    auto found = std::lower_bound(around.begin(), around.end(), path, [](const auto& source, std::string_view wanted) { return source->path() < wanted; });
    return found != around.end() && (*found)->path() == path ? found->get() : nullptr;
}

std::size_t Report::not_validated() const {
    std::size_t sum = 0;
    for (const FileResult& file : files) sum += file.not_validated;
    return sum;
}

}
