#include "analyzer/kubernetes/expression.h"

#include <array>

namespace plimsoll::kubernetes {

namespace {

constexpr int deepest_expression = 200;

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// Recursive descent; each part returns false once a fault is noted.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}
    std::optional<ExpressionFault> read() {
        if (!expression() || too_deep_) return too_deep_ ? std::nullopt : fault_;
        skip_blanks();
        if (at_ < text_.size())
            note(text_[at_] == ')' || text_[at_] == ']' || text_[at_] == '}' ? "a bracket is closed that was not opened" : "an operator is missing");
        return fault_;
    }

private:
    bool note(std::string_view what) {
        if (!fault_) fault_ = ExpressionFault{at_, what};
        return false;
    }

    void skip_blanks() {
        for (; at_ < text_.size(); ++at_) {
            if (text_.substr(at_).starts_with("//")) {
                while (at_ < text_.size() && text_[at_] != '\n') ++at_;
                if (at_ == text_.size()) return;
            }
            const char c = text_[at_];
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') return;
        }
    }
    bool take(std::string_view sign) {
        skip_blanks();
        if (!text_.substr(at_).starts_with(sign)) return false;
        at_ += sign.size();
        return true;
    }

    bool expression() {
        if (++depth_ > deepest_expression) {
            too_deep_ = true;
            return false;
        }
        bool right = operation();
        if (right && take("?")) {
            right = operation();
            if (right && !take(":")) right = note("':' is missing behind '?'");
            right = right && expression();
        }
        --depth_;
        return right;
    }

    // All operators between operands; which one binds stronger does not matter for whether the text can be read.
    bool operation() {
        if (!unary()) return false;
        while (take_operator())
            if (!unary()) return false;
        return true;
    }
    bool take_operator() {
        static constexpr auto signs = std::to_array<std::string_view>({"||", "&&", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%"});
        for (std::string_view sign : signs)
            if (take(sign)) return true;
        skip_blanks();
        const bool in = text_.substr(at_).starts_with("in") && (at_ + 2 == text_.size() || !(letter(text_[at_ + 2]) || digit(text_[at_ + 2])));
        if (in) at_ += 2;
        return in;
    }
    bool unary() {
        while (take("!") || take("-")) {}
        return primary() && members();
    }

    bool members() {
        for (;;) {
            if (take(".")) {
                take("?");
                skip_blanks();
                if (take("`")) {
                    while (at_ < text_.size() && text_[at_] != '`') ++at_;
                    if (!take("`")) return note("a quoted name does not end");
                } else if (!name()) {
                    return note("a name is missing behind the dot");
                }
            } else if (take("(")) {
                if (!list(")")) return false;
            } else if (take("[")) {
                take("?");
                if (!expression()) return false;
                if (!take("]")) return note("']' is missing");
            } else if (skip_blanks(); named_ && at_ < text_.size() && text_[at_] == '{') {
                ++at_;
                if (!pairs()) return false;
            } else {
                return true;
            }
        }
    }

    bool primary() {
        skip_blanks();
        named_ = false;
        if (at_ == text_.size()) return note("an operand is missing");
        if (take("(")) {
            if (!expression()) return false;
            return take(")") || note("')' is missing");
        }
        if (take("[")) return list("]");
        if (take("{")) return pairs();
        if (const std::optional<bool> text = string()) return *text;
        if (digit(text_[at_]) || (text_[at_] == '.' && at_ + 1 < text_.size() && digit(text_[at_ + 1]))) return number();
        take(".");
        named_ = name();
        return named_ || note("an operand is missing");
    }

    bool name() {
        if (at_ >= text_.size() || !letter(text_[at_])) return false;
        while (at_ < text_.size() && (letter(text_[at_]) || digit(text_[at_]))) ++at_;
        return true;
    }
    bool number() {
        while (at_ < text_.size() && (digit(text_[at_]) || letter(text_[at_]) || text_[at_] == '.')) {
            const bool exponent = text_[at_] == 'e' || text_[at_] == 'E';
            ++at_;
            if (exponent && at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
        }
        return true;
    }

    // Entries up to the closing bracket; a comma may stand behind the last one.
    bool list(std::string_view close) {
        while (!take(close)) {
            take("?");
            if (!expression()) return false;
            if (take(close)) return true;
            if (!take(",")) return note(close == ")" ? "')' is missing" : "']' is missing");
        }
        return true;
    }
    bool pairs() {
        while (!take("}")) {
            take("?");
            if (!expression()) return false;
            if (!take(":")) return note("':' is missing");
            if (!expression()) return false;
            if (take("}")) return true;
            if (!take(",")) return note("'}' is missing");
        }
        return true;
    }

    // A text with its prefixes (r, b); nullopt when none starts here.
    std::optional<bool> string() {
        std::size_t quote = at_;
        bool raw = false;
        while (quote < text_.size() && quote < at_ + 2 && std::string_view("rRbB").find(text_[quote]) != std::string_view::npos) {
            raw = raw || text_[quote] == 'r' || text_[quote] == 'R';
            ++quote;
        }
        if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) return std::nullopt;
        const std::string_view three = text_.substr(quote, 3), one = text_.substr(quote, 1);
        const bool is_long = three == "\"\"\"" || three == "'''";
        const std::string_view end = is_long ? three : one;
        for (std::size_t i = quote + end.size(); i < text_.size(); ++i) {
            if (text_[i] == '\\' && !raw) {
                ++i;
            } else if (text_.substr(i).starts_with(end)) {
                at_ = i + end.size();
                return true;
            } else if (!is_long && text_[i] == '\n') {
                break;
            }
        }
        return note("a text does not end");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool too_deep_ = false, named_ = false;
    std::optional<ExpressionFault> fault_;
};

}

std::optional<ExpressionFault> expression_fault(std::string_view text) { return Reader(text).read(); }

}
