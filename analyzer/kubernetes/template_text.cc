#include <algorithm>

#include "analyzer/kubernetes/classify.h"

namespace plimsoll::kubernetes {

namespace {

// Enough of YAML to know what a line is part of, without reading the file as YAML: it is not YAML when the answer is yes.
class LineReader {
public:
    // True when the line shows a template.
    bool read(std::string_view line);

private:
    bool inside(std::string_view content, std::size_t indent);
    bool read_value(std::string_view value, std::size_t parent);

    std::size_t block_ = none;   // column of the key whose block text we are in
    char quote_ = 0;             // of a quoted text that goes over lines
    std::size_t plain_ = none;   // column of the key whose plain text may go on
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

bool is_block_header(std::string_view value) {
    while (value.starts_with('!') || value.starts_with('&')) {
        const std::size_t blank = value.find(' ');
        if (blank == std::string_view::npos) return false;
        value.remove_prefix(blank);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    }
    if (!value.starts_with('|') && !value.starts_with('>')) return false;
    value.remove_prefix(1);
    value.remove_prefix(std::min(value.find_first_not_of("+-0123456789"), value.size()));
    return value.empty() || value.find_first_not_of(" \t\r") == std::string_view::npos || value.starts_with(" #");
}

// Where the text after the opening quote ends; npos when it goes on in the next line.
std::size_t closing(std::string_view text, std::size_t from, char quote) {
    for (std::size_t at = from; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\')
            ++at;
        else if (text[at] == quote && quote == '\'' && at + 1 < text.size() && text[at + 1] == '\'')
            ++at;
        else if (text[at] == quote)
            return at;
    }
    return std::string_view::npos;
}

bool LineReader::inside(std::string_view content, std::size_t indent) {
    if (block_ != none) {
        if (content.empty() || indent > block_) return true;
        block_ = none;
    }
    if (quote_) {
        if (closing(content, 0, quote_) != std::string_view::npos) quote_ = 0;
        return true;
    }
    if (content.empty() || content.starts_with('#')) return true;
    return plain_ != none && indent > plain_;
}

bool LineReader::read_value(std::string_view value, std::size_t parent) {
    plain_ = none;
    if (value.empty() || value.starts_with('#')) return false;
    if (value.starts_with("{{")) return true;
    if (is_block_header(value)) {
        block_ = parent;
    } else if (value.starts_with('"') || value.starts_with('\'')) {
        if (closing(value, 1, value[0]) == std::string_view::npos) quote_ = value[0];
    } else {
        plain_ = parent;
    }
    return false;
}

bool LineReader::read(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string_view content = line.substr(indent);
    if (inside(content, indent)) return false;
    plain_ = none;
    std::size_t parent = indent;
    while (content.starts_with("- ")) {
        parent = indent;
        const std::size_t skip = std::min(content.find_first_not_of(' ', 1), content.size());
        content.remove_prefix(skip);
        indent += skip;
    }
    if (content.starts_with("{{")) return true;
    std::size_t colon = 0;
    if (content.starts_with('"') || content.starts_with('\'')) {
        const std::size_t end = closing(content, 1, content[0]);
        if (end == std::string_view::npos || end + 1 >= content.size() || content[end + 1] != ':') return read_value(content, parent);
        colon = end + 1;
    } else {
        colon = content.find(": ");
        if (colon == std::string_view::npos && content.ends_with(':')) colon = content.size() - 1;
        if (colon == std::string_view::npos) return read_value(content, parent);
    }
    std::string_view value = content.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return read_value(value, indent);
}

}

bool looks_like_template(std::string_view text) {
    LineReader reader;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (reader.read(text.substr(0, end))) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

}
