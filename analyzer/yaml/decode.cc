#include "analyzer/yaml/decode.h"

#include <string>

#include "analyzer/yaml/encoding.h"

namespace plimsoll::yaml {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// What a line break counts as: U+2028 and U+2029 stay, all others become a line feed.
std::string_view break_text(std::string_view text, std::uint32_t at, std::uint32_t size) { return size == 3 ? text.substr(at, 3) : std::string_view("\n"); }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

class FlowScalar {
public:
    FlowScalar(std::string_view text, Span inner, Style style, bool json, PieceSink& sink)
        : text_(text), at_(inner.begin), end_(inner.end), style_(style), json_(json), sink_(sink) {}

    std::optional<ScalarFault> run() {
        while (at_ < end_ && !fault_ && !sink_.enough()) {
            if (is_blank(text_[at_]) || break_size(text_, at_, end_)) {
                blanks();
            } else if (style_ == Style::single_quoted && text_[at_] == '\'') {
                replace("'", 2);
            } else if (style_ == Style::double_quoted && text_[at_] == '\\') {
                escape();
            } else {
                std::uint32_t begin = at_++;
                while (at_ < end_ && !stops()) ++at_;
                sink_.verbatim({begin, at_});
            }
        }
        return fault_;
    }

private:
    bool stops() const {
        unsigned char c = static_cast<unsigned char>(text_[at_]);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return true;
        if (c == '\'') return style_ == Style::single_quoted;
        if (c == '\\') return style_ == Style::double_quoted;
        return c >= 0x80 && break_size(text_, at_, end_) > 0;
    }

    void replace(std::string_view bytes, std::uint32_t size) {
        std::uint32_t begin = at_;
        at_ = std::min(at_ + size, end_);
        sink_.replaced(bytes, {begin, at_});
    }

    // Blanks stay, unless a line break follows: then both become one blank, or as many line feeds as there are empty lines.
    void blanks() {
        std::uint32_t begin = at_;
        while (at_ < end_ && is_blank(text_[at_])) ++at_;
        if (break_size(text_, at_, end_) == 0) return sink_.verbatim({begin, at_});
        fold(begin, false);
    }

    void fold(std::uint32_t begin, bool escaped) {
        std::uint32_t size = break_size(text_, at_, end_);
        std::string out;
        bool line_feed = !escaped && size != 3;
        if (!escaped && size == 3) out = text_.substr(at_, 3);
        at_ += size;
        std::size_t more = 0;
        while (at_ < end_) {
            if (is_blank(text_[at_])) {
                ++at_;
            } else if (std::uint32_t next = break_size(text_, at_, end_)) {
                out += break_text(text_, at_, next);
                at_ += next;
                ++more;
            } else {
                break;
            }
        }
        if (line_feed && more == 0) out = " ";
        sink_.replaced(out, {begin, at_});
    }

    void escape() {
        char c = at_ + 1 < end_ ? text_[at_ + 1] : '\0';
        if (break_size(text_, at_ + 1, end_)) {
            std::uint32_t begin = at_++;
            return fold(begin, true);
        }
        switch (c) {
            case '0': return replace(std::string_view("\0", 1), 2);
            case 'a': return replace("\a", 2);
            case 'b': return replace("\b", 2);
            case 't':
            case '\t': return replace("\t", 2);
            case 'n': return replace("\n", 2);
            case 'v': return replace("\v", 2);
            case 'f': return replace("\f", 2);
            case 'r': return replace("\r", 2);
            case 'e': return replace("\x1b", 2);
            case ' ':
            case '"':
            case '\'':
            case '\\': return replace(text_.substr(at_ + 1, 1), 2);
            case 'N': return replace("\xc2\x85", 2);
            case '_': return replace("\xc2\xa0", 2);
            case 'L': return replace("\xe2\x80\xa8", 2);
            case 'P': return replace("\xe2\x80\xa9", 2);
            case 'x': return code(2);
            case 'u': return code(4);
            case 'U': return code(8);
            case '/':
                if (!json_) fault({at_, at_ + 2}, "the API server's reader does not know the escape '\\/'");
                return replace("/", 2);
            default: break;
        }
        fault({at_, std::min(at_ + 2, end_)}, "no such escape sequence in a double-quoted text");
        replace("", 2);
    }

    void code(std::uint32_t digits) {
        std::uint32_t begin = at_, size = 2 + digits;
        std::optional<char32_t> found = hexadecimal(at_ + 2, digits);
        if (!found) return replace("", size), fault({begin, at_}, "an escape sequence needs more hexadecimal digits");
        char32_t value = *found;
        if (json_ && value >= 0xd800 && value < 0xdc00 && text_.substr(at_ + size, 2) == "\\u") {
            std::optional<char32_t> low = hexadecimal(at_ + size + 2, 4);
            if (low && *low >= 0xdc00 && *low < 0xe000) {
                value = 0x10000 + ((value - 0xd800) << 10) + (*low - 0xdc00);
                size += 6;
            }
        }
        bool wrong = (value >= 0xd800 && value < 0xe000) || value > 0x10ffff;
        std::string bytes;
        append_utf8(bytes, wrong ? char32_t{0xfffd} : value);
        replace(bytes, size);
        if (wrong && !json_) fault({begin, at_}, "this escape sequence is no character");
    }

    std::optional<char32_t> hexadecimal(std::uint32_t at, std::uint32_t digits) const {
        char32_t value = 0;
        if (at + digits > end_) return std::nullopt;
        for (std::uint32_t i = at; i < at + digits; ++i) {
            int digit = hex_value(text_[i]);
            if (digit < 0) return std::nullopt;
            value = value * 16 + static_cast<char32_t>(digit);
        }
        return value;
    }

    void fault(Span span, std::string_view message) {
        if (!fault_) fault_ = {span, message};
    }

    std::string_view text_;
    std::uint32_t at_, end_;
    Style style_;
    bool json_;
    PieceSink& sink_;
    std::optional<ScalarFault> fault_;
};

// A literal or folded text, line by line. The API server's reader ends the last line of a file with a line feed when it has none.
class BlockScalar {
public:
    BlockScalar(std::string_view text, std::uint32_t header, std::uint32_t end, int parent, PieceSink& sink)
        : text_(text), at_(header), end_(end), parent_(parent), sink_(sink) {}

    std::uint32_t run() {
        read_header();
        Breaks trailing = breaks();
        Breaks leading;
        bool leading_blank = false;
        while (at_ < end_ && at_column_ && !sink_.enough()) {
            bool blank = is_blank(text_[at_]);
            if (folded_ && !leading_blank && !blank && !leading.text.empty() && leading.text[0] == '\n') {
                if (trailing.text.empty()) {
                    sink_.replaced(" ", leading.span);
                } else {
                    trailing.span.begin = leading.span.begin;
                }
            } else {
                put(leading);
            }
            put(trailing);
            leading_blank = blank;
            leading = line();
            trailing = breaks();
        }
        if (chomping_ != '-') put(leading);
        if (chomping_ == '+') put(trailing);
        return last_;
    }

private:
    struct Breaks {
        std::string text;
        Span span;
    };

    void put(const Breaks& what) {
        if (!what.text.empty()) sink_.replaced(what.text, what.span);
    }

    void read_header() {
        folded_ = text_[at_] == '>';
        ++at_;
        int increment = 0;
        for (; at_ < end_; ++at_) {
            if (text_[at_] == '+' || text_[at_] == '-') {
                chomping_ = text_[at_];
            } else if (text_[at_] >= '1' && text_[at_] <= '9') {
                increment = text_[at_] - '0';
            } else {
                break;
            }
        }
        last_ = at_;
        if (increment > 0) indent_ = std::max(parent_, 0) + increment;
        while (at_ < end_ && break_size(text_, at_, end_) == 0) ++at_;
        at_ = std::min(at_ + break_size(text_, at_, end_), end_);
    }

    // One line from the indentation on; gives its break.
    Breaks line() {
        std::uint32_t begin = at_;
        while (at_ < end_) {
            unsigned char c = static_cast<unsigned char>(text_[at_]);
            if (c == '\n' || c == '\r' || (c >= 0x80 && break_size(text_, at_, end_))) break;
            ++at_;
        }
        sink_.verbatim({begin, at_});
        last_ = at_;
        Breaks out;
        std::uint32_t size = break_size(text_, at_, end_);
        if (size > 0 || at_ == end_) out = {std::string(break_text(text_, at_, size)), {at_, at_ + size}};
        at_ += size;
        return out;
    }

    // Passes over indentation and empty lines; finds the indentation when it is not known yet.
    Breaks breaks() {
        Breaks out;
        out.span = {at_, at_};
        int most = 0, blanks = 0;
        for (;;) {
            blanks = 0;
            std::uint32_t line = at_;
            while (at_ < end_ && (indent_ == 0 || blanks < indent_) && text_[at_] == ' ') {
                ++at_;
                ++blanks;
            }
            most = std::max(most, blanks);
            std::uint32_t size = break_size(text_, at_, end_);
            if (size == 0) {
                if (at_ == end_ && blanks > 0) out.text += '\n';
                if (at_ < end_ && indent_ != 0 && blanks < indent_) at_ = line;
                break;
            }
            out.text += break_text(text_, at_, size);
            at_ += size;
            out.span.end = at_;
        }
        if (indent_ == 0) indent_ = std::max({most, parent_ + 1, 1});
        at_column_ = blanks == indent_;
        return out;
    }

    std::string_view text_;
    std::uint32_t at_, end_;
    int parent_;
    PieceSink& sink_;
    bool folded_ = false;
    char chomping_ = ' ';
    int indent_ = 0;
    bool at_column_ = false;
    std::uint32_t last_ = 0;
};

}

std::optional<ScalarFault> decode_flow(std::string_view text, Span inner, Style style, bool json, PieceSink& sink) {
    return FlowScalar(text, inner, style, json, sink).run();
}

std::uint32_t decode_block(std::string_view text, std::uint32_t header, std::uint32_t end, int parent, PieceSink& sink) {
    if (header >= end) return header;
    return BlockScalar(text, header, end, parent, sink).run();
}

int column_of(std::string_view text, std::uint32_t at) {
    int count = 0;
    const std::uint32_t bom = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    for (std::uint32_t i = at; i > bom && text[i - 1] != '\n' && text[i - 1] != '\r'; --i)
        if ((static_cast<unsigned char>(text[i - 1]) & 0xc0) != 0x80) ++count;
    return count;
}

}
