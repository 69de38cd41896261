#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"

namespace plimsoll::shell {

// Fills a Script; with Node the only code that sees its members.
struct Builder {
    static void commands(Script& script);     // commands.cc
    static void wrappers(Script& script);     // wrappers.cc
    static void tree(const Script& script);   // tree.cc
    static Text text(const Script& script, std::uint32_t begin, std::uint32_t end);
    // The node of a word that covers exactly these joined bytes.
    static Node node(const Script& script, std::uint32_t begin, std::uint32_t end);
    // The node of the command that begins here.
    static Node command_node(const Script& script, std::uint32_t begin);
};

// Reads joined shell code once, left to right, and lists its simple commands. It follows the grammar of sh with bash's additions
// and keeps going where the code is broken: a construct that it does not understand costs that construct only.
// tree-sitter's tree is not used for this: it loses commands around errors, and hangs redirections and heredocs on whole lists.
class Scanner {
public:
    // What holds for the commands of one list.
    struct Context {
        bool condition = false, negated = false, in_substitution = false, in_subshell = false, in_function = false;
        std::uint32_t pipeline = 0;
    };

    explicit Scanner(const Script& script);
    // Adds the commands in [begin, end) of the joined code.
    void run(std::uint32_t begin, std::uint32_t end, const Context& context);

    std::vector<Command> commands;
    std::vector<Statement> statements;
    std::vector<Expansion> unquoted;
    std::uint32_t pipelines = 0;   // numbers given so far
    bool truncated = false;        // nested too deep: nothing behind `cut` was read
    std::uint32_t cut = 0;

private:
    static constexpr unsigned level_limit = 500;

    // What can end a list. Reserved words count in command position only.
    enum Stop : std::uint8_t { stop_then, stop_else, stop_elif, stop_fi, stop_do, stop_done, stop_esac, stop_item, stop_brace, stop_paren, stop_none };
    using Stops = std::uint32_t;
    static constexpr Stops bit(Stop s) { return 1U << s; }
    // Index in `commands` of a simple command; nothing for compound ones.
    using Slot = std::optional<std::size_t>;

    struct Heredoc {
        std::string end;
        bool expand, chomp;
    };
    class Depth;
    class Limit;

    // commands.cc
    void list(Stops stops, const Context& context);
    Slot pipeline(Context context, Joint before);
    Slot command(const Context& context);
    Slot simple(const Context& context);
    static Command made_in(const Context& context);
    bool at_parentheses() const;
    bool part(Command& made, const Context& context);
    void put(Command&& made, std::size_t slot, std::uint32_t begin, std::uint32_t end);
    bool assignment(Command& made, const Context& context);
    bool redirect(Command* made, const Context& context);
    std::size_t redirect_operator(std::uint32_t from) const;
    Joint joint_here();
    Joint statement_end(std::uint32_t begin);
    Stop stop_here() const;

    // compounds.cc
    bool compound(const Context& context);
    void if_clause(const Context& context);
    void loop(const Context& context);
    void for_clause(const Context& context);
    void case_clause(const Context& context);
    bool case_pattern(const Context& context);
    void function(const Context& context);
    void function_body(const Context& context);
    void subshell(const Context& context);
    void group(const Context& context);
    Slot bracket_test(const Context& context);
    Slot arithmetic_command(const Context& context);

    // words.cc
    Word word(const Context& context);
    Word whole_word(const Context& context);
    bool bare(Word& into, std::uint32_t begin, const Context& context);
    void pattern_mark(Word& into, char c, std::uint32_t begin);
    bool parenthesis(Word& into, std::uint32_t begin, const Context& context);
    void backslash(Word& into);
    void single_quoted(Word& into);
    void double_quoted(Word& into, const Context& context);
    void ansi_quoted(Word& into);
    void dollar(Word& into, const Context& context, bool in_quotes);
    void braces(const Context& context, bool in_quotes);
    void arithmetic(const Context& context);
    void substitution(const Context& context);
    void backticks(Word& into, const Context& context, bool in_quotes);
    void array(const Context& context);
    void keep(Word& into, std::uint32_t begin);
    void heredoc_bodies(const Context& context);
    void expansions(const Context& context);
    bool is_arithmetic(std::uint32_t open) const;

    // Position.
    char at(std::size_t offset) const { return offset < end_ ? code_[offset] : '\0'; }
    char here() const { return at(at_); }
    bool done() const { return at_ >= end_; }
    bool looking_at(std::string_view s) const { return code_.substr(at_, std::min<std::size_t>(s.size(), end_ - std::min(at_, end_))) == s; }
    bool newline_at(std::size_t offset) const { return at(offset) == '\n' || (at(offset) == '\r' && at(offset + 1) == '\n'); }
    std::uint32_t find(std::string_view any_of) const;   // next of these bytes from the cursor on, or the end
    void blanks();                                       // blanks and joined lines, not newlines
    void comment();
    void separators(const Context& context);   // blanks, comments, newlines with the heredoc bodies after them
    std::string_view reserved() const;         // a short unquoted word at the cursor, "" when there is none
    bool take(std::string_view reserved_word);
    void cut_here();

    const Script& script_;
    std::string_view code_;
    std::uint32_t at_ = 0;
    std::uint32_t end_ = 0;
    unsigned depth_ = 0;
    unsigned mute_ = 0;                             // words inside expansions are read for their commands only
    bool whole_ = false;                            // the word being read is not split
    bool regex_ = false;                            // right-hand side of =~: parentheses and bars are letters
    std::uint32_t bracket_ = 0, brace_ = 0;         // place after an open '[' or '{' of the word being read; 0 when none
    bool comma_ = false;                            // and a comma or ".." after that '{'
    std::size_t budget_;                            // bytes of expansions that may still be copied into values
    std::array<std::uint32_t, stop_none> open_{};   // how many lists around wait for each stop
    std::vector<Heredoc> pending_;
};

// One more level of nesting while it lives.
class Scanner::Depth {
public:
    explicit Depth(Scanner& scanner) : scanner_(scanner) {
        if (++scanner_.depth_ > level_limit) scanner_.cut_here();
    }
    ~Depth() { --scanner_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

private:
    Scanner& scanner_;
};

// Reading stops at `end` while it lives; what waits outside does not count inside.
class Scanner::Limit {
public:
    Limit(Scanner& scanner, std::uint32_t end) : scanner_(scanner), end_(scanner.end_), open_(scanner.open_) {
        scanner_.end_ = std::min(scanner_.end_, end);
        scanner_.open_ = {};
    }
    ~Limit() {
        if (!scanner_.truncated) scanner_.end_ = end_;
        scanner_.open_ = open_;
    }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;

private:
    Scanner& scanner_;
    std::uint32_t end_;
    std::array<std::uint32_t, stop_none> open_;
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_name(char c) { return is_name_start(c) || is_digit(c); }
constexpr bool ends_word(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')' || c == '\0';
}

}
