#pragma once

#include <cstdint>
#include <string_view>

namespace plimsoll::output {

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";   // U+FFFD

struct CodePoint {
    char32_t value = 0xFFFD;
    std::uint8_t size = 1;   // bytes taken; 1 for an invalid byte
    bool valid = false;
};

// The code point that starts at a byte of `text`; overlong forms, surrogates and stray bytes are invalid.
CodePoint decode(std::string_view text, std::size_t at);

// Terminal columns of a code point: 0 for combining marks, 2 for wide East Asian and emoji, else 1.
unsigned display_width(char32_t point);

// Characters that must not reach a terminal as they are: controls and those that reorder text.
bool is_dangerous(char32_t point);

// Number of UTF-16 code units and of code points; an invalid byte counts as one.
std::size_t utf16_size(std::string_view text);
std::size_t utf32_size(std::string_view text);

}
