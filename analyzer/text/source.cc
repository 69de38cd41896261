#include "analyzer/text/source.h"

#include <algorithm>
#include <utility>

namespace plimsoll {

Source::Source(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
    // Counted first: half of a doubled vector would lie idle for every line of every file.
    starts_.reserve(static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n')) + 1);
    starts_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) starts_.push_back(static_cast<std::uint32_t>(at + 1));
}

std::uint32_t Source::bom() const { return text_.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

std::uint32_t Source::line_of(std::uint32_t offset) const {
    auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return static_cast<std::uint32_t>(after - starts_.begin());
}

Span Source::line_span(std::uint32_t line) const {
    if (line == 0 || line > starts_.size()) return {size(), size()};
    std::uint32_t begin = starts_[line - 1];
    std::uint32_t end = line < starts_.size() ? starts_[line] - 1 : size();
    if (end > begin && line < starts_.size() && text_[end - 1] == '\r') --end;
    return {begin, end};
}

Span Source::whole_lines(Span span) const { return {line_span(line_of(span.begin)).begin, line_span(line_of(span.end) + 1).begin}; }

Position Source::position(std::uint32_t offset) const {
    std::uint32_t line = line_of(offset);
    return {line, offset - starts_[line - 1] + 1};
}

std::uint32_t Source::offset(Position position) const {
    Span line = line_span(position.line);
    return std::min(line.end, line.begin + (position.column ? position.column - 1 : 0));
}

}
