#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/text/source.h"
#include "analyzer/yaml/decode.h"
#include "analyzer/yaml/node.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

// The record where a node is written; null when changing it would change other places too, or when it cannot be changed at all.
inline const Record* written(Node node) {
    const Record* at = node.record();
    if (!at || at->kind == Kind::alias) return nullptr;
    // A copy in a merged form stands for a value that is written elsewhere.
    const Record* root = header_of(at) + 1;
    if (at >= root + root->skip) {
        at += at->redirect;
        if (at >= root + root->skip) at -= at->parent;
    }
    if (header_of(at)->flags & wide_bytes) return nullptr;
    for (const Record* up = at;; up -= up->parent) {
        if (up->flags & anchored) return nullptr;
        if (up->parent == 0) return at;
    }
}

inline const Record* holder_of(const Record* at) { return at->parent ? at - at->parent : nullptr; }
inline bool is_value_record(const Record* at) { return at->flags & is_value; }
inline const Record* key_record(const Record* value) { return Node(value).key().record(); }

// The child of a collection before another one; with the end of the collection its last child.
inline const Record* previous_sibling(const Record* holder, const Record* child) {
    const Record* previous = nullptr;
    for (const Record* at = holder + 1; at < child; at += at->skip) previous = at;
    return previous;
}

inline bool is_blank_byte(char c) { return c == ' ' || c == '\t'; }

// The text around a record.
class Page {
public:
    Page(const Source& source, const Record* at) : text_(source.text()), json_(header_of(at)->flags & json_text) {}

    std::string_view text() const { return text_; }
    bool is_json() const { return json_; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
    char at(std::uint32_t offset) const { return offset < text_.size() ? text_[offset] : '\n'; }

    std::uint32_t line_begin(std::uint32_t offset) const {
        while (offset > 0 && text_[offset - 1] != '\n') --offset;
        return offset == 0 && text_.starts_with("\xef\xbb\xbf") ? 3 : offset;
    }
    // The end of the line without its "\n" or "\r\n".
    std::uint32_t line_end(std::uint32_t offset) const {
        std::uint32_t end = static_cast<std::uint32_t>(std::min(text_.find('\n', offset), text_.size()));
        return end > offset && text_[end - 1] == '\r' ? end - 1 : end;
    }
    std::uint32_t next_line(std::uint32_t offset) const { return static_cast<std::uint32_t>(std::min(text_.find('\n', offset), text_.size() - 1) + 1); }
    std::string line_break() const {
        std::size_t first = text_.find('\n');
        return first != std::string_view::npos && first > 0 && text_[first - 1] == '\r' ? "\r\n" : "\n";
    }
    // An empty value may be filled in: it stands right behind its ':' or '-'.
    bool can_fill(std::uint32_t offset) const { return offset > 0 && (text_[offset - 1] == ':' || text_[offset - 1] == '-'); }
    // Only blanks stand before it on its line.
    bool leads_line(std::uint32_t offset) const {
        for (std::uint32_t at = line_begin(offset); at < offset; ++at)
            if (!is_blank_byte(text_[at])) return false;
        return true;
    }
    // Nothing but a comment follows on the line.
    bool ends_line(std::uint32_t offset) const {
        std::uint32_t next = skip_blanks(offset), end = line_end(offset);
        return next >= end || (text_[next] == '#' && (next > offset || next == line_begin(offset)));
    }
    bool blank_between(std::uint32_t from, std::uint32_t to) const {
        for (std::uint32_t at = from; at < to; ++at)
            if (!is_blank_byte(text_[at]) && text_[at] != '\n' && text_[at] != '\r') return false;
        return true;
    }
    std::uint32_t skip_blanks(std::uint32_t at) const {
        while (at < text_.size() && is_blank_byte(text_[at])) ++at;
        return at;
    }
    // Past an indicator that stands behind blanks, line breaks and comments; `from` when something else stands there.
    std::uint32_t after(std::uint32_t from, char indicator) const {
        std::uint32_t at = from;
        while (at < text_.size()) {
            char c = text_[at];
            if (c == indicator) return at + 1;
            if (c == '#') {
                at = line_end(at);
            } else if (is_blank_byte(c) || c == '\n' || c == '\r') {
                ++at;
            } else {
                break;
            }
        }
        return from;
    }
    int indent(std::uint32_t offset) const { return column_of(text_, offset); }

private:
    std::string_view text_;
    bool json_;
};

}
