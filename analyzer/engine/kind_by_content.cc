#include "analyzer/engine/discover.h"

#include <algorithm>

namespace plimsoll {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
    std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    std::size_t end = std::min(text.find_first_of(blanks), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

bool same_word(std::string_view word, std::string_view lower) {
    return std::equal(word.begin(), word.end(), lower.begin(), lower.end(), [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

bool is_syntax_directive(std::string_view comment) {
    comment = trimmed(comment.substr(1));
    std::size_t equals = comment.find('=');
    return equals != std::string_view::npos && same_word(trimmed(comment.substr(0, equals)), "syntax");
}

bool continues(std::string_view rest) { return rest.ends_with('\\') || rest.ends_with('`'); }

// "image" or "image AS name" behind FROM and its flags; a longer line is prose, mail or Python.
bool is_from(std::string_view rest) {
    if (continues(rest)) return true;
    std::string_view image = take_word(rest);
    while (image.starts_with("--")) image = take_word(rest);
    if (image.empty()) return false;
    std::string_view as = take_word(rest), name = take_word(rest);
    return as.empty() || (same_word(as, "as") && !name.empty() && trimmed(rest).empty());
}

bool is_arg(std::string_view rest) {
    std::string_view name = take_word(rest);
    name = name.substr(0, name.find('='));
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
    });
}

// The keyword in capitals is enough; in small letters the rest of the line must fit as well.
bool is_first_instruction(std::string_view line) {
    std::string_view keyword = take_word(line);
    if (keyword == "FROM" || keyword == "ARG") return true;
    if (same_word(keyword, "from")) return is_from(trimmed(line));
    return same_word(keyword, "arg") && is_arg(line);
}

}

FileKind kind_by_content(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (bool directives = true; !text.empty();) {
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('#')) {
            if (directives && is_syntax_directive(line)) return FileKind::dockerfile;
            // Directives follow one another from the first line on.
            directives = directives && line.find('=') != std::string_view::npos;
            continue;
        }
        if (!line.empty()) return is_first_instruction(line) ? FileKind::dockerfile : FileKind::other;
        directives = false;
    }
    return FileKind::other;
}

}
