#include "analyzer/docker/tree.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "analyzer/text/source.h"

extern "C" const TSLanguage* tree_sitter_dockerfile();

namespace plimsoll::docker {
namespace {

struct Release {
    void operator()(TSParser* parser) const { ts_parser_delete(parser); }
    void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};

using Parser = std::unique_ptr<TSParser, Release>;
using Tree = std::unique_ptr<TSTree, Release>;

TSParser* thread_parser() {
    thread_local const Parser parser = [] {
        Parser made(ts_parser_new());
        ts_parser_set_language(made.get(), tree_sitter_dockerfile());
        return made;
    }();
    return parser.get();
}

// The node kinds read here, looked up by name once.
struct Kinds {
    TSSymbol directive = find("directive"), name = find("directive_name"), value = find("directive_value");
    TSSymbol instruction = find("instruction"), keyword = find("keyword"), comment = find("comment");
    TSSymbol continuation = find("line_continuation"), empty_line = find("empty_line");
    TSSymbol heredoc = find("heredoc"), body = find("heredoc_body"), terminator = find("heredoc_end");

    static TSSymbol find(std::string_view name) {
        return ts_language_symbol_for_name(tree_sitter_dockerfile(), name.data(), static_cast<std::uint32_t>(name.size()), true);
    }
};

const Kinds& kinds() {
    static const Kinds all;
    return all;
}

Span span_of(TSNode node) { return {ts_node_start_byte(node), ts_node_end_byte(node)}; }

class Cursor {
public:
    explicit Cursor(TSNode root) : cursor_(ts_tree_cursor_new(root)) {}
    ~Cursor() { ts_tree_cursor_delete(&cursor_); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
    bool down() { return ts_tree_cursor_goto_first_child(&cursor_); }
    bool next() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
    bool up() { return ts_tree_cursor_goto_parent(&cursor_); }

private:
    TSTreeCursor cursor_;
};

class Reader {
public:
    explicit Reader(const Source& source) : text_(source.text()) {}

    RawFile read(TSNode root) {
        Cursor cursor(root);
        for (bool more = cursor.down(); more; more = cursor.next()) {
            const TSNode node = cursor.node();
            const TSSymbol kind = ts_node_symbol(node);
            if (kind == kinds().comment)
                file_.comments.push_back(span_of(node));
            else if (kind == kinds().directive)
                read_directive(cursor);
            else if (kind == kinds().instruction)
                read_instruction(cursor);
        }
        return std::move(file_);
    }

private:
    bool is_return(std::uint32_t offset) const { return text_[offset] == '\r'; }

    // Without the line end the span may stop with.
    Span trimmed_line(Span line) const {
        if (!line.empty() && text_[line.end - 1] == '\n') line.end--;
        while (!line.empty() && is_return(line.end - 1)) line.end--;
        return line;
    }

    std::uint32_t next_line(std::uint32_t offset) const {
        const std::size_t end = text_.find('\n', offset);
        return static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end + 1);
    }

    void read_directive(Cursor& cursor) {
        RawDirective directive;
        directive.whole.begin = directive.whole.end = ts_node_start_byte(cursor.node());
        for (bool more = cursor.down(); more; more = cursor.next()) {
            const TSNode node = cursor.node();
            const TSSymbol kind = ts_node_symbol(node);
            if (kind == kinds().name) directive.name = span_of(node);
            if (kind == kinds().value) directive.value = span_of(node);
            if (kind == kinds().comment) file_.comments.push_back(span_of(node));
            directive.whole.end = std::max(directive.whole.end, ts_node_end_byte(node));
        }
        cursor.up();
        note_escape(directive);
        file_.directives.push_back(directive);
    }

    static bool same_name(std::string_view name, std::string_view lower) {
        if (name.size() != lower.size()) return false;
        for (std::size_t i = 0; i < name.size(); ++i)
            if ((name[i] | 0x20) != lower[i]) return false;
        return true;
    }

    // The first one counts; a second or a wrong one is an error of the file, not a change.
    void note_escape(const RawDirective& directive) {
        if (escape_seen_ || !same_name(slice(directive.name), "escape")) return;
        escape_seen_ = true;
        const std::string_view value = slice(directive.value);
        if (value == "`" || value == "\\") file_.escape = value[0];
    }

    std::string_view slice(Span span) const { return text_.substr(span.begin, span.size()); }

    void read_instruction(Cursor& cursor) {
        RawInstruction instruction;
        const Span all = span_of(cursor.node());
        instruction.whole = trimmed_line(all);
        piece_ = all.begin;
        line_end_ = all.end;
        has_keyword_ = false;
        descend(cursor, instruction);
        add_piece(instruction, trimmed_line({std::min(piece_, line_end_), line_end_}));
        if (!has_keyword_) instruction.keyword = {all.begin, all.begin};
        file_.instructions.push_back(std::move(instruction));
    }

    // Every node below the cursor, in order. The grammar does not nest deeply, and no recursion is needed.
    void descend(Cursor& cursor, RawInstruction& instruction) {
        int depth = cursor.down() ? 1 : 0;
        while (depth > 0) {
            visit(cursor.node(), instruction);
            if (cursor.down()) {
                ++depth;
                continue;
            }
            for (; depth > 0 && !cursor.next(); --depth) cursor.up();
        }
    }

    void visit(TSNode node, RawInstruction& instruction) {
        const TSSymbol kind = ts_node_symbol(node);
        const Span span = span_of(node);
        if (kind == kinds().continuation) {
            add_piece(instruction, {piece_, span.begin});
            piece_ = span.end;
        } else if (kind == kinds().empty_line) {
            instruction.empty_lines.push_back(trimmed_line(span));
            piece_ = span.end;
        } else if (kind == kinds().comment) {
            instruction.inner_comments.push_back(span);
            piece_ = next_line(span.end);
        } else if (kind == kinds().keyword) {
            const Span keyword = split_keyword(instruction, span);
            if (!has_keyword_) instruction.keyword = keyword;
            has_keyword_ = true;
        } else if (kind == kinds().heredoc) {
            line_end_ = std::min(line_end_, span.begin);
            instruction.heredocs.push_back({{span.begin, span.begin}, {span.end, span.end}, false});
        } else if (kind == kinds().body) {
            instruction.heredocs.back().body = span;
        } else if (kind == kinds().terminator) {
            instruction.heredocs.back().terminator = span;
            instruction.heredocs.back().closed = true;
        }
    }

    // A keyword may be broken by continuations: "RU\" and "N" on the next line. Returns it without one at its end.
    Span split_keyword(RawInstruction& instruction, Span keyword) {
        for (std::uint32_t end; (end = next_line(piece_)) <= keyword.end && text_[end - 1] == '\n'; piece_ = end) {
            const auto escape = static_cast<std::uint32_t>(text_.rfind(file_.escape, end - 1));
            add_piece(instruction, {piece_, escape});
            if (end == keyword.end) keyword.end = escape;
        }
        return keyword;
    }

    static void add_piece(RawInstruction& instruction, Span piece) {
        if (!piece.empty()) instruction.pieces.push_back(piece);
    }

    std::string_view text_;
    RawFile file_;
    bool escape_seen_ = false;
    std::uint32_t piece_ = 0;      // where the piece being collected starts
    std::uint32_t line_end_ = 0;   // where the logical line ends
    bool has_keyword_ = false;
};

}

RawFile read_lines(const Source& source) {
    TSParser* parser = thread_parser();
    const std::string_view text = source.text();
    const Tree tree(ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size())));
    if (!tree) return {};
    return Reader(source).read(ts_tree_root_node(tree.get()));
}

}
