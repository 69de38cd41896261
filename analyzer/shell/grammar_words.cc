#include <algorithm>
#include <utility>

#include "analyzer/shell/grammar.h"

// Words, quotes and expansions, read strictly.

namespace plimsoll::shell {

void Grammar::blanks() {
    for (;;) {
        char c = here();
        if (c == ' ' || c == '\t' || (c == '\r' && (at(at_ + 1) == '\n' || at_ + 1 == end_)))
            ++at_;
        else if (c == '\\' && at(at_ + 1) == '\n')
            at_ += 2;
        else if (c == '\\' && at(at_ + 1) == '\r' && at(at_ + 2) == '\n')
            at_ += 3;
        else
            return;
    }
}

// Blanks, comments and newlines with the bodies of heredocs behind them.
void Grammar::newlines() {
    for (;;) {
        blanks();
        if (here() == '#') at_ = static_cast<std::uint32_t>(std::min<std::size_t>(code_.substr(0, end_).find('\n', at_), end_));
        if (here() != '\n') return;
        ++at_;
        heredocs();
    }
}

void Grammar::heredocs() {
    for (const Heredoc& heredoc : std::exchange(pending_, {}))
        for (bool found = false; !found && !done();) {
            std::size_t newline = std::min<std::size_t>(code_.find('\n', at_), end_);
            std::string_view line = code_.substr(at_, newline - at_);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (heredoc.chomp) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
            found = line == heredoc.end;
            at_ = static_cast<std::uint32_t>(std::min<std::size_t>(newline + 1, end_));
        }
}

std::string_view Grammar::token() const {
    std::uint32_t size = 1;
    char c = here();
    if (c == '&' || c == '|' || c == ';')
        size = at(at_ + 1) == c ? 2 : 1;
    else if (!ends_word(c))
        while (size < 40 && !ends_word(at(at_ + size))) ++size;
    return code_.substr(std::min(at_, end_), std::min<std::size_t>(size, end_ - std::min(at_, end_)));
}

std::string_view Grammar::reserved() const {
    std::uint32_t end = at_;
    while (!ends_word(at(end)) && at(end) != '\r') {
        if (end - at_ > 8) return {};
        ++end;
    }
    return code_.substr(at_, end - at_);
}

// False when there is no word at the cursor, or it cannot be read.
bool Grammar::word(bool array) {
    std::uint32_t begin = at_;
    while (!stopped_ && !done() && piece(begin, array)) {}
    return !stopped_ && at_ > begin;
}

bool Grammar::piece(std::uint32_t begin, bool array_allowed) {
    char c = here();
    switch (c) {
        case ' ':
        case '\t':
        case '\n':
        case ';':
        case '&':
        case '|':
        case ')': return false;
        case '\r':
            if (at(at_ + 1) == '\n' || at_ + 1 == end_) return false;
            break;
        case '<':
        case '>':
            if (at_ != begin || at(at_ + 1) != '(') return false;
            at_ += 2;
            beyond_posix(begin, at_, "SC3001");
            substitution(code_.substr(begin, 2), begin);
            return true;
        case '(': {
            char before = at_ > begin ? code_[at_ - 1] : '\0';
            if (before == '=' && array_allowed)
                array();
            else if (before == '?' || before == '*' || before == '+' || before == '@' || before == '!') {
                beyond_posix(at_ - 1, at_ + 1, "SC3002");
                group_to(at_);
            } else {
                return false;
            }
            return true;
        }
        case '\\': at_ = std::min(at_ + 2, end_); return true;
        case '\'':
        case '"': quoted(c); return true;
        case '`': backticks(); return true;
        case '$': dollar(false); return true;
        default: break;
    }
    // The rest of a run of plain letters in one go.
    std::uint32_t next = at_ + 1;
    while (next < end_ && (is_name(code_[next]) || code_[next] == '-' || code_[next] == '/' || code_[next] == '.' || code_[next] == ':')) ++next;
    at_ = next;
    return true;
}

void Grammar::quoted(char quote) {
    std::uint32_t begin = at_++;
    if (quote == '\'') {
        at_ = static_cast<std::uint32_t>(std::min<std::size_t>(code_.substr(0, end_).find('\'', at_), end_));
    } else {
        while (!stopped_ && !done() && here() != '"') {
            if (here() == '\\')
                at_ = std::min(at_ + 2, end_);
            else if (here() == '$')
                dollar(true);
            else if (here() == '`')
                backticks();
            else
                at_ = static_cast<std::uint32_t>(std::min<std::size_t>(code_.substr(0, end_).find_first_of("\"\\$`", at_), end_));
        }
    }
    if (stopped_) return;
    if (!done()) {
        ++at_;
        return;
    }
    bool escape = quote == '\'' && begin > 1 && code_[begin - 1] == '\'' && code_[begin - 2] == '\\';
    if (escape) return fail(begin, begin + 1, "SC1078", "this quote is never closed: a backslash does not escape a quote inside single quotes");
    fail(begin, begin + 1, "SC1078", "this quote is never closed");
}

void Grammar::dollar(bool in_quotes) {
    std::uint32_t begin = at_;
    char next = at(at_ + 1);
    if (next == '(' && at(at_ + 2) == '(' && is_arithmetic(at_ + 1)) {
        ++at_;
        group_to(begin);
    } else if (next == '(') {
        at_ += 2;
        substitution("$(", begin);
    } else if (next == '{') {
        braces(in_quotes);
    } else if (next == '\'' && !in_quotes) {
        beyond_posix(begin, begin + 2, "SC3003");
        at_ += 2;
        while (!done() && here() != '\'') at_ = std::min(at_ + (here() == '\\' ? 2U : 1U), end_);
        if (done())
            fail(begin, begin + 2, "SC1078", "this quote is never closed");
        else
            ++at_;
    } else {
        if (next == '"' && !in_quotes) beyond_posix(begin, begin + 2, "SC3004");
        at_ = std::min(at_ + (next == '$' || next == '#' ? 2U : 1U), end_);
        std::uint32_t name = at_;
        while (is_name(here())) ++at_;
        if (portable_ && at_ > name) expansion_beyond_posix(begin, name, at_);
    }
}

// ${...}
void Grammar::braces(bool in_quotes) {
    std::uint32_t begin = at_;
    at_ += 2;
    if (++depth_ > level_limit) stopped_ = true;
    std::uint32_t name = at_ + (here() == '#' || here() == '!' ? 1 : 0);
    while (is_name(at(name))) ++name;
    // Quotes quote in patterns, and where the expansion itself is not quoted.
    char op = at(name);
    bool quotes = !in_quotes || op == '#' || op == '%' || op == '/' || op == '^' || op == ',';
    while (!stopped_ && !done() && here() != '}') {
        char c = here();
        if (c == '\\')
            at_ = std::min(at_ + 2, end_);
        else if (c == '"' || (c == '\'' && quotes))
            quoted(c);
        else if (c == '`')
            backticks();
        else if (c == '$')
            dollar(in_quotes);
        else
            ++at_;
    }
    --depth_;
    if (stopped_) return;
    if (done()) return fail(begin, begin + 2, "SC1072", "'${' is never closed with '}'");
    ++at_;
    if (portable_) expansion_beyond_posix(begin, begin + 2, at_);
}

void Grammar::substitution(std::string_view opener, std::uint32_t begin) {
    std::vector<Heredoc> outer = std::exchange(pending_, {});
    open_.push_back({opener, begin});
    list({")"});
    open_.pop_back();
    pending_ = std::move(outer);
    if (stopped_) return;
    if (done()) return fail(begin, begin + 2, "SC1072", "'" + std::string(opener) + "' is never closed with ')'");
    if (here() != ')') return unexpected();
    ++at_;
}

void Grammar::backticks() {
    std::uint32_t begin = at_, close = at_ + 1;
    bool plain = true;
    for (; close < end_ && code_[close] != '`'; ++close)
        if (code_[close] == '\\') {
            plain = false;
            ++close;
        }
    if (close >= end_) return fail(begin, begin + 1, "SC1072", "this backtick is never closed");
    // Escapes are undone before the inside is read; such insides are left alone.
    if (plain) {
        ++at_;
        std::uint32_t end = std::exchange(end_, close);
        open_.push_back({"`", begin});
        list({});
        if (!stopped_ && !done()) unexpected();
        open_.pop_back();
        if (stopped_) return;
        end_ = end;
    }
    at_ = close + 1;
}

// The words of an array, from '(' on.
void Grammar::array() {
    std::uint32_t begin = at_++;
    beyond_posix(begin, begin + 1, "SC3030");
    for (;;) {
        newlines();
        if (here() == ')') {
            ++at_;
            return;
        }
        if (done()) return fail(begin, begin + 1, "SC1072", "'(' is never closed");
        if (!word(false)) return stopped_ ? void() : unexpected();
    }
}

// To the parenthesis that closes the next '('.
void Grammar::group_to(std::uint32_t begin) {
    unsigned level = 0;
    do {
        char c = here();
        if (c == '\\') ++at_;
        level += c == '(';
        level -= c == ')';
        ++at_;
    } while (level > 0 && at_ < end_);
    at_ = std::min(at_, end_);
    if (level > 0) fail(begin, begin + 1, "SC1072", "'(' is never closed");
}

// Whether "((" at `open` is closed by "))". The look ahead is bounded: longer expressions are read as nested subshells.
bool Grammar::is_arithmetic(std::uint32_t open) const {
    if (at(open) != '(' || at(open + 1) != '(') return false;
    std::size_t stop = std::min<std::size_t>(end_, open + std::size_t{4096});
    unsigned level = 0;
    for (std::size_t i = open; i < stop; ++i) {
        level += code_[i] == '(';
        if (code_[i] == ')' && --level == 1) return at(i + 1) == ')';
    }
    return false;
}

}
