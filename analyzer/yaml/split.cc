#include "analyzer/yaml/split.h"

#include <algorithm>
#include <cstring>

namespace plimsoll::yaml {

namespace {

std::uint32_t offset(std::size_t found, std::uint32_t end) { return static_cast<std::uint32_t>(std::min<std::size_t>(found, end)); }

// The end of the line that holds `at`, without its "\n".
std::uint32_t line_end(std::string_view text, std::uint32_t at, std::uint32_t end) { return offset(text.find('\n', at), end); }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// What stands behind "---" on its line, comments and blanks aside.
Span behind(std::string_view text, std::uint32_t at, std::uint32_t end) {
    std::uint32_t stop = line_end(text, at, end);
    while (at < stop && is_blank(text[at])) ++at;
    while (stop > at && is_blank(text[stop - 1])) --stop;
    return at < stop && text[at] != '#' ? Span{at, stop} : Span{at, at};
}

// The next line that begins with "---"; notes whether one begins with "...".
std::uint32_t next_marker(std::string_view text, std::uint32_t from, bool& dots) {
    const char *at = text.data() + from, *end = text.data() + text.size();
    while (at < end && (at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))))) {
        ++at;
        if (end - at < 3 || (*at != '-' && *at != '.') || at[1] != at[0] || at[2] != at[0]) continue;
        if (*at == '-') return static_cast<std::uint32_t>(at - text.data());
        dots = true;
    }
    return static_cast<std::uint32_t>(text.size());
}

// "..." at the start of a line ends the document.
void cut_at_document_end(std::string_view text, Chunk& chunk) {
    std::uint32_t at = chunk.span.begin;
    while (at < chunk.span.end) {
        bool marker = text.substr(at, chunk.span.end - at).starts_with("...");
        if (marker && (at + 3 == chunk.span.end || is_blank(text[at + 3]) || text[at + 3] == '\n') && first_content(text, {chunk.span.begin, at}) < at) {
            std::uint32_t stop = line_end(text, at, chunk.span.end);
            chunk.dropped = {stop, chunk.span.end};
            chunk.span.end = at;
            return;
        }
        std::size_t next = text.substr(0, chunk.span.end).find("\n...", at);
        at = next == std::string_view::npos ? chunk.span.end : static_cast<std::uint32_t>(next + 1);
    }
}

}

std::uint32_t first_content(std::string_view text, Span span) {
    std::uint32_t at = span.begin;
    bool fresh = true;   // at the start of a line
    while (at < span.end) {
        char c = text[at];
        if (c == '\n' || c == '\r') {
            fresh = true;
            ++at;
        } else if (c == ' ' || c == '\t') {
            ++at;
        } else if (c == '#') {
            at = offset(text.find_first_of("\r\n", at), span.end);
        } else if (fresh && text.substr(at, 3) == "---" && (at == span.begin || text[at - 1] == '\n' || text[at - 1] == '\r') &&
                   (at + 3 >= span.end || is_blank(text[at + 3]) || text[at + 3] == '\n')) {
            at += 3;
            fresh = false;
        } else {
            return at;
        }
    }
    return span.end;
}

std::vector<Chunk> split_documents(std::string_view text, Span whole) {
    std::vector<Chunk> chunks;
    text = text.substr(0, whole.end);
    Chunk chunk{{whole.begin, whole.begin}, {}, {}};
    bool dots = text.substr(std::min<std::size_t>(whole.begin, text.size())).starts_with("...");   // "..." begins a line somewhere
    bool has_lines = false;                                                                        // the reader's buffer is not empty
    std::uint32_t at = whole.begin;
    while (at < whole.end) {
        if (!text.substr(at, 3).starts_with("---")) {
            has_lines = true;
        } else {
            Span content = behind(text, at + 3, whole.end);
            if (has_lines) {
                chunk.span.end = at;
                chunks.push_back(chunk);
                std::uint32_t stop = line_end(text, at, whole.end);
                chunk = {{content.empty() ? std::min(stop + 1, whole.end) : at, whole.end}, content, {}};
                has_lines = !content.empty();
            } else {
                chunk.content = content;
                has_lines = true;
            }
        }
        at = next_marker(text, at, dots);
        // Lines before the separator that is next.
        if (!has_lines && at > chunk.span.begin) has_lines = true;
    }
    chunk.span.end = whole.end;
    if (chunk.span.begin < whole.end || has_lines) chunks.push_back(chunk);
    if (dots)
        for (Chunk& each : chunks) cut_at_document_end(text, each);
    return chunks;
}

}
