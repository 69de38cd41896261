#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll {

// One-based line and column; the column counts UTF-8 bytes unless a function says otherwise.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    constexpr auto operator<=>(const Position&) const = default;
};

// The bytes of one file. Everything made from it (spans, views) points into it, so it is neither copied nor moved.
// Lines end at "\n" only, as BuildKit and editors' line numbers of LF and CRLF files agree on; a lone "\r" is text.
// At most 4 GiB - 1; larger inputs are refused before a Source is made.
class Source {
public:
    Source(std::string path, std::string text);
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    const std::string& path() const { return path_; }
    std::string_view text() const { return text_; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
    std::string_view slice(Span span) const { return text().substr(span.begin, span.size()); }

    // Length of a UTF-8 byte order mark at the start: 3 or 0.
    std::uint32_t bom() const;
    std::uint32_t line_count() const { return lines_; }
    // One-based line that holds the byte; the end of the file belongs to the last line.
    std::uint32_t line_of(std::uint32_t offset) const;
    // The bytes of a one-based line without its line end ("\n" or "\r\n"); an empty span at the end when there is no such line.
    Span line_span(std::uint32_t line) const;
    // The lines that hold the span, line ends included: what goes when the text of the span is removed altogether.
    Span whole_lines(Span span) const;
    Position position(std::uint32_t offset) const;
    // Inverse of position(); columns past the end of a line give the end of that line.
    std::uint32_t offset(Position position) const;

private:
    std::string path_;
    std::string text_;
    // The text in blocks of a kilobyte: a place is found within its block. A list of all line starts would be an eighth of the text.
    struct Block {
        std::uint32_t line;    // one-based, that its first byte belongs to
        std::uint32_t start;   // of that line
    };
    Block line_at(std::uint32_t offset) const;
    std::uint32_t start_of(std::uint32_t line) const;   // one-based; only of lines that exist

    static constexpr std::uint32_t block_size = 1024;
    std::vector<Block> blocks_;   // at least one
    std::uint32_t lines_ = 1;
};

}
