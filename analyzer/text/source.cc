#include "analyzer/text/source.h"

#include <algorithm>
#include <utility>

namespace plimsoll {

Source::Source(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
    blocks_.reserve(text_.size() / block_size + 1);
    std::uint32_t start = 0;
    std::size_t end = 0, next = text_.find('\n');
    do {
        blocks_.push_back({lines_, start});
        end += block_size;
        for (; next < end; next = text_.find('\n', next + 1)) {
            ++lines_;
            start = static_cast<std::uint32_t>(next + 1);
        }
    } while (end < text_.size());
}

// The number and start of the line that holds the byte.
Source::Block Source::line_at(std::uint32_t offset) const {
    const std::size_t number = std::min<std::size_t>(offset / block_size, blocks_.size() - 1);
    const std::string_view before = text().substr(0, offset);
    Block line = blocks_[number];
    for (std::size_t at = before.find('\n', number * block_size); at != std::string_view::npos; at = before.find('\n', at + 1)) {
        ++line.line;
        line.start = static_cast<std::uint32_t>(at + 1);
    }
    return line;
}

std::uint32_t Source::start_of(std::uint32_t line) const {
    // The last block that begins in an earlier line holds the line break before this one.
    const auto after = std::lower_bound(blocks_.begin(), blocks_.end(), line, [](const Block& block, std::uint32_t wanted) { return block.line < wanted; });
    if (after == blocks_.begin()) return 0;
    const Block& block = *(after - 1);
    std::size_t at = static_cast<std::size_t>(after - 1 - blocks_.begin()) * block_size;
    for (std::uint32_t now = block.line; now < line; ++now) at = text_.find('\n', at) + 1;
    return static_cast<std::uint32_t>(at);
}

std::uint32_t Source::bom() const { return text_.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

std::uint32_t Source::line_of(std::uint32_t offset) const { return line_at(offset).line; }

Span Source::line_span(std::uint32_t line) const {
    if (line == 0 || line > lines_) return {size(), size()};
    const std::uint32_t begin = start_of(line);
    std::uint32_t end = line < lines_ ? start_of(line + 1) - 1 : size();
    if (end > begin && line < lines_ && text_[end - 1] == '\r') --end;
    return {begin, end};
}

Span Source::whole_lines(Span span) const { return {line_span(line_of(span.begin)).begin, line_span(line_of(span.end) + 1).begin}; }

Position Source::position(std::uint32_t offset) const {
    const Block line = line_at(offset);
    return {line.line, offset - line.start + 1};
}

std::uint32_t Source::offset(Position position) const {
    Span line = line_span(position.line);
    return std::min(line.end, line.begin + (position.column ? position.column - 1 : 0));
}

}
