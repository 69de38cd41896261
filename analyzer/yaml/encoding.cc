#include "analyzer/yaml/encoding.h"

#include <algorithm>
#include <cstring>

#include "analyzer/text/utf8.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// Characters that go-yaml's reader accepts.
bool allowed(char32_t c) {
    return c == 0x09 || c == 0x0a || c == 0x0d || (c >= 0x20 && c <= 0x7e) || c == 0x85 || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
           (c >= 0x10000 && c <= 0x10ffff);
}

// Judges a character that is not plain ASCII; gives its length.
std::uint32_t scan_character(std::string_view text, std::uint32_t at, Encoded& out) {
    Character character = character_at(text, at);
    if (!character.valid || !allowed(character.code)) {
        if (!out.bad.empty() && out.bad.back().end == at) {
            out.bad.back().end = at + character.length;
        } else {
            out.bad.push_back({at, at + character.length});
        }
    } else if (character.code == 0x85 || character.code == 0x2028 || character.code == 0x2029) {
        out.facts.has_odd_breaks = true;
    }
    return character.length;
}

// Bytes from `at` on that are printable ASCII, eight at a time.
std::size_t printable_run(std::string_view text, std::size_t at) {
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    std::size_t end = at;
    for (std::uint64_t block; end + sizeof block <= text.size(); end += sizeof block) {
        std::memcpy(&block, text.data() + end, sizeof block);
        // A byte above 0x7e carries into its high bit, one below 0x20 borrows from it.
        if (((block + ones) | (block - 0x20 * ones) | block) & high) break;
    }
    return end - at;
}

// Finds what must be replaced and what the reader can skip looking for.
void scan(std::string_view text, Encoded& out) {
    std::size_t at = out.begin;
    while (at < text.size()) {
        unsigned char c = static_cast<unsigned char>(text[at]);
        if (c >= 0x20 && c < 0x7f) {
            at += std::max<std::size_t>(printable_run(text, at), 1);
        } else if (c == '\n') {
            ++at;
        } else if (c == '\t') {
            out.facts.has_tab = true;
            ++at;
        } else if (c == '\r') {
            out.facts.has_cr = true;
            ++at;
        } else {
            at += scan_character(text, static_cast<std::uint32_t>(at), out);
        }
    }
    out.facts.has_placeholders = text.find("${") != std::string_view::npos || text.find("{{") != std::string_view::npos ||
                                 text.find("<%") != std::string_view::npos ||
                                 std::any_of(out.facts.marks.begin(), out.facts.marks.end(),
                                             [&](std::string_view mark) { return text.find(mark.substr(0, mark.find(' '))) != std::string_view::npos; });
}

// U+0001 stands for a half of a pair: it is refused like any control character.
std::string decode_utf16(std::string_view file, bool big) {
    std::string out;
    out.reserve(file.size() / 2 + file.size() / 8);
    auto unit = [&](std::size_t at) {
        unsigned first = static_cast<unsigned char>(file[at]), second = static_cast<unsigned char>(file[at + 1]);
        return static_cast<char32_t>(big ? first << 8 | second : second << 8 | first);
    };
    std::size_t at = 2;
    for (; at + 1 < file.size(); at += 2) {
        char32_t c = unit(at);
        if (c >= 0xd800 && c < 0xdc00 && at + 3 < file.size() && (unit(at + 2) & 0xfc00) == 0xdc00) {
            c = 0x10000 + ((c - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
            at += 2;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 1;
        }
        append_utf8(out, c);
    }
    if (at < file.size()) out += '\x01';
    return out;
}

// Bytes of the file that stand for text[from, to) of a decoded text.
std::uint32_t wide_size(std::string_view text, std::size_t from, std::size_t to) {
    std::uint32_t size = 0;
    for (std::size_t at = from; at < to; ++at) {
        unsigned char c = static_cast<unsigned char>(text[at]);
        if ((c & 0xc0) != 0x80) size += c >= 0xf0 ? 4 : 2;
    }
    return size;
}

constexpr std::size_t stride = 64;

}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

Encoded decode(const Source& source, std::span<const std::string> marks) {
    Encoded out;
    out.facts.marks = marks;
    std::string_view file = source.text();
    bool little = file.starts_with("\xff\xfe"), big = file.starts_with("\xfe\xff");
    if (little || big) {
        out.owned = std::make_unique<std::string>(decode_utf16(file, big));
        out.wide = true;
        out.file = file;
        std::uint32_t place = 2;
        for (std::size_t at = 0; at <= out.owned->size(); at += stride) {
            if (at > 0) place += wide_size(*out.owned, at - stride, at);
            out.places.push_back(place);
        }
    } else {
        out.begin = source.bom();
    }
    scan(out.owned ? std::string_view(*out.owned) : file, out);
    if (!out.bad.empty()) {
        if (!out.owned) out.owned = std::make_unique<std::string>(file);
        for (Span bad : out.bad) std::fill(out.owned->begin() + bad.begin, out.owned->begin() + bad.end, '?');
    }
    return out;
}

void Encoded::restore(std::string_view text, std::vector<Document>& documents, std::vector<Comment>& comments) const {
    auto offset = [&](std::uint32_t at) {
        std::size_t step = std::min<std::size_t>(at / stride, places.size() - 1);
        return std::min(places[step] + wide_size(text, step * stride, at), static_cast<std::uint32_t>(file.size()));
    };
    auto move = [&](Span& span) { span = {offset(span.begin), offset(span.end)}; };
    for (Document& document : documents) {
        move(document.span);
        document.first = offset(document.first);
        for (Problem& problem : document.problems) {
            move(problem.span);
            if (!problem.other.empty()) move(problem.other);
            if (!problem.region.empty()) move(problem.region);
        }
        if (!document.root) continue;
        for (Record& record : document.tree->records) move(record.span);
        document.tree->records[0].flags |= wide_bytes;
    }
    for (Comment& comment : comments) move(comment.span);
}

}
