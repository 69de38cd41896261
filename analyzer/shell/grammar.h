#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/shell/scanner.h"

namespace plimsoll::shell {

// Reads joined code by the grammar of sh with bash's additions and stops at the first token that does not fit. The Scanner keeps
// going through anything; this reader only says whether there was something to go through. Offsets are those of the joined code.
class Grammar {
public:
    struct Fault {
        std::uint32_t begin, end;
        std::string_view code;
        std::string message;
        bool fatal = true;
        unsigned also = 0;   // what a [[ ]] holds that POSIX sh does not know either
        enum : unsigned { equals = 1, matches = 2, is_set = 4 };
    };

    // With `portable` what POSIX sh does not know is noted, too.
    explicit Grammar(std::string_view code, bool portable = false) : code_(code), end_(static_cast<std::uint32_t>(code.size())), portable_(portable) {}
    std::vector<Fault> run();

private:
    static constexpr unsigned level_limit = 200;

    // A construct that is open: what may end the list being read.
    struct Opened {
        std::string_view word;   // "if", "do", "{", "$(" ...
        std::uint32_t begin;
    };

    // grammar.cc
    void list(std::initializer_list<std::string_view> ends);
    bool at_end_of(std::initializer_list<std::string_view> ends) const;
    void body(std::initializer_list<std::string_view> ends, std::string_view after, std::uint32_t after_begin);
    void pipeline();
    void command();
    void simple();
    void function_rest();
    void parentheses();
    void redirects();
    bool redirect();
    void separator();
    void separator_after_and();
    void unexpected();
    void expect(std::string_view word, Opened open);

    // grammar_compounds.cc
    bool compound(std::string_view word);
    void if_clause();
    void loop();
    void for_clause();
    void case_clause();
    bool case_pattern();
    void do_group(Opened open);
    void bracket_test();
    void regex_operand();

    // grammar_portability.cc
    void beyond_posix(std::uint32_t begin, std::uint32_t end, std::string_view code);
    void redirect_beyond_posix(std::uint32_t begin, std::uint32_t end, std::string_view kind);
    void test_beyond_posix(std::uint32_t begin, std::uint32_t end);
    void expansion_beyond_posix(std::uint32_t begin, std::uint32_t name, std::uint32_t end);
    void braces_beyond_posix(std::uint32_t begin, std::uint32_t end);

    // grammar_words.cc
    bool word(bool array);
    bool piece(std::uint32_t begin, bool array);
    void quoted(char quote);
    void dollar(bool in_quotes);
    void braces(bool in_quotes);
    void substitution(std::string_view opener, std::uint32_t begin);
    void backticks();
    void array();
    void group_to(std::uint32_t begin);
    bool is_arithmetic(std::uint32_t open) const;
    void blanks();
    void newlines();
    void heredocs();

    char at(std::size_t offset) const { return offset < end_ ? code_[offset] : '\0'; }
    char here() const { return at(at_); }
    bool done() const { return at_ >= end_; }
    std::string_view token() const;      // the operator or the word at the cursor, for messages
    std::string_view reserved() const;   // an unquoted word that ends at a delimiter, "" when there is none
    bool take(std::string_view word);
    void fail(std::uint32_t begin, std::uint32_t end, std::string_view code, std::string message);
    void note(std::uint32_t begin, std::uint32_t end, std::string_view code, std::string message);

    struct Heredoc {
        std::string end;
        bool chomp;
    };

    std::string_view code_;
    std::uint32_t at_ = 0, end_;
    unsigned depth_ = 0;
    bool portable_;
    bool stopped_ = false;   // a fatal fault was found, or the code is nested too deep
    std::vector<Fault> faults_;
    std::vector<Heredoc> pending_;
    std::vector<Opened> open_;   // innermost last
    Opened argument_{{}, 0};     // the last reserved word that stood as an argument
    Opened hash_{{}, 0};         // the last command that begins with a reserved word and '#'
    Opened capital_{{}, 0};      // the last command named "If", "While" ...
    std::uint32_t command_begin_ = 0;
};

}
