#include <algorithm>

#include "analyzer/kubernetes/selector.h"
#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

// Words and signs of "a in (b,c),d!=e".
class Tokens {
public:
    explicit Tokens(std::string_view text) : rest_(text) { advance(); }
    std::string_view now() const { return now_; }   // "" at the end
    bool at_word() const { return word_; }
    bool at_end() const { return now_.empty(); }
    std::string_view take() {
        const std::string_view taken = now_;
        advance();
        return taken;
    }
    bool skip(std::string_view sign) {
        if (word_ || now_ != sign) return false;
        advance();
        return true;
    }

private:
    void advance() {
        constexpr std::string_view blanks = " \t\r\n";
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
        std::size_t size = std::min(rest_.find_first_of(" \t\r\n=!(),><"), rest_.size());
        word_ = size > 0;
        if (!word_ && !rest_.empty()) size = rest_.starts_with("==") || rest_.starts_with("!=") ? 2 : 1;
        now_ = rest_.substr(0, size);
        rest_.remove_prefix(size);
    }

    std::string_view rest_, now_;
    bool word_ = false;
};

// "(a,b)" behind "in" and "notin"; an empty value may stand between commas.
bool read_set(Tokens& tokens) {
    if (!tokens.skip("(")) return false;
    while (!tokens.skip(")")) {
        if (tokens.at_end()) return false;
        if (tokens.skip(",")) continue;
        if (!tokens.at_word() || !is_label_value(tokens.take())) return false;
        if (tokens.at_word()) return false;
    }
    return true;
}

bool is_number(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() && text.size() < 19 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool read_requirement(Tokens& tokens) {
    const bool absent = tokens.skip("!");
    if (!tokens.at_word() || !is_qualified_name(tokens.take())) return false;
    if (absent || tokens.at_end() || tokens.now() == ",") return true;
    if (tokens.at_word()) {
        const std::string_view word = tokens.take();
        return (word == "in" || word == "notin") && read_set(tokens);
    }
    if (tokens.skip(">") || tokens.skip("<")) return tokens.at_word() && is_label_value(tokens.now()) && is_number(tokens.take());
    if (!tokens.skip("=") && !tokens.skip("==") && !tokens.skip("!=")) return false;
    if (tokens.at_end() || tokens.now() == ",") return true;
    return tokens.at_word() && is_label_value(tokens.take());
}

}

bool is_selector_text(std::string_view text) {
    Tokens tokens(text);
    if (tokens.at_end()) return true;
    do {
        if (!read_requirement(tokens)) return false;
    } while (tokens.skip(","));
    return tokens.at_end();
}

}
