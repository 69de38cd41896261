#include "analyzer/lsp/text_document.h"

#include <algorithm>

#include "analyzer/output/unicode.h"

namespace plimsoll::lsp {

namespace {

std::uint32_t units(const output::CodePoint& point, Encoding encoding) {
    switch (encoding) {
        case Encoding::utf8: return point.size;
        case Encoding::utf16: return point.value > 0xFFFF ? 2 : 1;
        case Encoding::utf32: return 1;
    }
    return 1;
}

}

std::string_view name_of(Encoding encoding) {
    constexpr std::string_view names[] = {"utf-8", "utf-16", "utf-32"};
    return names[static_cast<unsigned>(encoding)];
}

void TextDocument::set(std::string text) {
    text_ = std::move(text);
    starts_.assign(1, 0);
    for (std::size_t at = text_.find_first_of("\r\n"); at != std::string::npos; at = text_.find_first_of("\r\n", at)) {
        at += text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n' ? 2 : 1;
        starts_.push_back(static_cast<std::uint32_t>(at));
    }
}

void TextDocument::replace(Span span, std::string_view text) {
    std::string changed = std::move(text_);
    changed.replace(span.begin, span.size(), text);
    set(std::move(changed));
}

std::uint32_t TextDocument::line_end(std::size_t line) const {
    std::uint32_t end = line + 1 < starts_.size() ? starts_[line + 1] : size();
    if (line + 1 < starts_.size()) {
        if (end > starts_[line] && text_[end - 1] == '\n') --end;
        if (end > starts_[line] && text_[end - 1] == '\r') --end;
    }
    return end;
}

Place TextDocument::place(std::uint32_t offset, Encoding encoding) const {
    offset = std::min(offset, size());
    auto line = static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
    offset = std::min(offset, line_end(line));
    std::string_view before = std::string_view(text_).substr(starts_[line], offset - starts_[line]);
    Place result{static_cast<std::uint32_t>(line), 0};
    if (encoding == Encoding::utf8) result.character = static_cast<std::uint32_t>(before.size());
    if (encoding == Encoding::utf16) result.character = static_cast<std::uint32_t>(output::utf16_size(before));
    if (encoding == Encoding::utf32) result.character = static_cast<std::uint32_t>(output::utf32_size(before));
    return result;
}

std::uint32_t TextDocument::offset(Place place, Encoding encoding) const {
    if (place.line >= starts_.size()) return size();
    const std::uint32_t end = line_end(place.line);
    std::uint32_t at = starts_[place.line], counted = 0;
    while (at < end) {
        output::CodePoint point = output::decode(text_, at);
        counted += units(point, encoding);
        if (counted > place.character) break;
        at += point.size;
    }
    return at;
}

}
