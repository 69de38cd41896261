#pragma once

#include <string_view>
#include <vector>

#include "analyzer/yaml/block_style.h"
#include "analyzer/yaml/events.h"
#include "analyzer/yaml/split.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll::yaml {

// Reads the documents of one text.
class Reader {
public:
    // `by_library`: libfyaml reads everything, for tests that compare.
    Reader(std::string_view text, const TextFacts& facts, bool by_library = false)
        : text_(text), facts_(facts), block_style_(text), by_library_(by_library || facts.has_cr || facts.has_odd_breaks) {}
    // Adds the document of a chunk. `bad` are bytes that cannot be read, of the whole text.
    void read(const Chunk& chunk, const std::vector<Span>& bad, std::vector<Document>& documents, std::vector<Comment>& comments);

private:
    void read_one(const Chunk& chunk, bool is_json, const std::vector<Span>& bad, std::vector<Document>& documents, std::vector<Comment>& comments);
    void parse(const Chunk& chunk, Document& document);
    void read_parts(Span whole, Builder& builder, Document& document);
    bool hide(std::uint32_t header, Span whole);
    void finish(const Chunk& chunk, Builder& builder, Document& document);
    void note_failure(const Failure& failure, Builder& builder, std::uint32_t next, Document& document) const;
    bool ends_with_empty_item(const Builder& builder, std::uint32_t end) const;
    bool continues(const Builder& builder, std::uint32_t end, Failure& failure) const;
    std::uint32_t next_entry(std::uint32_t from, std::uint32_t end) const;

    std::string_view text_;
    TextFacts facts_;
    BlockStyle block_style_;
    bool by_library_;
    Events events_;
    std::string shown_;             // the document as libfyaml gets to see it, when that differs
    std::vector<Record> records_;   // of the document that is being read; its memory serves the next one
};

}
