#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/text/span.h"
#include "analyzer/yaml/stream.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

constexpr std::uint32_t deepest = 1000;           // levels of nesting that are kept
constexpr std::uint64_t most_nodes = 1'000'000;   // nodes of a document with all its aliases written out

// Facts about a text that let the reader skip work.
struct TextFacts {
    bool has_cr = false;                       // a carriage return somewhere
    bool has_tab = false;                      // a tab somewhere
    bool has_odd_breaks = false;               // U+0085, U+2028 or U+2029: line breaks in YAML 1.1
    bool has_placeholders = false;             // "${", "{{", "<%" or a mark of `marks` somewhere
    std::span<const std::string> marks = {};   // of placeholders beside those: "BEGIN END" each; outlives the reading
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
    // The root was closed too early.
    void reopen();
    // Column of a root in block style, -1 for any other.
    int root_column() const;
    // Takes back a flow collection that could not be read to its end; gives its place.
    std::optional<std::uint32_t> drop_open_flow();
    // The text ends here as it should.
    void end_of_text();
    // Everything that is still open ends here. False when there is no root.
    bool close();
    // Last of all: gives mappings with "<<" their merged forms.
    void apply_merges();

    // libfyaml took lines for part of the block text at `header` that go-yaml does not.
    void note_misread(std::uint32_t header) {
        if (!misread_) misread_ = header;
    }
    std::optional<std::uint32_t> misread() const { return misread_; }
    void passed(std::uint32_t offset) { position_ = offset; }   // an anchor, a tag or a document marker ends here
    std::uint32_t reached() const { return position_; }         // end of what has been read
    bool complete() const { return complete_; }                 // the root was closed by its own end
    Tree& tree() { return *document_.tree; }
    bool is_json() const { return document_.is_json; }
    int block_column() const;   // column of the block collection that is open, -1 when none is
    bool in_flow() const { return !frames_.empty() && records_[frames_.back().record].style == Style::flow; }
    bool in_block_sequence() const;
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
    void decode_binary(Record& record);
    void check_name(std::string_view name, Span span);
    void check_depth(std::uint32_t begin);
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
    std::optional<std::uint32_t> misread_;
    bool limited_ = false;
    bool root_closed_ = false;
    bool complete_ = false;
    bool passing_ = false;   // a later part that cannot join the root
    bool joining_ = false;   // the next collection continues the root
};

}
