#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/source.h"
#include "analyzer/text/span.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// Something in the stream that the API server's reader refuses or that it reads otherwise than it looks.
struct Problem {
    enum class Kind : std::uint8_t {
        syntax,          // not YAML; `region` is what could not be read
        duplicate_key,   // the same key twice in one mapping; `other` is the first one
        tab,             // a tab used for indentation
        encoding,        // bytes that are not valid UTF-8 (or UTF-16)
        directive,       // %YAML and content on the "---" line: refused by kubectl
        dropped,         // content behind "..." that the reader drops in silence
        limit,           // too deep, too big, too many aliases: `region` was left out
        unknown_anchor,
    };
    Kind kind = Kind::syntax;
    Span span;             // smallest wrong text
    std::string message;   // in our own words, lower case, no full stop
    Span other;
    Span region;   // what was not read because of it; empty when everything else could be read
};

struct Comment {
    Span span;            // from '#' to the end of the line
    bool alone = false;   // nothing else on its line
};

// Owns the records and the decoded texts of one document.
class Tree;
struct TreeDeleter {
    void operator()(Tree* tree) const;
};

// One document of a stream, split as apimachinery's YAML reader splits it.
struct Document {
    Span span;                 // its bytes between the separators
    std::uint32_t index = 0;   // number in the stream from 0, empty ones counted
    std::uint32_t first = 0;   // offset of its first content (a key, an item); span.begin when it is empty
    Node root;                 // empty when the document is empty or nothing of it could be read
    std::vector<Problem> problems;
    bool refused = false;                                 // kubectl would not decode it (syntax); root may still hold what could be read
    bool is_json = false;                                 // a JSON text rather than YAML
    std::uint32_t comments_begin = 0, comments_end = 0;   // its part of Stream::comments()
    std::unique_ptr<Tree, TreeDeleter> tree;
};

// Reads a whole file: any bytes, never throws. Documents, problems and comments in file order. All spans are bytes of the file as on disk, also for
// UTF-16. The Source must outlive the stream.
// Bounds: nesting 1,000 deep (deeper parts are left out: Problem::limit), aliases expand to at most 1,000,000 nodes a document.
class Stream {
public:
    // `placeholders` count beside the usual ones: "BEGIN END" each.
    explicit Stream(const Source& source, std::span<const std::string> placeholders = {}) : Stream(source, placeholders, false) {}
    // Without the reader of ours for the usual style: the same stream, slower. For tests.
    static Stream by_library(const Source& source) { return Stream(source, {}, true); }
    const Source& source() const { return *source_; }
    const std::vector<Document>& documents() const { return documents_; }
    const std::vector<Comment>& comments() const { return comments_; }
    // Makes a new tree of one document, without what is below the given nodes of it, and frees the old one: what pointed into it is void.
    // A document with aliases or merge keys stays as it is. False then.
    bool thin(std::size_t document, const std::vector<Node>& emptied);

private:
    Stream(const Source& source, std::span<const std::string> placeholders, bool by_library);

    const Source* source_;
    std::unique_ptr<std::string> decoded_;   // the text that was parsed when it is not the file's bytes
    std::vector<Document> documents_;
    std::vector<Comment> comments_;
};

}
