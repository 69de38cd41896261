#include <cmath>
#include <cstdlib>
#include <string>

#include "analyzer/docker/words.h"

namespace plimsoll::docker {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Value of four hexadecimal digits; -1 when there are none.
int hex4(std::string_view text) {
    if (text.size() < 4) return -1;
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        int digit = hex_digit(text[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, unsigned code) {
    auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

// Value of a string whose syntax has been checked. A lone surrogate becomes U+FFFD.
std::string decoded(std::string_view body) {
    std::string out;
    out.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] != '\\') {
            out.push_back(body[i]);
            continue;
        }
        switch (char c = body[++i]) {
            case 'b': out.push_back('\b'); break;
            case 'f': out.push_back('\f'); break;
            case 'n': out.push_back('\n'); break;
            case 'r': out.push_back('\r'); break;
            case 't': out.push_back('\t'); break;
            case 'u': {
                auto code = static_cast<unsigned>(hex4(body.substr(i + 1)));
                i += 4;
                if (code >= 0xD800 && code < 0xE000) {
                    int low = body.substr(i + 1).starts_with("\\u") ? hex4(body.substr(i + 3)) : -1;
                    bool pair = code < 0xDC00 && low >= 0xDC00 && low < 0xE000;
                    code = pair ? 0x10000 + ((code - 0xD800) << 10) + (static_cast<unsigned>(low) - 0xDC00) : 0xFFFD;
                    if (pair) i += 6;
                }
                append_utf8(out, code);
                break;
            }
            default: out.push_back(c);
        }
    }
    return out;
}

// Walks over one JSON document without recursion and notes the elements of the outermost array.
class Walker {
public:
    explicit Walker(const Text& text) : text_(text), value_(text.value) {}

    Json run(std::vector<Text>& elements, std::deque<std::string>& strings) {
        skip_blanks();
        if (peek() != '[' || !document(elements, strings)) return Json::none;
        skip_blanks();
        if (at_ != value_.size()) return Json::none;
        return only_strings_ ? Json::strings : Json::other;
    }

private:
    static constexpr std::size_t deepest = 10000;   // the limit of encoding/json

    char peek() const { return at_ < value_.size() ? value_[at_] : '\0'; }

    void skip_blanks() {
        while (at_ < value_.size() && (value_[at_] == ' ' || value_[at_] == '\t' || value_[at_] == '\r' || value_[at_] == '\n')) ++at_;
    }

    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    // A string with its quotes; `body_` is what is between them.
    bool string() {
        if (!take('"')) return false;
        std::size_t begin = at_;
        escapes_ = false;
        for (; at_ < value_.size(); ++at_) {
            auto c = static_cast<unsigned char>(value_[at_]);
            if (c == '"') {
                body_ = {begin, at_++};
                return true;
            }
            if (c < 0x20) return false;
            if (c != '\\') continue;
            escapes_ = true;
            ++at_;
            if (peek() == 'u') {
                if (hex4(value_.substr(at_ + 1)) < 0) return false;
                at_ += 4;
            } else if (at_ >= value_.size() || std::string_view("\"\\/bfnrt").find(value_[at_]) == std::string_view::npos) {
                return false;
            }
        }
        return false;
    }

    bool digits() {
        std::size_t begin = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        return at_ > begin;
    }

    bool number() {
        std::size_t begin = at_;
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        double result = std::strtod(std::string(value_.substr(begin, at_ - begin)).c_str(), nullptr);
        return std::isfinite(result);
    }

    bool word(std::string_view expected) {
        if (!value_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }

    bool scalar() {
        switch (peek()) {
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }

    void note(bool is_string, std::vector<Text>& elements, std::deque<std::string>& strings) {
        only_strings_ = only_strings_ && is_string;
        if (!is_string) return;
        Text element = text_.sub(body_.first, body_.second);
        if (escapes_) {
            element.value = strings.emplace_back(decoded(element.value));
            element.map = nullptr;
        } else if (element.span.size() == element.value.size()) {
            element.map = nullptr;
        }
        elements.push_back(element);
    }

    // Where a value is expected. Opens a container or reads a scalar; says false on a syntax error.
    bool value(std::vector<Text>& elements, std::deque<std::string>& strings) {
        char c = peek();
        if (c != '[' && c != '{') {
            if (!scalar()) return false;
            if (open_.size() == 1) note(c == '"', elements, strings);
            closed_ = true;
            return true;
        }
        if (open_.size() == 1) note(false, elements, strings);
        if (open_.size() >= deepest) return false;
        ++at_;
        open_.push_back(c == '[' ? ']' : '}');
        skip_blanks();
        closed_ = take(open_.back());
        if (closed_) open_.pop_back();
        return true;
    }

    bool key() {
        skip_blanks();
        if (!string()) return false;
        skip_blanks();
        if (!take(':')) return false;
        skip_blanks();
        return true;
    }

    bool document(std::vector<Text>& elements, std::deque<std::string>& strings) {
        if (!value(elements, strings)) return false;
        while (!open_.empty()) {
            if (closed_) {
                skip_blanks();
                if (take(open_.back())) {
                    open_.pop_back();
                    continue;
                }
                if (!take(',')) return false;
                skip_blanks();
            }
            if (open_.back() == '}' && !key()) return false;
            if (!value(elements, strings)) return false;
        }
        return true;
    }

    const Text& text_;
    std::string_view value_;
    std::size_t at_ = 0;
    std::string open_;      // the closing brackets that are still to come
    bool closed_ = false;   // the last thing read was a complete value
    bool only_strings_ = true;
    bool escapes_ = false;
    std::pair<std::size_t, std::size_t> body_;
};

}

Json json_array(const Text& text, std::vector<Text>& elements, std::deque<std::string>& strings) {
    std::vector<Text> found;
    Json kind = Walker(text).run(found, strings);
    if (kind == Json::strings) elements = std::move(found);
    return kind;
}

}
