#include "analyzer/shell/parts.h"

#include <algorithm>

#include "analyzer/shell/scanner.h"

namespace plimsoll::shell {

namespace {

constexpr unsigned level_limit = 100;

std::size_t behind_expansion(std::string_view text, std::size_t at, unsigned level);

// Offset behind the quoted part that begins at `at`.
std::size_t behind_quotes(std::string_view text, std::size_t at, unsigned level) {
    char quote = text[at];
    std::size_t i = at + 1;
    if (quote == '\'') return std::min(text.find('\'', i), text.size() - 1) + 1;
    while (i < text.size() && text[i] != '"') {
        if (text[i] == '$' || text[i] == '`')
            i = behind_expansion(text, i, level + 1);
        else
            i += text[i] == '\\' ? 2 : 1;
    }
    return std::min(i + 1, text.size());
}

// Offset behind what '$', '`', "<(" or ">(" at `at` begins.
std::size_t behind_expansion(std::string_view text, std::size_t at, unsigned level) {
    std::size_t i = at + 1;
    if (text[at] == '`') {
        while (i < text.size() && text[i] != '`') i += text[i] == '\\' ? 2 : 1;
        return std::min(i + 1, text.size());
    }
    char open = i < text.size() ? text[i] : '\0', close = open == '(' ? ')' : '}';
    if (open != '(' && open != '{') {
        if (!is_name_start(open)) return std::min(i + (open == '\0' || open == '"' || open == ' ' ? 0 : 1), text.size());
        while (i < text.size() && is_name(text[i])) ++i;
        return i;
    }
    if (level > level_limit) return text.size();
    for (unsigned depth = 0; i < text.size();) {
        char c = text[i];
        if (c == '\\') {
            i += 2;
        } else if (c == '\'' || c == '"') {
            i = behind_quotes(text, i, level + 1);
        } else if (c == '$' || c == '`') {
            i = behind_expansion(text, i, level + 1);
        } else {
            depth += c == open;
            ++i;
            if (c == close && --depth == 0) return i;
        }
    }
    return text.size();
}

bool is_special(std::string_view text, std::size_t i) {
    char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    return c == '\'' || c == '"' || c == '$' || c == '`' || ((c == '<' || c == '>') && next == '(');
}

}

std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < text.size();) {
        Part part;
        part.begin = i;
        if (text[i] == '\'') {
            part.kind = Part::single_quoted;
            i = behind_quotes(text, i, 0);
        } else if (text[i] == '"') {
            part.kind = Part::double_quoted;
            i = behind_quotes(text, i, 0);
            std::string_view inside = text.substr(part.begin + 1, i - part.begin - 1);
            if (inside.ends_with('"')) inside.remove_suffix(1);
            for (std::size_t k = 0; k < inside.size(); k += inside[k] == '\\' ? 2 : 1)
                if (inside[k] == '$' || inside[k] == '`') {
                    part.expands = true;
                    part.one_expansion = k == 0 && behind_expansion(inside, 0, 0) == inside.size();
                    break;
                }
        } else if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '\'') {
            part.kind = Part::ansi_quoted;
            for (i += 2; i < text.size() && text[i] != '\''; i += text[i] == '\\' ? 2 : 1) {}
            ++i;
        } else if (is_special(text, i)) {
            part.kind = Part::expansion;
            i = behind_expansion(text, i, 0);
        } else {
            while (i < text.size() && !is_special(text, i)) i += text[i] == '\\' ? 2 : 1;
        }
        part.end = i = std::min(i, text.size());
        parts.push_back(part);
    }
    return parts;
}

}
