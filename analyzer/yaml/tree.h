#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// Decoded texts of a document: chunks that never move.
class Arena {
public:
    std::string_view store(std::string_view text) {
        if (text.empty()) return {};
        if (text.size() > left_) grow(text.size());
        char* at = next_;
        std::memcpy(at, text.data(), text.size());
        next_ += text.size();
        left_ -= text.size();
        return {at, text.size()};
    }

private:
    void grow(std::size_t need) {
        // Most documents decode next to nothing, and a run holds thousands of them.
        const std::size_t usual = chunks_.size() < 4 ? std::size_t{256} << chunks_.size() : std::size_t{4096};
        const std::size_t size = need > usual ? need : usual;
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
        next_ = chunks_.back().get();
        left_ = size;
    }

    std::vector<std::unique_ptr<char[]>> chunks_;
    char* next_ = nullptr;
    std::size_t left_ = 0;
};

// Flags beside those of node.h, for the reader's own use.
enum InnerFlag : std::uint8_t {
    repeated_keys = 16,   // a mapping that holds a key twice: the last one counts
    wide_bytes = 32,      // on the header: the file is UTF-16
    merge_key = 64,       // a plain "<<"
    json_text = 128,      // on the header: the document is JSON
};

// The header of the document that holds a record.
inline const Record* header_of(const Record* at) {
    while (at->parent) at -= at->parent;
    return at - 1;
}

// records[0] is a header whose value is the whole text that was parsed; the root stands at 1; merged forms follow the root's tree.
class Tree {
public:
    std::vector<Record> records;
    Arena arena;
};

}
