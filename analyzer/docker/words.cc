#include "analyzer/docker/words.h"

#include <algorithm>

namespace plimsoll::docker {

namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

// Flags and the type of HEALTHCHECK are read byte by byte, so the Latin-1 spaces count as well there.
constexpr bool is_space_byte(char c) { return is_blank(c) || c == '\n' || c == '\x85' || c == '\xA0'; }

std::size_t last_space(std::string_view text, std::size_t end) {
    for (std::size_t length = 1; length <= 3 && length <= end; ++length)
        if (space_at(text.substr(0, end), end - length) == length) return length;
    return 0;
}

}

std::size_t space_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return 0;
    auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
    unsigned first = byte(0);
    if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
    if (first < 0xC2) return 0;
    if (first == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
    if (first == 0xE1) return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : 0;
    if (first == 0xE3) return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : 0;
    if (first != 0xE2) return 0;
    if (byte(1) == 0x81) return byte(2) == 0x9F ? 3 : 0;
    if (byte(1) != 0x80) return 0;
    unsigned third = byte(2);
    return (third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0;
}

Text trimmed(const Text& text) {
    std::size_t begin = 0, end = text.value.size();
    while (std::size_t length = space_at(text.value, begin)) begin += length;
    while (end > begin) {
        std::size_t length = last_space(text.value, end);
        if (!length) break;
        end -= length;
    }
    return text.sub(begin, end);
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

namespace {

// One "--name=value" as written, and what is left of it when quotes and backslashes are taken out.
struct FlagReader {
    const Text& line;
    std::deque<std::string>& strings;
    char escape;
    std::size_t at = 0;

    // Moves `at` behind the flag; returns the decoded flag.
    std::string decode() {
        std::string out;
        char quote = 0;
        for (; at < line.value.size(); ++at) {
            char c = line.value[at];
            if (!quote && is_space_byte(c)) break;
            if (quote ? c == quote : c == '\'' || c == '"') {
                quote = quote ? '\0' : c;
                continue;
            }
            if (c == escape) {
                if (at + 1 == line.value.size()) continue;
                c = line.value[++at];
            }
            out.push_back(c);
        }
        return out;
    }

    Flag flag(std::size_t begin, std::string decoded) {
        Flag out;
        Text raw = line.sub(begin, at);
        std::size_t equals = raw.value.find('='), cut = decoded.find('=');
        out.has_value = cut != std::string::npos;
        if (decoded == raw.value) {
            out.whole = raw;
            out.name = raw.sub(2, equals);
            if (out.has_value) out.value = raw.sub(equals + 1);
            return out;
        }
        std::string_view kept = strings.emplace_back(std::move(decoded));
        out.whole = {kept, raw.span};
        std::string_view name = kept.substr(2, out.has_value ? cut - 2 : std::string_view::npos);
        bool plain = raw.value.substr(0, equals) == kept.substr(0, cut);
        out.name = plain ? raw.sub(2, equals) : Text{name, raw.span};
        if (!out.has_value) return out;
        Text rest = plain ? raw.sub(equals + 1) : raw;
        std::string_view value = kept.substr(cut + 1);
        bool inside_quotes = plain && rest.value.size() >= 2 && rest.value.substr(1, rest.value.size() - 2) == value;
        out.value = inside_quotes ? rest.sub(1, rest.value.size() - 1) : Text{value, rest.span};
        return out;
    }
};

}

SplitLine split_line(const Text& line, char escape, std::deque<std::string>& strings) {
    SplitLine out;
    Text text = trimmed(line);
    std::size_t end = 0;
    while (end < text.value.size() && !is_blank(text.value[end])) ++end;
    out.name = text.sub(0, end);
    FlagReader reader{text, strings, escape, end};
    while (true) {
        while (reader.at < text.value.size() && is_space_byte(text.value[reader.at])) ++reader.at;
        if (!text.value.substr(reader.at).starts_with("--")) break;
        std::size_t begin = reader.at;
        std::string decoded = reader.decode();
        if (decoded == "--") break;
        out.flags.push_back(reader.flag(begin, std::move(decoded)));
    }
    out.argument = trimmed(text.sub(reader.at));
    return out;
}

std::pair<Text, Text> type_and_rest(const Text& text) {
    std::size_t end = 0, next = 0;
    while (end < text.value.size() && !is_space_byte(text.value[end])) ++end;
    for (next = end; next < text.value.size() && is_space_byte(text.value[next]);) ++next;
    return {text.sub(0, end), text.sub(next)};
}

std::vector<Text> blank_separated(const Text& text) {
    std::vector<Text> out;
    std::size_t at = 0, size = text.value.size();
    while (at < size) {
        std::size_t end = at;
        while (end < size && !is_blank(text.value[end])) ++end;
        out.push_back(text.sub(at, end));
        at = end;
        while (at < size && is_blank(text.value[at])) ++at;
    }
    return out;
}

std::vector<Text> quoted_words(const Text& text, char escape) {
    std::vector<Text> out;
    std::string_view value = text.value;
    std::size_t at = 0;
    while (true) {
        while (std::size_t length = space_at(value, at)) at += length;
        if (at >= value.size()) return out;
        std::size_t begin = at, end = value.size();
        bool dangling = false;   // an escape character that ends the line is dropped
        char quote = 0;
        for (; at < value.size(); ++at) {
            char c = value[at];
            if (!quote && space_at(value, at)) {
                end = at;
                break;
            }
            if (c == escape && quote != '\'') {
                dangling = at + 1 == value.size();
                if (!dangling) ++at;
            } else if (quote) {
                if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') {
                quote = c;
            }
        }
        if (dangling) --end;
        if (end > begin) out.push_back(text.sub(begin, end));
        at = std::max(at, end);
    }
}

std::pair<Text, std::optional<Text>> key_and_rest(const Text& text) {
    std::size_t end = 0;
    while (end < text.value.size() && !is_blank(text.value[end])) ++end;
    Text key = text.sub(0, end);
    if (end == text.value.size()) return {key, std::nullopt};
    while (end < text.value.size() && is_blank(text.value[end])) ++end;
    return {key, text.sub(end)};
}

namespace {

// The words of a line as BuildKit's shell lexer cuts them with quotes and escapes kept. It gives up (no words at all)
// on an open quote and on a substitution it does not know, and so do we.
struct LineLexer {
    std::string_view line;
    std::size_t at = 0;
    bool failed = false;
    int depth = 0;

    void single_quotes() {
        std::size_t end = line.find('\'', at + 1);
        failed = end == std::string_view::npos;
        at = failed ? line.size() : end + 1;
    }

    void double_quotes() {
        for (++at; !failed && at < line.size();) {
            char c = line[at];
            if (c == '"') {
                ++at;
                return;
            }
            if (c == '$')
                dollar();
            else
                at += c == '\\' && at + 1 < line.size() ? 2 : 1;
        }
        failed = true;
    }

    std::size_t name_end(std::size_t from) const {
        auto digit = [](char c) { return c >= '0' && c <= '9'; };
        auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
        if (from >= line.size()) return from;
        std::size_t end = from;
        if (letter(line[from])) {
            while (end < line.size() && (letter(line[end]) || digit(line[end]))) ++end;
        } else if (digit(line[from])) {
            while (end < line.size() && digit(line[end])) ++end;
        } else if (std::string_view("@*#?-$!").find(line[from]) != std::string_view::npos) {
            ++end;
        }
        return end;
    }

    void dollar() {
        ++at;
        if (at >= line.size() || line[at] != '{') {
            at = name_end(at);
            return;
        }
        std::size_t end = name_end(at + 1);
        if (end >= line.size() || line[at + 1] == '}') {
            failed = true;
            return;
        }
        char c = line[end];
        at = end + 1;
        if (c == '}') return;
        if (c == ':') {
            c = at < line.size() ? line[at++] : '\0';
            failed = c != '+' && c != '-' && c != '?';
        } else {
            failed = std::string_view("+-?#%/").find(c) == std::string_view::npos;
        }
        // Deeper nesting than this is no real line; giving up keeps the stack small.
        if (++depth > 100) failed = true;
        if (!failed) until_brace();
        --depth;
    }

    void until_brace() {
        while (!failed && at < line.size()) {
            if (line[at] == '}') {
                ++at;
                return;
            }
            step();
        }
        failed = true;
    }

    // One character, escape, quoted part or substitution.
    void step() {
        char c = line[at];
        if (c == '\'')
            single_quotes();
        else if (c == '"')
            double_quotes();
        else if (c == '$')
            dollar();
        else
            at += c == '\\' && at + 1 < line.size() ? 2 : 1;
    }
};

// Quotes and escapes removed, variables left as they are; nullopt when it is not one word or not whole.
std::optional<std::string> delimiter_name(std::string_view rest) {
    LineLexer lexer{rest};
    while (!lexer.failed && lexer.at < rest.size()) lexer.step();
    if (lexer.failed) return std::nullopt;
    std::string out;
    char quote = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        char c = rest[i];
        if (quote) {
            if (c == quote) {
                quote = 0;
                continue;
            }
            // Inside double quotes a backslash escapes only what would end or expand them.
            if (quote == '"' && c == '\\' && i + 1 < rest.size() && std::string_view("\"$\\").find(rest[i + 1]) != std::string_view::npos) c = rest[++i];
        } else if (c == '\'' || c == '"') {
            quote = c;
            continue;
        } else if (space_at(rest, i)) {
            return std::nullopt;
        } else if (c == '\\') {
            if (++i == rest.size()) break;
            c = rest[i];
        }
        out.push_back(c);
    }
    return out;
}

std::optional<Heredoc> heredoc_of(std::string_view word) {
    std::size_t digits = 0;
    while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') ++digits;
    if (!word.substr(digits).starts_with("<<")) return std::nullopt;
    std::string_view rest = word.substr(digits + 2);
    Heredoc out;
    out.chomp = rest.starts_with('-');
    if (out.chomp) rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\f\r"), rest.size()));
    if (rest.empty() || rest.find('<') != std::string_view::npos) return std::nullopt;
    std::optional<std::string> name = delimiter_name(rest);
    if (!name) return std::nullopt;
    for (char c : word.substr(0, std::min<std::size_t>(digits, 8))) out.fd = out.fd * 10 + static_cast<unsigned>(c - '0');
    auto quotes = [](std::string_view text) { return std::count_if(text.begin(), text.end(), [](char c) { return c == '\'' || c == '"'; }); };
    out.expand = quotes(rest) == quotes(*name);
    out.name = std::move(*name);
    return out;
}

}

std::vector<Heredoc> heredocs_in(const Text& line) {
    std::vector<Heredoc> out;
    if (line.value.find("<<") == std::string_view::npos) return out;
    LineLexer lexer{line.value};
    while (lexer.at < line.value.size()) {
        if (std::size_t length = space_at(line.value, lexer.at)) {
            lexer.at += length;
            continue;
        }
        std::size_t begin = lexer.at;
        while (!lexer.failed && lexer.at < line.value.size() && !space_at(line.value, lexer.at)) {
            const bool angles = line.value.substr(lexer.at).starts_with("<<");
            lexer.step();
            if (!angles) continue;
            // "<<" takes the blanks that follow into its word, as BuildKit's lexer does since 0.22.
            if (line.value[lexer.at] == '<') lexer.step();
            while (std::size_t blank = space_at(line.value, lexer.at)) lexer.at += blank;
        }
        if (lexer.failed) return {};
        if (std::optional<Heredoc> heredoc = heredoc_of(line.value.substr(begin, lexer.at - begin))) {
            heredoc->word = line.sub(begin, lexer.at);
            out.push_back(std::move(*heredoc));
        }
    }
    return out;
}

bool is_heredoc_word(std::string_view word) { return heredoc_of(word).has_value(); }

std::optional<std::vector<Text>> csv_fields(const Text& text) {
    std::vector<Text> out;
    std::string_view value = text.value;
    std::size_t at = 0;
    while (true) {
        bool quoted = at < value.size() && value[at] == '"';
        std::size_t begin = at + (quoted ? 1 : 0), end = begin;
        if (quoted) {
            end = value.find('"', begin);
            if (end == std::string_view::npos) return std::nullopt;
            at = end + 1;
            if (at < value.size() && value[at] != ',') return std::nullopt;
        } else {
            end = std::min(value.find(',', begin), value.size());
            if (value.substr(begin, end - begin).find('"') != std::string_view::npos) return std::nullopt;
            at = end;
        }
        out.push_back(text.sub(begin, end));
        if (at >= value.size()) return out;
        ++at;
    }
}

}
