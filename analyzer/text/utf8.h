#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plimsoll {

// One character of a text. A byte that starts no valid sequence is a character of its own, U+FFFD of length 1.
struct Character {
    char32_t code = 0;
    std::uint32_t length = 1;   // bytes
    bool valid = true;
};

// The character at `at`, which must be inside the text.
Character character_at(std::string_view text, std::size_t at);

// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not); npos when all of it is.
std::size_t first_invalid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return first_invalid_utf8(text) == std::string_view::npos; }

// Zero-based columns on one line. Bytes inside a character belong to it; what lies past the end of the line is its end.
std::uint32_t utf16_column(std::string_view line, std::size_t byte);
std::uint32_t code_point_column(std::string_view line, std::size_t byte);
std::uint32_t byte_of_utf16(std::string_view line, std::size_t column);
std::uint32_t byte_of_code_point(std::string_view line, std::size_t column);

}
