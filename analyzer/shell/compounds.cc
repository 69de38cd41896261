#include <utility>

#include "analyzer/shell/scanner.h"

// if, while, for, case, functions, groups and tests.

namespace plimsoll::shell {

// True when a compound command stood here; it has been read then.
bool Scanner::compound(const Context& context) {
    if (here() == '(') {
        subshell(context);
        return true;
    }
    std::string_view word = reserved();
    if (word.size() < 2 && word != "{") return false;
    using Reader = void (Scanner::*)(const Context&);
    constexpr std::pair<std::string_view, Reader> readers[] = {
        {"{", &Scanner::group},        {"if", &Scanner::if_clause},      {"while", &Scanner::loop},       {"until", &Scanner::loop},
        {"for", &Scanner::for_clause}, {"select", &Scanner::for_clause}, {"case", &Scanner::case_clause}, {"function", &Scanner::function},
    };
    for (const auto& [text, reader] : readers)
        if (text == word) {
            at_ += static_cast<std::uint32_t>(word.size());
            (this->*reader)(context);
            return true;
        }
    return false;
}

void Scanner::group(const Context& context) {
    list(bit(stop_brace), context);
    take("}");
}

void Scanner::subshell(const Context& context) {
    Context inner = context;
    inner.in_subshell = true;
    ++at_;
    list(bit(stop_paren), inner);
    if (here() == ')') ++at_;
}

void Scanner::if_clause(const Context& context) {
    Context condition = context;
    condition.condition = true;
    Stops ends = bit(stop_else) | bit(stop_elif) | bit(stop_fi);
    do {
        // An `if` that lost its `then` still ends at its `fi`.
        list(bit(stop_then) | ends, condition);
        if (take("then")) list(ends, context);
    } while (take("elif"));
    if (take("else")) list(bit(stop_fi), context);
    take("fi");
}

void Scanner::loop(const Context& context) {
    Context condition = context;
    condition.condition = true;
    list(bit(stop_do) | bit(stop_done), condition);
    if (take("do")) list(bit(stop_done), context);
    take("done");
}

void Scanner::for_clause(const Context& context) {
    blanks();
    if (looking_at("((")) {
        at_ += 2;
        arithmetic(context);
    } else {
        word(context);
        separators(context);
        if (take("in"))
            for (std::uint32_t from = end_; at_ != from;) {
                blanks();
                from = at_;
                whole_word(context);
            }
    }
    joint_here();
    separators(context);
    if (take("do")) {
        list(bit(stop_done), context);
        take("done");
    } else if (take("{")) {
        group(context);
    }
}

void Scanner::case_clause(const Context& context) {
    blanks();
    whole_word(context);
    separators(context);
    if (!take("in")) return;
    for (;;) {
        separators(context);
        if (done() || take("esac")) return;
        if (!case_pattern(context)) return;
        list(bit(stop_item) | bit(stop_esac), context);
        if (here() == ';')
            at_ += looking_at(";;&") ? 3 : 2;
        else if (reserved() != "esac")
            return;
    }
}

// "(a | b)" with its closing parenthesis.
bool Scanner::case_pattern(const Context& context) {
    if (here() == '(') ++at_;
    for (;;) {
        blanks();
        char c = here();
        if (c == ')') {
            ++at_;
            return true;
        }
        std::uint32_t from = at_;
        if (c == '|')
            ++at_;
        else
            whole_word(context);
        if (at_ == from) return false;
    }
}

void Scanner::function(const Context& context) {
    blanks();
    word(context);
    blanks();
    function_body(context);
}

// From the parentheses after the name on.
void Scanner::function_body(const Context& context) {
    Depth depth(*this);
    if (at_parentheses()) at_ = find(")") + 1;
    Context inner;
    inner.in_function = true;
    inner.in_substitution = context.in_substitution;
    inner.in_subshell = context.in_subshell;
    inner.pipeline = context.pipeline;
    separators(inner);
    if (!done() && stop_here() == stop_none) command(inner);
}

Scanner::Slot Scanner::bracket_test(const Context& context) {
    std::size_t slot = commands.size();
    commands.emplace_back();
    Command made = made_in(context);
    std::uint32_t begin = at_, last = at_;
    unsigned level = 0;
    for (bool closed = false; !closed;) {
        separators(context);
        std::uint32_t from = at_;
        closed = reserved() == "]]";
        regex_ = !made.words.empty() && made.words.back() == "=~";
        Word next = whole_word(context);
        regex_ = false;
        if (at_ == from) {
            // Operators stand as words: ( ) < > && ||
            char c = here();
            bool twice = (c == '&' || c == '|') && at(at_ + 1) == c;
            if (!twice && c != '(' && c != ')' && c != '<' && c != '>') break;
            // Parentheses nest here too; tree-sitter's time grows with the square of their depth.
            if (c == '(' && ++level > level_limit) cut_here();
            at_ += twice ? 2 : 1;
            next.text = Builder::text(script_, from, at_);
            next.value = next.text.value;
        }
        last = at_;
        made.words.push_back(std::move(next));
    }
    put(std::move(made), slot, begin, last);
    do blanks();
    while (redirect(&commands[slot], context));
    return slot;
}

// (( i++ )): a command named "((" with one word for the expression.
Scanner::Slot Scanner::arithmetic_command(const Context& context) {
    std::size_t slot = commands.size();
    commands.emplace_back();
    Command made = made_in(context);
    std::uint32_t begin = at_;
    at_ += 2;
    arithmetic(context);
    Word name, expression;
    name.text = Builder::text(script_, begin, begin + 2);
    name.value = name.text.value;
    expression.text = Builder::text(script_, begin + 2, at_ - 2);
    expression.value = expression.text.value;
    expression.literal = false;
    made.words.push_back(std::move(name));
    made.words.push_back(std::move(expression));
    put(std::move(made), slot, begin, at_);
    return slot;
}

}
