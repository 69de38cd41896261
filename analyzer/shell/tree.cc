#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "analyzer/shell/scanner.h"

extern "C" const TSLanguage* tree_sitter_bash(void);

// tree-sitter-bash's tree copied into records.

namespace plimsoll::shell {

namespace {

// Deeper nodes are left out, so that whoever walks the tree by recursion is safe.
constexpr std::size_t depth_limit = 1000;
// Bytes of one script that get a tree; its commands are read whatever its size.
constexpr std::uint32_t size_limit = 128U << 10;

constexpr std::pair<std::string_view, Kind> kind_names[] = {
    {"program", Kind::program},
    {"list", Kind::list},
    {"pipeline", Kind::pipeline},
    {"negated_command", Kind::negated},
    {"command", Kind::command},
    {"command_name", Kind::command_name},
    {"declaration_command", Kind::declaration},
    {"unset_command", Kind::unset},
    {"test_command", Kind::test},
    {"redirected_statement", Kind::redirected},
    {"subshell", Kind::subshell},
    {"compound_statement", Kind::group},
    {"if_statement", Kind::if_statement},
    {"elif_clause", Kind::elif_clause},
    {"else_clause", Kind::else_clause},
    {"while_statement", Kind::while_statement},
    {"for_statement", Kind::for_statement},
    {"c_style_for_statement", Kind::c_for_statement},
    {"do_group", Kind::do_group},
    {"case_statement", Kind::case_statement},
    {"case_item", Kind::case_item},
    {"function_definition", Kind::function_definition},
    {"variable_assignment", Kind::assignment},
    {"variable_name", Kind::variable_name},
    {"subscript", Kind::subscript},
    {"array", Kind::array},
    {"word", Kind::word},
    {"number", Kind::number},
    {"string", Kind::string},
    {"string_content", Kind::string_content},
    {"raw_string", Kind::raw_string},
    {"ansi_c_string", Kind::ansi_string},
    {"translated_string", Kind::translated_string},
    {"concatenation", Kind::concatenation},
    {"brace_expression", Kind::brace_expression},
    {"simple_expansion", Kind::simple_expansion},
    {"expansion", Kind::expansion},
    {"command_substitution", Kind::command_substitution},
    {"process_substitution", Kind::process_substitution},
    {"arithmetic_expansion", Kind::arithmetic_expansion},
    {"special_variable_name", Kind::special_variable_name},
    {"file_redirect", Kind::file_redirect},
    {"herestring_redirect", Kind::herestring},
    {"heredoc_redirect", Kind::heredoc_redirect},
    {"heredoc_start", Kind::heredoc_start},
    {"heredoc_body", Kind::heredoc_body},
    {"heredoc_content", Kind::heredoc_content},
    {"heredoc_end", Kind::heredoc_end},
    {"file_descriptor", Kind::file_descriptor},
    {"binary_expression", Kind::binary_expression},
    {"unary_expression", Kind::unary_expression},
    {"parenthesized_expression", Kind::parenthesized_expression},
    {"ternary_expression", Kind::ternary_expression},
    {"postfix_expression", Kind::postfix_expression},
    {"test_operator", Kind::test_operator},
    {"regex", Kind::regex},
    {"extglob_pattern", Kind::extglob},
    {"comment", Kind::comment},
};

std::vector<Kind> make_kinds() {
    const TSLanguage* language = tree_sitter_bash();
    std::vector<Kind> kinds(ts_language_symbol_count(language), Kind::other);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        auto symbol = static_cast<TSSymbol>(i);
        if (ts_language_symbol_type(language, symbol) == TSSymbolTypeAnonymous) {
            kinds[i] = Kind::token;
            continue;
        }
        std::string_view name = ts_language_symbol_name(language, symbol);
        for (const auto& [text, kind] : kind_names)
            if (text == name) kinds[i] = kind;
    }
    return kinds;
}

Kind kind_of(TSNode node) {
    static const std::vector<Kind> kinds = make_kinds();
    if (ts_node_is_missing(node)) return Kind::missing;
    TSSymbol symbol = ts_node_symbol(node);
    return symbol < kinds.size() ? kinds[symbol] : Kind::error;
}

struct Parser {
    TSParser* parser = ts_parser_new();
    Parser() { ts_parser_set_language(parser, tree_sitter_bash()); }
    ~Parser() { ts_parser_delete(parser); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
};

struct Cursor {
    TSTreeCursor cursor;
    explicit Cursor(TSNode root) : cursor(ts_tree_cursor_new(root)) {}
    ~Cursor() { ts_tree_cursor_delete(&cursor); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
};

using Tree = std::unique_ptr<TSTree, decltype(&ts_tree_delete)>;

// What one parse may cost, counted in tree-sitter's own steps so that the outcome does not depend on the machine.
struct Job {
    std::string_view code;
    int steps = 0;
};

const char* read(void* payload, std::uint32_t offset, TSPoint, std::uint32_t* size) {
    std::string_view code = static_cast<Job*>(payload)->code;
    offset = std::min(offset, static_cast<std::uint32_t>(code.size()));
    *size = static_cast<std::uint32_t>(code.size()) - offset;
    return code.data() + offset;
}

// Recovery from errors can cost the square of the nesting; healthy code is linear and needs no bound. One step is 100 operations,
// the largest broken RUN of real files takes a few dozen.
bool too_long(TSParseState* state) { return state->has_error && ++static_cast<Job*>(state->payload)->steps > 200; }

Tree parse(std::string_view code) {
    static thread_local Parser parser;
    ts_parser_reset(parser.parser);
    // tree-sitter takes a NUL for the end of the input again and again, in quadratic time.
    std::string clean;
    if (code.find('\0') != std::string_view::npos) {
        clean = code;
        std::replace(clean.begin(), clean.end(), '\0', '_');
        code = clean;
    }
    Job job{code};
    TSInput input{&job, read, TSInputEncodingUTF8, nullptr};
    TSParseOptions options{&job, too_long};
    return Tree(ts_parser_parse_with_options(parser.parser, nullptr, input, options), &ts_tree_delete);
}

}

void Builder::tree(const Script& script) {
    if (script.readable_ > size_limit) script.truncated_ = true;
    Tree tree = parse(std::string_view(script.joined_).substr(0, std::min(script.readable_, size_limit)));
    if (!tree) {
        script.has_error_ = script.truncated_ = true;
        return;
    }
    TSNode root = ts_tree_root_node(tree.get());
    script.has_error_ = ts_node_has_error(root);
    script.records_.reserve(ts_node_descendant_count(root));

    struct Level {
        std::uint32_t record, last_child;
    };
    std::vector<Level> levels{{Script::no_record, Script::no_record}};
    // A list in a list ("a && b || c") is not a level of its own: tree-sitter nests them to the left, once per command.
    std::vector<bool> spliced;
    Cursor at(root);
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&at.cursor);
        Kind kind = kind_of(node);
        std::uint32_t parent = levels.back().record;
        bool splice = kind == Kind::list && parent != Script::no_record && script.records_[parent].kind == Kind::list;
        auto index = static_cast<std::uint32_t>(script.records_.size());
        if (!splice) {
            Level& level = levels.back();
            script.records_.push_back({kind, ts_node_is_named(node), ts_node_start_byte(node), ts_node_end_byte(node), parent, Script::no_record,
                                       Script::no_record, level.last_child});
            if (level.last_child != Script::no_record)
                script.records_[level.last_child].next = index;
            else if (parent != Script::no_record)
                script.records_[parent].first_child = index;
            level.last_child = index;
        }
        if (levels.size() > depth_limit) script.truncated_ = true;
        if (levels.size() <= depth_limit && ts_tree_cursor_goto_first_child(&at.cursor)) {
            spliced.push_back(splice);
            if (!splice) levels.push_back({index, Script::no_record});
            continue;
        }
        while (!ts_tree_cursor_goto_next_sibling(&at.cursor)) {
            if (!ts_tree_cursor_goto_parent(&at.cursor)) return;
            if (!spliced.back()) levels.pop_back();
            spliced.pop_back();
        }
    }
}

}
