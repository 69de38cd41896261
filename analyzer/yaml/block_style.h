#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"
#include "analyzer/yaml/builder.h"
#include "analyzer/yaml/scalar_text.h"

namespace plimsoll::yaml {

// Reads documents written the way nearly all manifests are: block collections, scalars of every style, flow collections on one line.
// It takes a document whole or not at all, and gives the builder what libfyaml's events would (a test and a fuzzer compare the two): it is there because
// libfyaml takes most of the time of a run. Anchors, aliases, tags, directives, '?' keys, tabs, line breaks other than LF and everything that is wrong
// or unusual are libfyaml's. One object serves many documents.
class BlockStyle {
public:
    explicit BlockStyle(std::string_view text) : text_(text), scalars_(text) {}

    // False when the part is not of this kind: the builder is untouched then.
    bool read(Span part, Builder& builder);

private:
    enum class Event : std::uint8_t { mapping, sequence, flow_mapping, flow_sequence, end, plain, plain_lines, quoted, block, nothing, marker };
    struct Found {
        Event event;
        Span span;
    };
    // An open block collection. `waiting`: a key or a '-' whose value has not come yet.
    struct Level {
        std::uint32_t depth;
        bool is_sequence;
        bool waiting;
    };

    bool document();
    bool marker();
    bool next_line();
    bool line();
    bool entries();
    bool entry();
    bool value();
    bool quoted_value();
    bool plain_value();
    bool plain_line();
    bool continues();
    bool block_value();
    bool flow(int depth);
    bool flow_key();
    bool flow_value(int depth);
    bool flow_scalar();
    bool rest_is_blank();
    void open(bool is_sequence);
    void close();
    bool is_item(std::uint32_t at) const;
    bool is_blank(std::uint32_t at) const { return at >= end_ || text_[at] == ' ' || text_[at] == '\n'; }
    std::uint32_t colon_of_key() const;
    std::uint32_t end_of_quoted(std::uint32_t at) const;
    std::uint32_t block_indent() const;
    std::uint32_t text_below(std::uint32_t line_break, std::uint32_t depth) const;
    bool begins_plain(std::uint32_t at) const;
    std::uint32_t trimmed(std::uint32_t end) const {
        while (text_[end - 1] == ' ') --end;
        return end;
    }
    std::uint32_t line_end(std::uint32_t at) const;
    void skip_blanks() {
        while (at_ < end_ && text_[at_] == ' ') ++at_;
    }
    void add(Event event, std::uint32_t begin, std::uint32_t end) { found_.push_back({event, {begin, end}}); }
    void replay(Builder& builder);
    void scalar(const Found& found, Builder& builder);

    std::string_view text_;
    ScalarText scalars_;
    std::vector<Found> found_;
    std::vector<Level> levels_;
    std::uint32_t at_ = 0, end_ = 0;
    std::uint32_t line_ = 0;    // where the line of at_ begins
    std::uint32_t depth_ = 0;   // of the first byte of that line that is not blank
    bool strange_ = false;      // something that is not of this kind
};

}
