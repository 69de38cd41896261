#include "analyzer/shell/grammar.h"

#include <algorithm>

#include "analyzer/shell/syntax.h"

// Lists, pipelines and commands, read strictly.

namespace plimsoll::shell {

namespace {

constexpr std::string_view keywords[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

bool is_keyword(std::string_view word) { return std::ranges::find(keywords, word) != std::ranges::end(keywords); }

std::string shown(std::string_view text) { return "'" + std::string(text) + "'"; }

// "name=", "name+=" or "name[i]=" at the start of a word.
bool is_assignment(std::string_view word) {
    std::size_t end = 0;
    while (end < word.size() && is_name(word[end])) ++end;
    if (end == 0 || is_digit(word[0])) return false;
    if (end < word.size() && word[end] == '[') end = std::min(word.find(']', end), word.size() - 1) + 1;
    if (end < word.size() && word[end] == '+') ++end;
    return end < word.size() && word[end] == '=';
}

bool declares(std::string_view command) {
    constexpr std::string_view names[] = {"declare", "local", "export", "readonly", "typeset", "alias", "eval", "let"};
    return std::ranges::find(names, command) != std::ranges::end(names);
}

}

std::vector<Grammar::Fault> Grammar::run() {
    list({});
    if (!stopped_ && !done()) unexpected();
    return std::move(faults_);
}

void Grammar::note(std::uint32_t begin, std::uint32_t end, std::string_view code, std::string message) {
    if (!stopped_) faults_.push_back({begin, end, code, std::move(message), false, 0});
}

void Grammar::fail(std::uint32_t begin, std::uint32_t end, std::string_view code, std::string message) {
    if (!stopped_) faults_.push_back({begin, end, code, std::move(message), true, 0});
    stopped_ = true;
    end_ = std::min(end_, at_);
}

bool Grammar::take(std::string_view wanted) {
    if (reserved() != wanted) return false;
    at_ += static_cast<std::uint32_t>(wanted.size());
    return true;
}

bool Grammar::at_end_of(std::initializer_list<std::string_view> ends) const {
    char c = here();
    for (std::string_view end : ends) {
        if (end[0] != c) continue;
        if (end == ")" || (end == ";;" ? at(at_ + 1) == ';' || at(at_ + 1) == '&' : reserved() == end)) return true;
    }
    return false;
}

// The token at the cursor fits nowhere.
void Grammar::unexpected() {
    std::string_view found = token();
    std::uint32_t end = at_ + static_cast<std::uint32_t>(found.size());
    if (done()) return fail(at_, at_, "SC1072", "the script ends where a command is expected");
    if (found == "then" && capital_.word.size() > 0)
        return fail(capital_.begin, capital_.begin + static_cast<std::uint32_t>(capital_.word.size()), "SC1081",
                    shown(capital_.word) + " is no keyword: shell keywords are written in lower case");
    if (found == "(") return fail(at_, end, "SC1088", "unexpected '(': quote it, or write \\( when it is meant as text");
    if (is_keyword(found))
        return fail(at_, end, open_.empty() ? "SC1089" : "SC1072", "unexpected " + shown(found) + ": nothing here is open that it could continue or close");
    if (found == ")") return fail(at_, end, "SC1070", "unexpected ')': no parenthesis is open here");
    bool operators = found[0] == '&' || found[0] == '|' || found[0] == ';';
    if (operators) return fail(at_, end, "SC1133", "unexpected " + shown(found) + ": there is no command in front of it");
    fail(at_, end, "SC1141", "unexpected " + shown(found) + " behind a compound command: a ';' or an operator is missing");
}

// `word` has to come now to go on with, or to close, what is open.
void Grammar::expect(std::string_view wanted, Opened opened) {
    if (stopped_ || take(wanted)) return;
    if (argument_.word == wanted && argument_.begin > opened.begin)
        return fail(argument_.begin, argument_.begin + static_cast<std::uint32_t>(wanted.size()), "SC1010",
                    "write ';' or a newline before " + shown(wanted) + ": here it is an argument of the command");
    if (hash_.word == wanted && hash_.begin > opened.begin) {
        auto hash = hash_.begin + static_cast<std::uint32_t>(wanted.size());
        return fail(hash, hash + 1, "SC1099", "write a blank between " + shown(wanted) + " and the comment: together they are one word");
    }
    auto end = opened.begin + static_cast<std::uint32_t>(opened.word.size());
    if (done()) return fail(opened.begin, end, "SC1072", shown(opened.word) + " has no " + shown(wanted) + ": the script ends before it");
    if (opened.word == "{" || opened.word == "(" || token() == ")" || token() == ";;") return unexpected();
    fail(at_, at_ + static_cast<std::uint32_t>(token().size()), "SC1072",
         "unexpected " + shown(token()) + ": " + shown(wanted) + " is expected for " + shown(opened.word));
}

// A list that must not be empty.
void Grammar::body(std::initializer_list<std::string_view> ends, std::string_view after, std::uint32_t after_begin) {
    newlines();
    if (stopped_) return;
    if (here() == ';' && at(at_ + 1) != ';') return fail(at_, at_ + 1, "SC1072", "unexpected ';': a command must follow " + shown(after));
    if (at_end_of(ends))
        return fail(at_, at_ + static_cast<std::uint32_t>(token().size()), "SC1072",
                    "unexpected " + shown(token()) + ": there is no command between " + shown(after) + " and it");
    open_.push_back({after, after_begin});
    list(ends);
    open_.pop_back();
}

void Grammar::list(std::initializer_list<std::string_view> ends) {
    if (++depth_ > level_limit) {
        stopped_ = true;
        end_ = std::min(end_, at_);
    }
    while (!stopped_) {
        newlines();
        if (done() || at_end_of(ends)) break;
        pipeline();
        blanks();
        while (!stopped_ && (here() == '&' || here() == '|') && at(at_ + 1) == here()) separator_after_and();
        if (stopped_ || done() || at_end_of(ends)) break;
        separator();
    }
    --depth_;
}

// "&&" or "||" and the pipeline behind it.
void Grammar::separator_after_and() {
    std::uint32_t begin = at_;
    at_ += 2;
    newlines();
    if (done()) return fail(begin, begin + 2, "SC1072", "a command is missing behind " + shown(code_.substr(begin, 2)));
    pipeline();
    blanks();
}

void Grammar::separator() {
    char c = here();
    if (c == '\n' || c == '#') return newlines();
    if (c == ';' && at(at_ + 1) != ';' && at(at_ + 1) != '&') {
        ++at_;
        return;
    }
    if (c != '&') return unexpected();
    std::uint32_t begin = at_++;
    blanks();
    if (here() == ';' && at(at_ + 1) != ';') fail(begin, at_ + 1, "SC1045", "unexpected ';' behind '&': '&' already ends the command");
}

void Grammar::pipeline() {
    blanks();
    while (here() == '!' && take("!")) blanks();
    if (here() == 't' && take("time")) blanks();
    for (;;) {
        command();
        blanks();
        if (stopped_ || here() != '|' || at(at_ + 1) == '|') return;
        std::uint32_t begin = at_;
        at_ += at(at_ + 1) == '&' ? 2 : 1;
        if (at_ - begin == 2) beyond_posix(begin, at_, "SC3029");
        newlines();
        if (done()) return fail(begin, at_ > begin ? begin + 1 : begin, "SC1072", "a command is missing behind '|'");
    }
}

void Grammar::command() {
    blanks();
    command_begin_ = at_;
    constexpr std::string_view initials = "[{}cdefistuw";
    if (here() == '(')
        parentheses();
    else if (initials.find(here()) == std::string_view::npos)
        return simple();
    else if (std::string_view name = reserved(); name == "[[")
        bracket_test();
    else if (name.empty() || !compound(name))
        return simple();
    redirects();
}

void Grammar::parentheses() {
    if (is_arithmetic(at_)) {
        beyond_posix(at_, at_ + 2, "SC3006");
        return group_to(at_);
    }
    Opened opened{"(", at_++};
    body({")"}, "(", opened.begin);
    if (stopped_) return;
    if (here() != ')') return fail(opened.begin, opened.begin + 1, "SC1072", "'(' is never closed");
    ++at_;
}

void Grammar::redirects() {
    do blanks();
    while (!stopped_ && redirect());
}

bool Grammar::redirect() {
    std::uint32_t op = at_;
    // Most words are none: this is asked in front of every one.
    if (char c = here(); c != '<' && c != '>' && c != '&' && c != '{' && !is_digit(c)) return false;
    while (is_digit(at(op))) ++op;
    if (op == at_ && at(op) == '{') {
        while (is_name(at(op + 1))) ++op;
        if (at(op + 1) != '}' || op == at_ || (at(op + 2) != '<' && at(op + 2) != '>')) return false;
        op += 2;
    }
    constexpr std::string_view operators[] = {"&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", "<", ">>", ">&", ">|", ">"};
    auto kind =
        std::ranges::find_if(operators, [&](std::string_view o) { return code_.substr(op, std::min<std::size_t>(o.size(), end_ - std::min(op, end_))) == o; });
    if (kind == std::ranges::end(operators) || (op > at_ && (*kind)[0] == '&') || (kind->size() == 1 && op == at_ && at(op + 1) == '(')) return false;
    std::uint32_t begin = at_;
    at_ = op + static_cast<std::uint32_t>(kind->size());
    std::uint32_t end = at_;
    blanks();
    std::uint32_t target = at_;
    if (!word(false)) {
        if (!stopped_) fail(begin, end, "SC1072", "the redirection " + shown(code_.substr(begin, end - begin)) + " has no target");
        return false;
    }
    redirect_beyond_posix(op, target, *kind);
    if (*kind != "<<" && *kind != "<<-") return true;
    std::string delimiter(code_.substr(target, at_ - target));
    std::erase_if(delimiter, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    pending_.push_back({std::move(delimiter), *kind == "<<-"});
    return true;
}

void Grammar::simple() {
    std::uint32_t start = at_;
    unsigned words = 0;
    bool prefixed = false, declaring = false;
    for (;;) {
        blanks();
        if (stopped_ || done() || here() == '#') break;
        if (redirect()) {
            prefixed = prefixed || words == 0;
            continue;
        }
        std::uint32_t begin = at_;
        bool assigns = (words == 0 || declaring) && is_assignment(code_.substr(begin, std::min<std::size_t>(end_ - begin, 128)));
        if (stopped_ || !word(assigns)) break;
        std::string_view text = code_.substr(begin, at_ - begin);
        if (words == 0 && assigns) {
            prefixed = true;
            if (std::size_t plus = text.find("+="); plus < text.find('='))
                beyond_posix(begin + static_cast<std::uint32_t>(plus), begin + static_cast<std::uint32_t>(plus) + 2, "SC3024");
        } else if (++words == 1) {
            declaring = declares(text);
            if (std::size_t hash = text.find('#'); hash != std::string_view::npos && is_keyword(text.substr(0, hash))) hash_ = {text.substr(0, hash), begin};
            if (text[0] >= 'A' && text[0] <= 'Z' && text.size() < 6 &&
                (text == "If" || text == "IF" || text == "While" || text == "WHILE" || text == "For" || text == "FOR" || text == "Elif" || text == "Then"))
                capital_ = {text, begin};
        } else if (text.size() < 5 && is_keyword(text)) {
            argument_ = {text, begin};
        }
        if (!assigns) braces_beyond_posix(begin, at_);
    }
    if (stopped_) return;
    if (at_ == start) return unexpected();
    if (here() != '(') return;
    if (words != 1 || prefixed) {
        bool attached = at_ > 0 && !ends_word(code_[at_ - 1]);
        return fail(at_, at_ + 1, attached ? "SC1036" : "SC1088", "unexpected '(': quote it, or write \\( when it is meant as text");
    }
    std::uint32_t open = at_++;
    blanks();
    if (here() != ')') return fail(open, open + 1, "SC1065", "unexpected '(': quote it when it is text; a function is declared with empty parentheses");
    ++at_;
    function_rest();
}

void Grammar::function_rest() {
    newlines();
    if (done()) return fail(command_begin_, at_, "SC1072", "the function has no body");
    if (++depth_ > level_limit)
        stopped_ = true;
    else
        command();
    --depth_;
}

}
