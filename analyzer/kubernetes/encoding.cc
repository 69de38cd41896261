#include <algorithm>
#include <charconv>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

std::optional<unsigned> small_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

// Four numbers without leading zeros, into four bytes.
bool read_v4(std::string_view text, unsigned char* bytes) {
    for (int i = 0; i < 4; ++i) {
        const std::size_t dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return false;
        const std::string_view part = text.substr(0, dot);
        const std::optional<unsigned> value = small_number(part, 255);
        if (!value || (part.size() > 1 && part[0] == '0')) return false;
        bytes[i] = static_cast<unsigned char>(*value);
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return true;
}

bool read_group(std::string_view part, unsigned char* bytes) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    if (part.empty() || part.size() > 4 || error != std::errc{} || end != part.data() + part.size()) return false;
    bytes[0] = static_cast<unsigned char>(value >> 8);
    bytes[1] = static_cast<unsigned char>(value & 0xFF);
    return true;
}

// Groups joined by colons; the number of bytes, 0 when something is wrong. The last one may be an IPv4 address.
std::size_t read_groups(std::string_view text, unsigned char (&bytes)[16], bool last) {
    std::size_t size = 0;
    for (;;) {
        const std::size_t colon = text.find(':');
        const std::string_view part = text.substr(0, colon);
        const bool v4 = last && colon == std::string_view::npos && part.find('.') != std::string_view::npos;
        const std::size_t length = v4 ? 4 : 2;
        if (size + length > 16 || !(v4 ? read_v4(part, bytes + size) : read_group(part, bytes + size))) return 0;
        size += length;
        if (colon == std::string_view::npos) return size;
        text.remove_prefix(colon + 1);
    }
}

bool read_v6(std::string_view text, unsigned char (&bytes)[16]) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) return read_groups(text, bytes, true) == 16;
    const std::string_view before = text.substr(0, gap), after = text.substr(gap + 2);
    unsigned char head[16] = {}, tail[16] = {};
    const std::size_t first = before.empty() ? 0 : read_groups(before, head, false), second = after.empty() ? 0 : read_groups(after, tail, true);
    if ((!before.empty() && first == 0) || (!after.empty() && second == 0) || first + second > 14) return false;
    std::copy_n(head, first, bytes);
    std::copy_n(tail, second, bytes + 16 - second);
    return true;
}

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}

std::optional<Cidr> parse_address(std::string_view text) {
    Cidr address;
    address.v6 = text.find(':') != std::string_view::npos;
    address.prefix = address.v6 ? 128 : 32;
    if (!(address.v6 ? read_v6(text, address.bytes) : read_v4(text, address.bytes))) return std::nullopt;
    return address;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::optional<Cidr> block = parse_address(text.substr(0, slash));
    const std::optional<unsigned> prefix = block ? small_number(text.substr(slash + 1), block->prefix) : std::nullopt;
    if (!prefix) return std::nullopt;
    block->prefix = *prefix;
    return block;
}

bool Cidr::contains(const Cidr& other) const {
    if (v6 != other.v6 || prefix > other.prefix) return false;
    const unsigned whole = prefix / 8, rest = prefix % 8;
    if (!std::equal(bytes, bytes + whole, other.bytes)) return false;
    return rest == 0 || (bytes[whole] >> (8 - rest)) == (other.bytes[whole] >> (8 - rest));
}

std::optional<std::string> decode_base64(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int count = 0, padding = 0;
    bool ended = false;
    for (char c : text) {
        // Go's decoder skips line ends.
        if (c == '\n' || c == '\r') continue;
        const bool pad = c == '=' && count >= 2;
        const int value = pad ? 0 : sextet(c);
        if (value < 0 || ended || (padding > 0 && !pad)) return std::nullopt;
        padding += pad ? 1 : 0;
        bits = bits << 6 | static_cast<unsigned>(value);
        if (++count < 4) continue;
        for (int i = 0; i < 3 - padding; ++i) decoded += static_cast<char>(bits >> (16 - 8 * i) & 0xFF);
        ended = padding > 0;
        bits = 0;
        count = 0;
    }
    if (count > 0) return std::nullopt;
    return decoded;
}

}
