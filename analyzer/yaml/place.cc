#include <algorithm>

#include "analyzer/yaml/node.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// Walks over the bytes of a scalar and says where each decoded byte comes from, until both ends of a range have been passed.
class Walk {
public:
    Walk(std::size_t from, std::size_t to) : from_(from), to_(to) {}

    // `length` decoded bytes come from the source bytes [begin, end).
    void take(std::size_t length, std::uint32_t begin, std::uint32_t end) {
        if (length == end - begin) {
            // Byte for byte.
            if (from_ >= count_ && from_ < count_ + length) place_.begin = begin + static_cast<std::uint32_t>(from_ - count_);
            if (to_ > count_ && to_ <= count_ + length) place_.end = begin + static_cast<std::uint32_t>(to_ - count_);
        } else {
            if (from_ >= count_ && from_ < count_ + length) place_.begin = begin;
            if (to_ > count_ && to_ <= count_ + length) place_.end = end;
        }
        count_ += length;
    }
    std::size_t count() const { return count_; }
    bool done() const { return count_ >= to_; }
    Span place() const { return place_; }

private:
    std::size_t from_, to_;
    std::size_t count_ = 0;
    Span place_;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Bytes of the line break at `at`, 0 when there is none.
std::uint32_t break_size(std::string_view text, std::size_t at, std::size_t end) {
    if (at >= end) return 0;
    if (text[at] == '\r') return at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
    if (text[at] == '\n') return 1;
    std::string_view rest = text.substr(at, end - at);
    if (rest.starts_with("\xc2\x85")) return 2;
    return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9") ? 3 : 0;
}

std::size_t utf8_size(std::uint32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }

// Plain and quoted texts: lines are folded, blanks around a break vanish.
class FlowScalar {
public:
    FlowScalar(std::string_view text, Span inner, Style style, Walk& walk) : text_(text), end_(inner.end), at_(inner.begin), style_(style), walk_(walk) {}

    void run() {
        while (at_ < end_ && !walk_.done()) {
            if (is_blank(text_[at_]) || break_size(text_, at_, end_)) {
                blanks();
            } else if (style_ == Style::single_quoted && text_[at_] == '\'') {
                take(1, 2);
            } else if (style_ == Style::double_quoted && text_[at_] == '\\') {
                escape();
            } else {
                std::uint32_t begin = at_;
                while (at_ < end_ && !stops(at_)) ++at_;
                if (at_ == begin) ++at_;
                walk_.take(at_ - begin, begin, at_);
            }
        }
    }

private:
    bool stops(std::uint32_t at) const {
        unsigned char c = static_cast<unsigned char>(text_[at]);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return true;
        if (c == '\'') return style_ == Style::single_quoted;
        if (c == '\\') return style_ == Style::double_quoted;
        return c >= 0x80 && break_size(text_, at, end_) > 0;
    }

    void take(std::size_t length, std::uint32_t size) {
        walk_.take(length, at_, std::min(at_ + size, end_));
        at_ = std::min(at_ + size, end_);
    }

    // Blanks that stay as they are, or blanks and breaks that become one blank or some line feeds.
    void blanks() {
        std::uint32_t begin = at_;
        while (at_ < end_ && is_blank(text_[at_])) ++at_;
        std::uint32_t size = break_size(text_, at_, end_);
        if (size == 0) return walk_.take(at_ - begin, begin, at_);
        fold(begin, 0);
    }

    // From the first break on; `lost` breaks were escaped away.
    void fold(std::uint32_t begin, std::size_t lost) {
        std::size_t breaks = 0;
        while (at_ < end_) {
            if (std::uint32_t size = break_size(text_, at_, end_)) {
                ++breaks;
                at_ += size;
            } else if (is_blank(text_[at_])) {
                ++at_;
            } else {
                break;
            }
        }
        std::size_t length = breaks > 1 ? breaks - 1 : 1 - std::min<std::size_t>(lost, 1);
        walk_.take(length, begin, at_);
    }

    void escape() {
        std::uint32_t begin = at_;
        if (at_ + 1 >= end_) return take(1, 1);
        if (break_size(text_, at_ + 1, end_)) {
            ++at_;
            return fold(begin, 1);
        }
        char c = text_[at_ + 1];
        std::uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits == 0) return take(c == 'N' || c == '_' ? 2 : c == 'L' || c == 'P' ? 3 : 1, 2);
        std::uint32_t code = hexadecimal(at_ + 2, digits), size = 2 + digits;
        // A pair of surrogates is one character.
        if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_ + size, 2) == "\\u") {
            code = 0x10000;
            size += 6;
        }
        take(utf8_size(code), size);
    }

    std::uint32_t hexadecimal(std::uint32_t at, std::uint32_t digits) const {
        std::uint32_t code = 0;
        for (std::uint32_t i = at; i < at + digits && i < end_; ++i) {
            char c = text_[i];
            code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return code;
    }

    std::string_view text_;
    std::uint32_t end_, at_;
    Style style_;
    Walk& walk_;
};

// Literal and folded texts: the value is followed line by line, since it shows which breaks were folded.
void walk_block(std::string_view text, std::uint32_t at, std::string_view value, Walk& walk) {
    std::size_t done = 0;
    std::uint32_t size = static_cast<std::uint32_t>(text.size());
    while (done < value.size() && at < size && !walk.done()) {
        // A line of the source, found as the next piece of the value.
        std::size_t stop = std::min(text.find_first_of("\r\n", at), text.size());
        std::uint32_t first = at;
        while (first < stop && text[first] == ' ') ++first;
        std::uint32_t end = static_cast<std::uint32_t>(stop);
        if (first < end) {
            // Deeper lines keep blanks of their own: as many as stand in the value before the first other byte.
            std::size_t blanks = 0;
            while (done + blanks < value.size() && value[done + blanks] == ' ') ++blanks;
            std::uint32_t begin = first - static_cast<std::uint32_t>(std::min<std::size_t>(blanks, first - at));
            std::size_t length = std::min<std::size_t>(end - begin, value.size() - done);
            walk.take(length, begin, begin + static_cast<std::uint32_t>(length));
            done += length;
        }
        std::uint32_t next = end + break_size(text, end, size);
        if (next == end) break;
        // The break is a line feed, a blank, or nothing (folded before empty lines).
        if (done < value.size() && (value[done] == '\n' || (value[done] == ' ' && first < end))) {
            walk.take(1, end, next);
            ++done;
        }
        at = next;
    }
}

const Record* header_of(const Record* at) {
    while (at->parent) at -= at->parent;
    return at - 1;
}

}

Span Node::place(std::size_t from, std::size_t to) const {
    if (!is_scalar()) return span();
    const Record* record = real_;
    to = std::min(to, record->value.size());
    from = std::min(from, to);
    Span whole = record->span;
    const Record* header = header_of(record);
    if (header->flags & wide_bytes) return whole;
    if (from == 0 && to == 0 && record->value.empty()) return whole;
    std::string_view text = header->value;
    bool block = record->style == Style::literal || record->style == Style::folded;
    bool quotes = record->style == Style::single_quoted || record->style == Style::double_quoted;
    Span inner = quotes && whole.size() >= 2 ? Span{whole.begin + 1, whole.end - 1} : whole;
    if (!block && inner.size() == record->value.size())
        return {inner.begin + static_cast<std::uint32_t>(from), inner.begin + static_cast<std::uint32_t>(to)};
    // An empty range stands where its byte is.
    Walk walk(from, std::max(to, from + 1));
    if (block) {
        std::size_t line = text.find('\n', whole.begin);
        if (line == std::string_view::npos) return whole;
        walk_block(text, static_cast<std::uint32_t>(line + 1), record->value, walk);
    } else {
        FlowScalar(text, inner, record->style, walk).run();
    }
    Span found = walk.place();
    if (from == to) found.end = found.begin;
    if (walk.count() < to || found.begin < whole.begin || found.end > whole.end || found.end < found.begin) return whole;
    return found;
}

}
