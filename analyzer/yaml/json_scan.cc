#include "analyzer/yaml/json_scan.h"

#include <vector>

namespace plimsoll::yaml {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// Walks over one value without recursion.
class Scanner {
public:
    Scanner(std::string_view text, Span part) : text_(text.substr(0, part.end)), at_(part.begin) {}

    std::optional<std::uint32_t> run() {
        for (bool value_wanted = true;;) {
            space();
            if (value_wanted ? !value(value_wanted) : !after_value(value_wanted)) return std::nullopt;
            if (!value_wanted && open_.empty()) return static_cast<std::uint32_t>(at_);
        }
    }

private:
    char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void space() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }

    // A scalar, or the start of a collection, whose first key or value is wanted then.
    bool value(bool& wanted) {
        char c = now();
        if (c == '{' || c == '[') {
            ++at_;
            open_.push_back(c == '{');
            space();
            if (now() == (c == '{' ? '}' : ']')) {
                ++at_;
                open_.pop_back();
                wanted = false;
                return true;
            }
            return c == '[' || key();
        }
        wanted = false;
        if (c == '"') return string();
        if (c == '-' || is_digit(c)) return number();
        for (std::string_view word : {"true", "false", "null"}) {
            if (!text_.substr(at_).starts_with(word)) continue;
            at_ += word.size();
            return true;
        }
        return false;
    }

    // A comma or the end of a collection.
    bool after_value(bool& wanted) {
        char c = now();
        if (open_.empty()) return true;
        bool object = open_.back();
        if (c == (object ? '}' : ']')) {
            ++at_;
            open_.pop_back();
            return true;
        }
        if (c != ',') return false;
        ++at_;
        wanted = true;
        space();
        return !object || key();
    }

    bool key() {
        if (now() != '"' || !string()) return false;
        space();
        if (now() != ':') return false;
        ++at_;
        return true;
    }

    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            char c = text_[at_];
            if (c == '"') return ++at_, true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c != '\\') continue;
            if (++at_ >= text_.size()) return false;
            if (text_[at_] == 'u') {
                for (int i = 0; i < 4; ++i)
                    if (++at_ >= text_.size() || !is_hex(text_[at_])) return false;
            } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
                return false;
            }
        }
        return false;
    }

    bool digits() {
        std::size_t first = at_;
        while (is_digit(now())) ++at_;
        return at_ > first;
    }

    bool number() {
        if (now() == '-') ++at_;
        if (now() == '0') {
            ++at_;
        } else if (!digits()) {
            return false;
        }
        if (now() == '.' && (++at_, !digits())) return false;
        if (now() == 'e' || now() == 'E') {
            ++at_;
            if (now() == '+' || now() == '-') ++at_;
            return digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_;
    std::vector<bool> open_;   // for each open collection whether it is an object
};

}

std::optional<std::uint32_t> json_end(std::string_view text, Span part) { return Scanner(text, part).run(); }

}
