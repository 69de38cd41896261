#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine/discover.h"
#include "analyzer/engine/finding.h"
#include "analyzer/text/source.h"

namespace plimsoll {

enum class Status : unsigned char { analysed, partial, not_applicable, failed };
std::string_view name_of(Status status);

struct FileResult {
    std::string path;
    Status status = Status::analysed;
    FileKind kind = FileKind::other;
    std::uint32_t not_validated = 0;          // objects of custom kinds without a definition in the analysed set
    std::string reason;                       // why it is not simply analysed
    std::vector<Span> regions;                // what was not analysed in a partial file
    std::shared_ptr<const Source> source;     // null when it could not be read; writers take positions and excerpts from it
    std::size_t documents = 0, objects = 0;   // a Dockerfile is one document
    std::size_t problems = 0;                 // places that the builder or the API server cannot read
};

struct Summary {
    std::size_t total = 0, analysed = 0, partial = 0, not_applicable = 0, failed = 0;
    std::size_t documents = 0, objects = 0, suppressed = 0;
    std::size_t by_severity[5] = {};   // shown findings, indexed by Severity
};

// The result of a run: findings sorted by (path, begin, end, id, message) and unique, files sorted by path, those around too.
struct Report {
    std::vector<FileResult> files;
    std::vector<std::shared_ptr<const Source>> around;   // read for what they mean to the files; findings may name them as related places
    std::vector<Finding> findings;                       // silenced ones only when asked for (Options::keep_silenced)
    Summary summary;
    int exit_code = 0;

    const FileResult* file(std::string_view path) const;   // null when unknown
    const Source* source(std::string_view path) const;     // of a file or of what lies around; null when unknown or unreadable
    std::size_t not_validated() const;                     // objects, in all files
};

}
