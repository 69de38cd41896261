#include "analyzer/output/excerpt.h"

#include <algorithm>

#include "analyzer/output/unicode.h"

namespace plimsoll::output {

namespace {

constexpr std::size_t tab_width = 4;
constexpr std::size_t widest = 200;   // columns shown of one line
constexpr std::size_t lead = 60;      // columns shown before the mark of a line that is cut

// Appends one printable character and says how many terminal columns it takes.
std::size_t append_printable(std::string& out, std::string_view text, std::size_t at, const CodePoint& point, std::size_t column) {
    if (point.value == '\t') {
        std::size_t blanks = tab_width - column % tab_width;
        out.append(blanks, ' ');
        return blanks;
    }
    if (!point.valid || is_dangerous(point.value)) {
        out += replacement;
        return 1;
    }
    out.append(text, at, point.size);
    return display_width(point.value);
}

// First byte at or after `at` that starts a character.
std::size_t character_start(std::string_view text, std::size_t at) {
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    return at;
}

}

std::string printable(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        CodePoint point = decode(text, at);
        append_printable(out, text, at, point, tab_width - 1);
        at += point.size;
    }
    return out;
}

Excerpt excerpt(const Source& source, Span span) {
    Excerpt result;
    result.line = source.line_of(span.begin);
    Span line = source.line_span(result.line);
    if (result.line == 1) line.begin = std::min(line.end, source.bom());
    std::string_view text = source.slice(line);
    std::size_t begin = std::clamp(span.begin, line.begin, line.end) - line.begin;
    std::size_t end = std::clamp(span.end, line.begin, line.end) - line.begin;
    result.more_lines = span.end > line.end && source.line_of(span.end > span.begin ? span.end - 1 : span.end) > result.line;

    std::size_t at = 0, column = 0;
    if (text.size() > widest && begin > lead) {
        at = character_start(text, begin - lead);
        result.text = "...";
        column = 3;
    }
    std::size_t mark_end = 0;
    result.indent = column;
    while (at < text.size()) {
        if (column >= widest) {
            result.text += "...";
            break;
        }
        CodePoint point = decode(text, at);
        if (at <= begin) result.indent = column;
        column += append_printable(result.text, text, at, point, column);
        at += point.size;
        if (at <= begin) result.indent = column;
        if (at <= end) mark_end = column;
    }
    result.width = std::max<std::size_t>(1, mark_end > result.indent ? mark_end - result.indent : 1);
    return result;
}

}
