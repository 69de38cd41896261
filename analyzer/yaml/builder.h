#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/text/span.h"
#include "analyzer/yaml/stream.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

constexpr std::uint32_t deepest = 1000;          // levels of nesting that are kept
constexpr std::uint64_t most_nodes = 1'000'000;  // nodes of a document with all its aliases written out

// Facts about a text that let the reader skip work.
struct TextFacts {
    bool has_cr = false;             // a carriage return somewhere
    bool has_odd_breaks = false;     // U+0085, U+2028 or U+2029: line breaks in YAML 1.1
    bool has_placeholders = false;   // "${", "{{" or "<%" somewhere
};

// Collects the nodes of one document in document order. The events come from a parser (events.cc); after an error the reader may go on with a later part of
// the same document, whose top-level entries join the root.
class Builder {
public:
    Builder(std::string_view text, TextFacts facts, std::vector<Record>& records, Document& document);

    struct Properties {
        std::string_view anchor, tag;   // tag in its long form; empty when absent
        bool has_tag = false;
    };

    void begin_collection(Kind kind, Span place, bool flow, const Properties& properties);
    void end_collection(Span place);
    void scalar(std::string_view value, Span span, Style style, const Properties& properties);
    void alias(std::string_view name, Span span);
    // An empty plain scalar has no place of its own.
    void nothing(const Properties& properties);

    // A later part of the document follows: what is still open ends here, the root stays open.
    void resume();
    // The end: everything is closed. False when there is no root.
    bool finish();

    void passed(std::uint32_t offset) { position_ = offset; }   // an anchor, a tag or a document marker ends here
    std::uint32_t position() const { return position_; }        // end of what has been read
    bool complete() const { return complete_; }                  // the root was closed by its own end
    Tree& tree() { return *document_.tree; }
    bool is_json() const { return document_.is_json; }
    int block_column() const;   // column of the block collection that is open, -1 when none is
    bool accepts_entries() const;   // the root is a block mapping that a later part may continue
    void problem(Problem::Kind kind, Span span, std::string message);

private:
    struct Frame {
        std::uint32_t record = 0;
        std::uint32_t children = 0;
        std::string_view anchor;
        std::uint64_t size = 1;     // nodes below with aliases written out
        std::uint32_t height = 1;   // levels below likewise
        bool merges = false;
        bool other_keys = false;   // a key that is not plain text
    };
    struct Anchor {
        std::uint32_t record = 0;
        std::uint64_t size = 1;
        std::uint32_t height = 1;
        bool open = false;
    };

    std::uint32_t append(const Record& record);
    void register_anchor(std::uint32_t record, std::string_view name, bool open);
    void set_scalar_type(Record& record, const Properties& properties);
    void close_frame();
    void check_keys(std::uint32_t mapping, const Frame& frame);
    void check_many_keys(std::uint32_t mapping);
    void repeated(std::uint32_t mapping, std::uint32_t first, std::uint32_t second);
    void complete_entry();
    std::uint32_t after(std::uint32_t from, char indicator) const;

    std::string_view text_;
    TextFacts facts_;
    std::vector<Record>& records_;
    Document& document_;
    std::vector<Frame> frames_;
    std::vector<std::uint32_t> merging_;   // mappings with "<<", inner ones before those that hold them
    std::unordered_map<std::string_view, Anchor> anchors_;
    std::uint32_t position_ = 0;
    std::uint32_t skipped_ = 0;   // open collections below the deepest level
    bool limited_ = false;
    bool root_closed_ = false;
    bool complete_ = false;
    bool passing_ = false;   // a later part that cannot join the root
    bool joining_ = false;   // the next collection continues the root
};

}
