#include <algorithm>
#include <utility>

#include "analyzer/shell/scanner.h"

// Words: quotes, escapes, expansions and the commands inside them.

namespace plimsoll::shell {

Word Scanner::word(const Context& context) {
    // A word inside an expansion of another word has marks of its own.
    auto bracket = std::exchange(bracket_, 0U), brace = std::exchange(brace_, 0U);
    bool comma = std::exchange(comma_, false);
    Word made;
    std::uint32_t begin = at_;
    while (!done() && bare(made, begin, context)) {}
    made.text = Builder::text(script_, begin, at_);
    bracket_ = bracket;
    brace_ = brace;
    comma_ = comma;
    return made;
}

// A word that the shell does not split.
Word Scanner::whole_word(const Context& context) {
    const bool whole = std::exchange(whole_, true);
    Word made = word(context);
    whole_ = whole;
    return made;
}

void Scanner::keep(Word& into, std::uint32_t begin) {
    std::size_t size = at_ - begin;
    if (mute_ > 0 || size > budget_) return;
    budget_ -= size;
    into.value += code_.substr(begin, size);
}

// The next piece of a word; false when the word ends here.
bool Scanner::bare(Word& into, std::uint32_t begin, const Context& context) {
    char c = here();
    switch (c) {
        case ' ':
        case '\t':
        case '\n':
        case ';':
        case '\0':
            if (c != '\0') return false;
            break;
        case '\r':
            if (at(at_ + 1) == '\n') return false;
            break;
        case '&':
        case '|':
        case ')':
            if (!regex_) return false;
            break;
        case '<':
        case '>':
            if (regex_) break;
            if (at_ != begin || at(at_ + 1) != '(') return false;
            into.literal = false;
            at_ += 2;
            substitution(context);
            keep(into, begin);
            return true;
        case '(':
            if (regex_) break;
            return parenthesis(into, begin, context);
        case '\\': backslash(into); return true;
        case '\'': single_quoted(into); return true;
        case '"': double_quoted(into, context); return true;
        case '`': backticks(into, context, false); return true;
        case '$': dollar(into, context, false); return true;
        default: pattern_mark(into, c, begin);
    }
    std::uint32_t from = at_++;
    // The rest of a run of plain letters in one go.
    while (is_name(here()) || here() == '-' || here() == '/') ++at_;
    keep(into, from);
    return true;
}

// Notes what makes a word a pattern: globs, ~ at the start, {a,b}.
void Scanner::pattern_mark(Word& into, char c, std::uint32_t begin) {
    if (c == '*' || c == '?' || (c == '~' && at_ == begin))
        into.literal = false;
    else if (c == '[')
        bracket_ = at_ + 1;
    else if (c == ']' && bracket_ != 0 && at_ > bracket_)
        into.literal = false;
    else if (c == '{')
        brace_ = at_ + 1;
    else if (brace_ != 0 && (c == ',' || (c == '.' && at(at_ + 1) == '.')))
        comma_ = true;
    else if (c == '}' && comma_)
        into.literal = false;
}

// A '(' inside a word: an array after '=', or a pattern like !(a|b).
bool Scanner::parenthesis(Word& into, std::uint32_t begin, const Context& context) {
    // An array can stand where an assignment has just given us its '='.
    char before = at_ > 0 ? code_[at_ - 1] : '\0';
    std::uint32_t from = at_;
    if (before == '=') {
        array(context);
    } else if (at_ > begin && (before == '?' || before == '*' || before == '+' || before == '@' || before == '!')) {
        unsigned level = 0;
        do {
            level += here() == '(';
            level -= here() == ')';
            if (level > level_limit) cut_here();
            ++at_;
        } while (level > 0 && !done() && here() != '\n');
    } else {
        return false;
    }
    into.literal = false;
    keep(into, from);
    return true;
}

void Scanner::array(const Context& context) {
    Depth depth(*this);
    ++at_;
    ++mute_;
    for (;;) {
        separators(context);
        if (done()) break;
        if (here() == ')') {
            ++at_;
            break;
        }
        std::uint32_t from = at_;
        word(context);
        if (at_ == from) ++at_;
    }
    --mute_;
}

void Scanner::backslash(Word& into) {
    if (newline_at(at_ + 1)) {
        at_ += at(at_ + 1) == '\r' ? 3 : 2;
        return;
    }
    ++at_;
    if (done()) {
        into.value += '\\';
        return;
    }
    std::uint32_t from = at_++;
    keep(into, from);
}

void Scanner::single_quoted(Word& into) {
    into.quoted = true;
    std::uint32_t from = ++at_;
    at_ = find("'");
    keep(into, from);
    if (!done()) ++at_;
}

void Scanner::double_quoted(Word& into, const Context& context) {
    into.quoted = true;
    ++at_;
    while (!done()) {
        char c = here();
        if (c == '"') {
            ++at_;
            return;
        }
        if (c == '$') {
            dollar(into, context, true);
        } else if (c == '`') {
            backticks(into, context, true);
        } else if (c == '\\' && newline_at(at_ + 1)) {
            backslash(into);
        } else if (c == '\\' && std::string_view("$`\"\\").find(at(at_ + 1)) != std::string_view::npos && at_ + 1 < end_) {
            backslash(into);
        } else {
            std::uint32_t from = at_++;
            at_ = find("\"\\$`");
            keep(into, from);
        }
    }
}

// $'...' with C escapes.
void Scanner::ansi_quoted(Word& into) {
    into.quoted = true;
    at_ += 2;
    while (!done() && here() != '\'') {
        std::uint32_t from = at_;
        if (here() != '\\' || at_ + 1 >= end_) {
            ++at_;
            keep(into, from);
            continue;
        }
        constexpr std::string_view letters = "abefnrtv\\'\"?", values = "\a\b\033\f\n\r\t\v\\'\"?";
        std::size_t found = letters.find(at(at_ + 1));
        at_ += 2;
        if (found != std::string_view::npos)
            into.value += values[found];
        else
            keep(into, from);
    }
    if (!done()) ++at_;
}

void Scanner::dollar(Word& into, const Context& context, bool in_quotes) {
    std::uint32_t from = at_;
    char next = at(at_ + 1);
    if (!in_quotes && next == '\'') return ansi_quoted(into);
    if (!in_quotes && next == '"') {
        ++at_;
        return double_quoted(into, context);
    }
    if (!in_quotes) unquoted.push_back({from, !whole_});
    bool expands = true;
    if (next == '(' && at(at_ + 2) == '(' && is_arithmetic(at_ + 1)) {
        at_ += 3;
        arithmetic(context);
    } else if (next == '(') {
        at_ += 2;
        substitution(context);
    } else if (next == '{') {
        at_ += 2;
        braces(context, in_quotes);
    } else if (is_name_start(next)) {
        ++at_;
        while (is_name(here())) ++at_;
    } else if (next != '\0' && (is_digit(next) || std::string_view("?@*#$!-").find(next) != std::string_view::npos)) {
        at_ += 2;
    } else {
        expands = false;
        ++at_;
    }
    if (expands) into.literal = false;
    keep(into, from);
}

// The inside of ${...}, with its closing brace.
void Scanner::braces(const Context& context, bool in_quotes) {
    Depth depth(*this);
    const bool whole = std::exchange(whole_, true);
    ++mute_;
    Word inside;
    while (!done() && here() != '}') {
        char c = here();
        if (c == '\\')
            at_ += at_ + 1 < end_ ? 2 : 1;
        else if (c == '\'' && !in_quotes)
            single_quoted(inside);
        else if (c == '"')
            double_quoted(inside, context);
        else if (c == '`')
            backticks(inside, context, in_quotes);
        else if (c == '$')
            dollar(inside, context, in_quotes);
        else
            ++at_;
    }
    --mute_;
    whole_ = whole;
    if (!done()) ++at_;
}

// The inside of $(( )) or (( )), with the closing parentheses.
void Scanner::arithmetic(const Context& context) {
    Depth depth(*this);
    ++mute_;
    Word inside;
    unsigned level = 0;
    while (!done()) {
        char c = here();
        if (c == ')' && level == 0) break;
        if (c == '$') {
            dollar(inside, context, true);
        } else if (c == '`') {
            backticks(inside, context, true);
        } else {
            level += c == '(';
            level -= c == ')';
            if (level > level_limit) cut_here();
            ++at_;
        }
    }
    --mute_;
    at_ = std::min(at_ + 2, end_);
}

// Whether "((" at `open` is closed by "))". The look ahead is bounded: longer expressions are read as nested subshells.
bool Scanner::is_arithmetic(std::uint32_t open) const {
    if (at(open) != '(' || at(open + 1) != '(') return false;
    std::size_t stop = std::min<std::size_t>(end_, open + std::size_t{16384});
    unsigned level = 0;
    for (std::size_t i = open; i < stop; ++i) {
        level += code_[i] == '(';
        if (code_[i] == ')' && --level == 1) return at(i + 1) == ')';
    }
    return false;
}

// The inside of $( ) or <( ), with its closing parenthesis.
void Scanner::substitution(const Context& context) {
    Context inner;
    inner.in_substitution = true;
    inner.in_function = context.in_function;
    inner.in_subshell = context.in_subshell;
    auto muted = std::exchange(mute_, 0U);
    auto regex = std::exchange(regex_, false), whole = std::exchange(whole_, false);
    {
        Limit limit(*this, end_);
        list(bit(stop_paren), inner);
    }
    mute_ = muted;
    regex_ = regex;
    whole_ = whole;
    if (here() == ')') ++at_;
}

void Scanner::backticks(Word& into, const Context& context, bool in_quotes) {
    into.literal = false;
    if (!in_quotes) unquoted.push_back({at_, !whole_});
    std::uint32_t from = at_++, close = at_;
    while (close < end_ && code_[close] != '`') close += code_[close] == '\\' ? 2 : 1;
    close = std::min(close, end_);
    Context inner;
    inner.in_substitution = true;
    inner.in_function = context.in_function;
    inner.in_subshell = context.in_subshell;
    auto muted = std::exchange(mute_, 0U);
    auto regex = std::exchange(regex_, false), whole = std::exchange(whole_, false);
    {
        Limit limit(*this, close);
        list(0, inner);
    }
    mute_ = muted;
    regex_ = regex;
    whole_ = whole;
    at_ = std::min(close + 1, end_);
    keep(into, from);
}

// Behind a newline: the bodies of the heredocs of the line before it.
void Scanner::heredoc_bodies(const Context& context) {
    std::vector<Heredoc> waiting = std::exchange(pending_, {});
    for (const Heredoc& heredoc : waiting) {
        std::uint32_t begin = at_, end = at_, after = at_;
        for (bool found = false; !found && after < end_;) {
            std::size_t newline = std::min<std::size_t>(code_.find('\n', after), end_);
            std::string_view line = code_.substr(after, newline - after);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (heredoc.chomp) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
            found = line == heredoc.end;
            end = after;
            after = static_cast<std::uint32_t>(std::min<std::size_t>(newline + 1, end_));
            if (!found) end = after;
        }
        at_ = begin;
        if (heredoc.expand) {
            Limit limit(*this, end);
            expansions(context);
        }
        at_ = std::min(after, end_);
    }
}

// Commands in the expansions of plain text up to the limit.
void Scanner::expansions(const Context& context) {
    ++mute_;
    Word inside;
    while (!done()) {
        char c = here();
        if (c == '\\')
            at_ += 2;
        else if (c == '$')
            dollar(inside, context, true);
        else if (c == '`')
            backticks(inside, context, true);
        else
            ++at_;
    }
    --mute_;
}

}
