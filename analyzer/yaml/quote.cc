#include "analyzer/yaml/quote.h"

namespace plimsoll::yaml {

namespace {

bool has_control(std::string_view text) {
    for (char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
    return text.find("\xc2\x85") != std::string_view::npos || text.find("\xe2\x80\xa8") != std::string_view::npos ||
           text.find("\xe2\x80\xa9") != std::string_view::npos;
}

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

}

bool plain_can_hold(std::string_view text, bool in_flow) {
    if (text.empty() || has_control(text) || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
    if (text.starts_with("---") || text.starts_with("...")) return false;
    bool next_is_text = text.size() > 1 && text[1] != ' ';
    if ((text[0] == '-' || text[0] == '?' || text[0] == ':') && (!next_is_text || in_flow)) return false;
    if (std::string_view(",[]{}#&*!|>'\"%@`").find(text[0]) != std::string_view::npos) return false;
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
    return !in_flow || text.find_first_of(",[]{}:") == std::string_view::npos;
}

std::string double_quoted(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[c & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string write_scalar(std::string_view text, Style style, bool in_flow) {
    if (style == Style::double_quoted) return double_quoted(text);
    if (style == Style::single_quoted && !has_control(text)) return single_quoted(text);
    return plain_can_hold(text, in_flow) ? std::string(text) : double_quoted(text);
}

}
