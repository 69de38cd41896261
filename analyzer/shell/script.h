#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/source.h"
#include "analyzer/text/text.h"

// Shell code inside a file: tree-sitter-bash's tree copied into our own nodes, and the commands in it.
// No tree-sitter type is visible here. All spans are bytes of the file.

namespace plimsoll::shell {

enum class Dialect : std::uint8_t { posix, dash, bash, ash, ksh, zsh, powershell, cmd, other };
// bash, zsh, ksh: arrays, [[ ]] and the like are fine. ash (busybox) knows some of them.
constexpr bool is_posix_family(Dialect d) { return d < Dialect::powershell; }

enum class Kind : std::uint8_t {
    program,
    list,
    pipeline,
    negated,
    command,
    command_name,
    declaration,
    unset,
    test,
    redirected,
    subshell,
    group,
    if_statement,
    elif_clause,
    else_clause,
    while_statement,
    for_statement,
    c_for_statement,
    do_group,
    case_statement,
    case_item,
    function_definition,
    assignment,
    variable_name,
    subscript,
    array,
    word,
    number,
    string,
    string_content,
    raw_string,
    ansi_string,
    translated_string,
    concatenation,
    brace_expression,
    simple_expansion,
    expansion,
    command_substitution,
    process_substitution,
    arithmetic_expansion,
    special_variable_name,
    file_redirect,
    herestring,
    heredoc_redirect,
    heredoc_start,
    heredoc_body,
    heredoc_content,
    heredoc_end,
    file_descriptor,
    binary_expression,
    unary_expression,
    parenthesized_expression,
    ternary_expression,
    postfix_expression,
    test_operator,
    regex,
    extglob,
    comment,
    token /* anonymous: operators and keywords, text() tells which */,
    error,
    missing,
    other,
};

class Script;
struct SyntaxProblem;

// "a && b || c" is one list of five children, not a list in a list. Code of `sh -c '...'` has commands but no nodes of its own.
// A node of the tree; cheap to copy, valid as long as its Script.
class Node {
public:
    Node() = default;
    Node(const Script* script, std::uint32_t index) : script_(script), index_(index) {}
    explicit operator bool() const { return script_ != nullptr; }
    bool operator==(const Node&) const = default;

    Kind kind() const;
    bool is(Kind k) const { return kind() == k; }
    Span span() const;
    // Bytes of the node with continuations removed.
    Text text() const;
    bool named() const;         // false for tokens
    Node parent() const;        // null node at the root
    Node first_child() const;   // tokens included
    Node next() const;          // sibling
    Node previous() const;
    std::vector<Node> children() const;   // tokens included
    std::vector<Node> named_children() const;
    Node child(Kind k) const;   // first child of this kind; null node when absent
    // First ancestor of this kind; null node when absent.
    Node ancestor(Kind k) const;
    bool has_error() const;   // an error or missing node at or below this one
    std::uint32_t index() const { return index_; }
    const Script* script() const { return script_; }

private:
    const Script* script_ = nullptr;
    std::uint32_t index_ = 0;
};

// One word of a command.
struct Word {
    Text text;             // as written, quotes included
    std::string value;     // quotes and escapes removed; expansions kept as written
    bool literal = true;   // no expansion, substitution or glob takes part: value is what the command gets
    bool quoted = false;   // some part is quoted
    Span span() const { return text.span; }
    bool operator==(std::string_view v) const { return value == v; }
    bool starts_with(std::string_view v) const { return std::string_view(value).starts_with(v); }
};

struct Assignment {
    Text name;
    Word value;
    bool append = false;
};

struct Redirect {
    std::string op;   // ">", ">>", "<", "2>", "&>", ">&", "<<<" ...; fd included
    Word target;
};

// How the command is joined to what comes after it in its list, or where it ends.
enum class Joint : std::uint8_t { end, and_then, or_else, semicolon, newline, background, pipe, pipe_all };

// A simple command. Wrappers that run another command with the same meaning (sudo, env, exec, command, builtin, busybox, nice,
// nohup, time, timeout, doas, gosu, su-exec, xargs ...) are commands of their own; `inner` is then the index of the command they run.
struct Command {
    std::vector<Word> words;               // name first; empty for a bare assignment
    std::vector<Assignment> assignments;   // in front of the name
    std::vector<Redirect> redirects;
    Span span;                   // first to last byte, redirections excluded
    Joint joint = Joint::end;    // what follows
    Joint before = Joint::end;   // what joins it to the command before it in the same list; end for the first
    bool condition = false;      // stands in the condition of if, while, until
    bool negated = false;
    bool in_substitution = false;   // inside $( ), backticks or <( )
    bool in_subshell = false;       // inside ( )
    bool in_function = false;
    std::uint32_t pipeline = 0;             // commands of one pipeline share the number
    std::optional<std::uint32_t> wrapper;   // index of the wrapper command that runs this one
    std::optional<std::uint32_t> inner;     // index of the command that this wrapper runs

    std::string_view name() const;        // value of the first word; "" without words
    std::string_view base_name() const;   // after the last '/'
    Span name_span() const;
    std::span<const Word> arguments() const;   // words after the name
    bool is(std::string_view name) const;      // base name equals
    // Base name and the first operand (sub-command), with the option grammar of the package managers where there is one.
    bool is(std::string_view name, std::string_view subcommand) const;
    // --name, --name=value, or the letter of "-abc" for one-letter names ("y"); long names may be given with one dash: "-name".
    const Word* option(std::string_view name) const;
    bool has_any(std::initializer_list<std::string_view> options) const;
    const Assignment* assigns(std::string_view variable) const;
};

// A part of the outermost list: a pipeline or a compound command, in the joined text. "a && b | c; d" has three.
struct Statement {
    std::uint32_t begin = 0, end = 0;   // redirections included
    Joint joint = Joint::end;           // what follows
    std::uint32_t joint_at = 0;         // where
};

// An expansion ($ or `) outside of double quotes, in the joined text.
struct Expansion {
    std::uint32_t begin = 0;
    bool split = true;   // false where the shell leaves the result in one piece: assignments, [[ ]], words of case and for, inside ${ }
};

// Where a script lies: the file's bytes piece by piece (continuations cut out), in order.
struct Input {
    const Source* source = nullptr;
    std::vector<Span> pieces;
    Dialect dialect = Dialect::posix;
};

// Parsed shell code. Never fails; broken parts are error nodes. Bounded: nesting deeper than 500 levels is cut (truncated()).
class Script {
public:
    explicit Script(const Input& input);
    // Exec form: the words are the arguments of one command, nothing is parsed. When the command is a shell with -c, the
    // argument after it is not parsed here (the Dockerfile makes a second ShellCode of it).
    Script(const Source& source, std::span<const Text> words);
    // Nodes and texts point into the script, so it is neither copied nor moved.
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    const std::vector<Command>& commands() const { return commands_; }   // in order of their first byte, nested ones included
    bool truncated() const { return truncated_; }
    // Code that a POSIX-like shell reads as text: not exec form, not empty. Only such code has a tree.
    bool is_text() const { return is_text_; }
    const std::vector<Statement>& statements() const { return statements_; }
    const std::vector<Expansion>& unquoted_expansions() const { return unquoted_; }

    // The tree costs more than everything else here together, so it is made when one of these is asked for the first time.
    Node root() const;   // null node for exec form and when nothing was parsed
    bool has_error() const;
    // Nodes are numbered in preorder.
    std::uint32_t node_count() const;
    Node node(std::uint32_t index) const { return {this, index}; }
    // Nodes of one kind in order. Cheap where the text shows that there is none.
    std::vector<Node> all(Kind kind) const;
    // Their nodes; a null node for exec form and for words that the tree does not know.
    Node node_of(const Word& word) const;
    Node node_of(const Redirect& redirect) const;
    Node node_of(const Assignment& assignment) const;
    Node node_of(const Command& command) const;
    Dialect dialect() const { return dialect_; }
    const Source* source() const { return source_; }
    // The command a node belongs to (its nearest command ancestor or itself); null when none.
    const Command* command_of(Node node) const;
    // The code with continuations removed, and where it lies.
    const std::string& joined() const { return joined_; }
    Text text() const;

private:
    friend class Node;
    friend struct Builder;
    friend const std::vector<SyntaxProblem>& syntax_problems(const Script& script);
    void grow() const;

    const Source* source_ = nullptr;
    Dialect dialect_ = Dialect::posix;
    bool is_text_ = false;
    std::uint32_t readable_ = 0;   // bytes that get a tree
    std::vector<Statement> statements_;
    std::vector<Expansion> unquoted_;
    std::string joined_;
    LineMap map_;
    struct Record {
        Kind kind;
        bool named;
        std::uint32_t begin, end;                            // in the joined text
        std::uint32_t parent, first_child, next, previous;   // no_record: there is none
    };
    static constexpr std::uint32_t no_record = UINT32_MAX;
    std::vector<Command> commands_;
    // What is found out on demand. A script is used by one thread.
    mutable bool truncated_ = false;
    mutable bool grown_ = false;
    mutable bool has_error_ = false;
    mutable std::vector<Record> records_;
    mutable std::shared_ptr<const std::vector<SyntaxProblem>> problems_;
};

// Dialect of a shell by its path or base name ("/bin/bash", "pwsh", "cmd.exe"); other for anything unknown.
Dialect dialect_of(std::string_view shell);

}
