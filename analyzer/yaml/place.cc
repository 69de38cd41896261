#include <algorithm>

#include "analyzer/yaml/decode.h"
#include "analyzer/yaml/node.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// Notes where both ends of a range of the value come from.
class Finder : public PieceSink {
public:
    Finder(std::size_t from, std::size_t to) : from_(from), to_(to) {}

    void verbatim(Span source) override {
        std::size_t length = source.size();
        if (from_ >= count_ && from_ < count_ + length) place_.begin = source.begin + static_cast<std::uint32_t>(from_ - count_);
        if (to_ > count_ && to_ <= count_ + length) place_.end = source.begin + static_cast<std::uint32_t>(to_ - count_);
        count_ += length;
    }
    void replaced(std::string_view bytes, Span source) override {
        if (from_ >= count_ && from_ < count_ + bytes.size()) place_.begin = source.begin;
        if (to_ > count_ && to_ <= count_ + bytes.size()) place_.end = source.end;
        count_ += bytes.size();
    }
    bool enough() const override { return count_ >= to_; }
    Span place() const { return place_; }

private:
    std::size_t from_, to_;
    std::size_t count_ = 0;
    Span place_;
};

}

Span Node::place(std::size_t from, std::size_t to) const {
    if (!is_scalar()) return span();
    const Record* record = real_;
    Span whole = record->span;
    to = std::min(to, record->value.size());
    from = std::min(from, to);
    const Record* header = header_of(record);
    if ((header->flags & wide_bytes) || record->value.empty()) return whole;
    bool block = record->style == Style::literal || record->style == Style::folded;
    bool quotes = record->style == Style::single_quoted || record->style == Style::double_quoted;
    Span inner = quotes && whole.size() >= 2 ? Span{whole.begin + 1, whole.end - 1} : whole;
    if (!block && inner.size() == record->value.size()) return {inner.begin + static_cast<std::uint32_t>(from), inner.begin + static_cast<std::uint32_t>(to)};
    // "!!binary" has another value than its text.
    if (record->flags & tagged) return whole;
    // An empty range stands where its byte is.
    Finder finder(from, std::max(to, from + 1));
    if (block) {
        const Record* holder = record->parent ? record - record->parent : nullptr;
        decode_block(header->value, whole.begin, static_cast<std::uint32_t>(header->value.size()), holder ? column_of(header->value, holder->span.begin) : -1,
                     finder);
    } else {
        decode_flow(header->value, inner, record->style, true, finder);
    }
    Span found = finder.place();
    if (from == to) found.end = found.begin;
    // The last line feed of a block text lies behind its span.
    found = {std::min(found.begin, whole.end), std::min(found.end, whole.end)};
    if (!finder.enough() || found.begin < whole.begin || found.end < found.begin) return whole;
    return found;
}

}
