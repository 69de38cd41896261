#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll::lsp {

// What a character offset counts; agreed on when the session starts.
enum class Encoding : std::uint8_t { utf8, utf16, utf32 };

std::string_view name_of(Encoding encoding);

// Zero-based line and character, as editors count.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t character = 0;
    constexpr auto operator<=>(const Place&) const = default;
};

// The text of an open document. Lines end at "\n", "\r\n" or a lone "\r", as the protocol says.
class TextDocument {
public:
    explicit TextDocument(std::string text = {}) { set(std::move(text)); }
    const std::string& text() const { return text_; }
    void set(std::string text);
    void replace(Span span, std::string_view text);

    Place place(std::uint32_t offset, Encoding encoding) const;
    // Inverse of place(); what lies outside the text gives the nearest end.
    std::uint32_t offset(Place place, Encoding encoding) const;

private:
    std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
    // End of a line without its terminator.
    std::uint32_t line_end(std::size_t line) const;

    std::string text_;
    std::vector<std::uint32_t> starts_;
};

}
