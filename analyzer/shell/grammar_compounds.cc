#include "analyzer/shell/grammar.h"

// if, loops, case, groups, functions and tests, read strictly.

namespace plimsoll::shell {

bool Grammar::compound(std::string_view name) {
    if (name == "if")
        if_clause();
    else if (name == "while" || name == "until")
        loop();
    else if (name == "for" || name == "select")
        for_clause();
    else if (name == "case")
        case_clause();
    else if (name == "{") {
        Opened opened{"{", at_++};
        body({"}"}, "{", opened.begin);
        expect("}", opened);
    } else if (name == "function") {
        beyond_posix(at_, at_ + 8, "SC2113");
        take(name);
        blanks();
        std::uint32_t begin = at_;
        word(false);
        if (!stopped_ && at_ > begin + 1 && code_[at_ - 1] == '{')
            return fail(at_ - 1, at_, "SC1095", "write a blank between the name of the function and '{'"), true;
        blanks();
        if (here() == '(') {
            ++at_;
            blanks();
            if (here() == ')') ++at_;
        }
        function_rest();
    } else if (name == "then" || name == "else" || name == "elif" || name == "fi" || name == "do" || name == "done" || name == "esac" || name == "}") {
        unexpected();
    } else {
        return false;
    }
    return true;
}

void Grammar::if_clause() {
    Opened opened{"if", at_};
    take("if");
    for (std::string_view branch = "if";;) {
        body({"then"}, branch, opened.begin);
        std::uint32_t then = at_;
        expect("then", opened);
        if (stopped_) return;
        body({"elif", "else", "fi"}, "then", then);
        if (stopped_ || !take("elif")) break;
        branch = "elif";
    }
    if (stopped_) return;
    std::uint32_t other = at_;
    if (take("else")) body({"fi"}, "else", other);
    expect("fi", opened);
}

void Grammar::loop() {
    Opened opened{reserved(), at_};
    take(opened.word);
    body({"do"}, opened.word, opened.begin);
    do_group(opened);
}

void Grammar::do_group(Opened opened) {
    std::uint32_t begin = at_;
    expect("do", opened);
    if (stopped_) return;
    body({"done"}, "do", begin);
    expect("done", {"do", begin});
}

void Grammar::for_clause() {
    Opened opened{reserved(), at_};
    take(opened.word);
    blanks();
    if (opened.word == "select") beyond_posix(opened.begin, at_, "SC3008");
    if (here() == '(' && at(at_ + 1) == '(') {
        beyond_posix(at_, at_ + 2, "SC3005");
        group_to(at_);
    } else {
        std::uint32_t name = at_;
        if (!word(false)) {
            if (!stopped_) unexpected();
            return;
        }
        if (code_[name] == '$') note(name, at_, "SC1086", "write the name of the loop variable without '$'");
        newlines();
        if (take("in"))
            for (;;) {
                blanks();
                std::uint32_t begin = at_;
                if (here() == '#' || !word(false)) break;
                std::string_view text = code_.substr(begin, at_ - begin);
                if (text == "do" || text == "done") argument_ = {text, begin};
                braces_beyond_posix(begin, at_);
            }
    }
    blanks();
    if (!stopped_ && here() == ';' && at(at_ + 1) != ';') ++at_;
    newlines();
    if (stopped_) return;
    if (reserved() == "{")
        compound("{");
    else
        do_group(opened);
}

void Grammar::case_clause() {
    Opened opened{"case", at_};
    take("case");
    blanks();
    if (!word(false)) {
        if (!stopped_) unexpected();
        return;
    }
    newlines();
    expect("in", opened);
    while (!stopped_) {
        newlines();
        if (done() || reserved() == "esac") break;
        if (!case_pattern()) return;
        open_.push_back(opened);
        list({";;", "esac"});
        open_.pop_back();
        if (stopped_ || here() != ';') break;
        at_ += at(at_ + 1) == ';' && at(at_ + 2) == '&' ? 3 : 2;
    }
    expect("esac", opened);
}

// "(a | b)" with its closing parenthesis.
bool Grammar::case_pattern() {
    if (here() == '(') ++at_;
    for (;;) {
        blanks();
        if (!word(false)) {
            if (!stopped_) unexpected();
            return false;
        }
        blanks();
        if (here() == ')') {
            ++at_;
            return true;
        }
        if (here() != '|') {
            fail(at_, at_ + static_cast<std::uint32_t>(token().size()), "SC1072",
                 "unexpected '" + std::string(token()) + "': a pattern of 'case' ends with ')'");
            return false;
        }
        ++at_;
    }
}

void Grammar::bracket_test() {
    std::uint32_t begin = at_;
    at_ += 2;
    for (bool regex = false; !stopped_;) {
        newlines();
        char c = here();
        if (done()) return fail(begin, begin + 2, "SC1072", "'[[' is never closed with ']]'");
        if (take("]]")) return test_beyond_posix(begin, at_);
        bool twice = (c == '&' || c == '|') && at(at_ + 1) == c;
        if (regex) {
            regex_operand();
            regex = false;
        } else if (twice || c == '(' || c == ')' || c == '<' || c == '>') {
            at_ += twice ? 2 : 1;
        } else {
            std::uint32_t from = at_;
            if (!word(false)) {
                if (!stopped_) fail(begin, begin + 2, "SC1072", "'[[' is not closed with ']]' before '" + std::string(token()) + "'");
                return;
            }
            regex = code_.substr(from, at_ - from) == "=~";
        }
    }
}

// What stands behind =~: parentheses and bars are letters.
void Grammar::regex_operand() {
    unsigned level = 0;
    for (std::uint32_t begin = at_; !stopped_ && !done();) {
        char c = here();
        bool blank = c == ' ' || c == '\t' || c == '\n';
        if (blank && level == 0) return;
        if (c == ')' && level == 0) return;
        level += c == '(';
        level -= c == ')';
        if (blank || c == '(' || c == ')' || c == '|' || c == ';' || c == '&' || c == '<' || c == '>')
            ++at_;
        else if (!piece(begin, false))
            return;
    }
}

}
