#include "analyzer/output/unicode.h"

#include <algorithm>
#include <iterator>

namespace plimsoll::output {

namespace {

struct Range {
    char32_t first, last;
};

constexpr Range zero_width[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

constexpr Range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},
    {0x26BD, 0x26BE},   {0x26D4, 0x26D4},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D},
    {0x1F54B, 0x1F567}, {0x1F595, 0x1F596}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6D7}, {0x1F6EB, 0x1F6FC}, {0x1F7E0, 0x1F7EB},
    {0x1F90C, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

template <std::size_t size>
bool holds(const Range (&ranges)[size], char32_t point) {
    auto after = std::upper_bound(std::begin(ranges), std::end(ranges), point, [](char32_t at, const Range& range) { return at < range.first; });
    return after != std::begin(ranges) && point <= std::prev(after)->last;
}

std::uint8_t length_by_lead(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

}

CodePoint decode(std::string_view text, std::size_t at) {
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    auto lead = static_cast<unsigned char>(text[at]);
    std::uint8_t size = length_by_lead(lead);
    if (size == 1) return {lead, 1, true};
    if (size == 0 || size > text.size() - at) return {};
    char32_t point = lead & (0x7Fu >> size);
    for (std::uint8_t i = 1; i < size; ++i) {
        auto byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return {};
        point = point << 6 | (byte & 0x3F);
    }
    if (point < smallest[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
    return {point, size, true};
}

unsigned display_width(char32_t point) {
    if (point < 0x300) return 1;
    if (holds(zero_width, point)) return 0;
    return holds(wide, point) ? 2 : 1;
}

bool is_dangerous(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

std::size_t utf16_size(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        CodePoint point = decode(text, at);
        units += point.value > 0xFFFF ? 2 : 1;
        at += point.size;
    }
    return units;
}

std::size_t utf32_size(std::string_view text) {
    std::size_t points = 0;
    for (std::size_t at = 0; at < text.size(); ++points) at += decode(text, at).size;
    return points;
}

}
