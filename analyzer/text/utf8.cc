#include "analyzer/text/utf8.h"

#include <algorithm>
#include <cstring>

namespace plimsoll {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// Length of the ASCII run from `at` on; eight bytes at a time.
std::size_t ascii_run(std::string_view text, std::size_t at) {
    std::size_t end = at;
    for (std::uint64_t block; end + sizeof block <= text.size(); end += sizeof block) {
        std::memcpy(&block, text.data() + end, sizeof block);
        if (block & 0x8080808080808080u) break;
    }
    while (end < text.size() && byte_at(text, end) < 0x80) ++end;
    return end - at;
}

std::uint32_t one(Character) { return 1; }

std::uint32_t utf16_units(Character character) { return character.code > 0xFFFF ? 2 : 1; }

// Units of the characters that end at or before `byte`.
template <typename Units>
std::uint32_t column_at(std::string_view line, std::size_t byte, Units units) {
    byte = std::min(byte, line.size());
    std::size_t at = ascii_run(line.substr(0, byte), 0);
    auto column = static_cast<std::uint32_t>(at);
    while (at < byte) {
        Character character = character_at(line, at);
        at += character.length;
        if (at <= byte) column += units(character);
    }
    return column;
}

// First byte of the character that holds the unit `column`.
template <typename Units>
std::uint32_t byte_at_column(std::string_view line, std::size_t column, Units units) {
    std::size_t at = std::min(ascii_run(line, 0), column);
    for (column -= at; at < line.size();) {
        Character character = character_at(line, at);
        if (column < units(character)) break;
        column -= units(character);
        at += character.length;
    }
    return static_cast<std::uint32_t>(at);
}

}

Character character_at(std::string_view text, std::size_t at) {
    constexpr Character invalid{0xFFFD, 1, false};
    unsigned char first = byte_at(text, at);
    if (first < 0x80) return {first, 1, true};
    std::uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() - at < length) return invalid;
    char32_t code = first & (0x7Fu >> length);
    for (std::uint32_t i = 1; i < length; ++i) {
        unsigned char byte = byte_at(text, at + i);
        if ((byte & 0xC0) != 0x80) return invalid;
        code = code << 6 | (byte & 0x3Fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return invalid;
    return {code, length, true};
}

std::size_t first_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0;;) {
        at += ascii_run(text, at);
        if (at == text.size()) return std::string_view::npos;
        Character character = character_at(text, at);
        if (!character.valid) return at;
        at += character.length;
    }
}

std::uint32_t utf16_column(std::string_view line, std::size_t byte) { return column_at(line, byte, utf16_units); }

std::uint32_t code_point_column(std::string_view line, std::size_t byte) { return column_at(line, byte, one); }

std::uint32_t byte_of_utf16(std::string_view line, std::size_t column) { return byte_at_column(line, column, utf16_units); }

std::uint32_t byte_of_code_point(std::string_view line, std::size_t column) { return byte_at_column(line, column, one); }

}
