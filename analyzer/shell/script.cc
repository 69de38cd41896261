#include "analyzer/shell/script.h"

#include <algorithm>
#include <utility>

#include "analyzer/shell/packages.h"
#include "analyzer/shell/scanner.h"

namespace plimsoll::shell {

namespace {

// Bytes of one script that are read.
constexpr std::uint32_t code_limit = 512U << 10;

std::string_view base_of(std::string_view path) {
    std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}

// Node

Kind Node::kind() const { return script_ ? script_->records_[index_].kind : Kind::other; }

Text Node::text() const {
    if (!script_) return {};
    const auto& record = script_->records_[index_];
    return Builder::text(*script_, record.begin, record.end);
}

Span Node::span() const { return text().span; }

bool Node::named() const { return script_ && script_->records_[index_].named; }

Node Node::parent() const {
    if (!script_ || script_->records_[index_].parent == Script::no_record) return {};
    return {script_, script_->records_[index_].parent};
}

Node Node::first_child() const {
    if (!script_ || script_->records_[index_].first_child == Script::no_record) return {};
    return {script_, script_->records_[index_].first_child};
}

Node Node::next() const {
    if (!script_ || script_->records_[index_].next == Script::no_record) return {};
    return {script_, script_->records_[index_].next};
}

Node Node::previous() const {
    if (!script_ || script_->records_[index_].previous == Script::no_record) return {};
    return {script_, script_->records_[index_].previous};
}

std::vector<Node> Node::children() const {
    std::vector<Node> out;
    for (Node child = first_child(); child; child = child.next()) out.push_back(child);
    return out;
}

std::vector<Node> Node::named_children() const {
    std::vector<Node> out;
    for (Node child = first_child(); child; child = child.next())
        if (child.named()) out.push_back(child);
    return out;
}

Node Node::child(Kind k) const {
    Node found = first_child();
    while (found && !found.is(k)) found = found.next();
    return found;
}

Node Node::ancestor(Kind k) const {
    Node found = parent();
    while (found && !found.is(k)) found = found.parent();
    return found;
}

bool Node::has_error() const {
    if (!script_ || !script_->has_error_) return false;
    // Preorder: the nodes below this one follow it until one that no longer has it as an ancestor, that is, the next
    // sibling of it or of an ancestor.
    std::uint32_t end = script_->node_count();
    for (Node up = *this; up; up = up.parent())
        if (Node after = up.next()) {
            end = after.index();
            break;
        }
    auto first = script_->records_.begin() + static_cast<std::ptrdiff_t>(index_), last = script_->records_.begin() + static_cast<std::ptrdiff_t>(end);
    return std::any_of(first, last, [](const auto& r) { return r.kind == Kind::error || r.kind == Kind::missing; });
}

// Command

std::string_view Command::name() const { return words.empty() ? std::string_view() : std::string_view(words.front().value); }

std::string_view Command::base_name() const { return base_of(name()); }

Span Command::name_span() const { return words.empty() ? span : words.front().span(); }

std::span<const Word> Command::arguments() const { return std::span(words).subspan(words.empty() ? 0 : 1); }

// Asked hundreds of times for each command: most answers come from the length or the last byte.
bool Command::is(std::string_view wanted) const {
    const std::string_view full = name();
    if (full.size() < wanted.size() || wanted.empty() || full.back() != wanted.back() || !full.ends_with(wanted)) return false;
    return full.size() == wanted.size() || full[full.size() - wanted.size() - 1] == '/';
}

bool Command::is(std::string_view wanted, std::string_view subcommand) const {
    if (!is(wanted)) return false;
    if (auto call = package_call(*this)) return call->action == subcommand || (call->subcommand && *call->subcommand == subcommand);
    bool skip = false;
    for (const Word& word : arguments()) {
        if (std::exchange(skip, false)) continue;
        if (!word.starts_with("-")) return word == subcommand;
        // git is the one everyday program whose global options take a value of their own.
        skip = wanted == "git" && (word == "-C" || word == "-c" || word == "--git-dir" || word == "--work-tree");
    }
    return false;
}

const Word* Command::option(std::string_view wanted) const {
    bool dashed = wanted.starts_with("-");
    for (const Word& word : arguments()) {
        std::string_view v = word.value;
        if (v == "--") return nullptr;
        if (v.size() < 2 || v[0] != '-') continue;
        if (dashed) {
            if (v == wanted || (v.starts_with(wanted) && v[wanted.size()] == '=')) return &word;
            continue;
        }
        if (v[1] != '-' && wanted.size() == 1) {
            std::size_t letters = 1;
            while (letters < v.size() && is_name(v[letters])) ++letters;
            if (v.substr(1, letters - 1).find(wanted[0]) != std::string_view::npos) return &word;
        } else if (v.starts_with("--")) {
            v.remove_prefix(2);
            if (v.substr(0, v.find('=')) == wanted) return &word;
        }
    }
    return nullptr;
}

bool Command::has_any(std::initializer_list<std::string_view> options) const {
    return std::any_of(options.begin(), options.end(), [this](std::string_view o) { return option(o) != nullptr; });
}

const Assignment* Command::assigns(std::string_view variable) const {
    for (const Assignment& assignment : assignments)
        if (assignment.name == variable) return &assignment;
    return nullptr;
}

// Script

Script::Script(const Input& input) : source_(input.source), dialect_(input.dialect) {
    std::size_t size = 0;
    for (Span piece : input.pieces) size += piece.size();
    joined_.reserve(std::min<std::size_t>(size, code_limit));
    map_.reserve(input.pieces.size());
    for (Span piece : input.pieces) {
        if (joined_.size() + piece.size() > code_limit) {
            piece.end = piece.begin + (code_limit - static_cast<std::uint32_t>(joined_.size()));
            truncated_ = true;
        }
        if (piece.empty()) continue;
        map_.push_back({static_cast<std::uint32_t>(joined_.size()), piece.begin, piece.size()});
        joined_ += source_->slice(piece);
    }
    if (!is_posix_family(dialect_) || joined_.empty()) return;
    is_text_ = true;
    Builder::commands(*this);
    Builder::wrappers(*this);
}

Script::Script(const Source& source, std::span<const Text> words) : source_(&source) {
    if (words.empty()) return;
    Command command;
    for (const Text& text : words) command.words.push_back({text, std::string(text.value), true, true});
    command.span = cover(words.front().span, words.back().span);
    commands_.push_back(std::move(command));
    Builder::wrappers(*this);
}

void Script::grow() const {
    if (std::exchange(grown_, true) || !is_text_) return;
    Builder::tree(*this);
}

Node Script::root() const {
    grow();
    return records_.empty() ? Node() : Node(this, 0);
}

bool Script::has_error() const {
    grow();
    return has_error_;
}

std::uint32_t Script::node_count() const {
    grow();
    return static_cast<std::uint32_t>(records_.size());
}

namespace {

bool is_name_byte(char c) { return is_name(c) || c == '-' || c == '.' || c == '/'; }

// The word as such, not as a part of "--force" or "/usr/local".
bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_name_byte(text[at - 1])) && (end == text.size() || !is_name_byte(text[end]))) return true;
    }
    return false;
}

// False when the text shows that it holds no node of this kind.
bool may_hold(std::string_view text, Kind kind) {
    auto has = [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; };
    switch (kind) {
        case Kind::for_statement: return has_word(text, "for");
        case Kind::list: return has("&&") || has("||");
        case Kind::raw_string: return has("'");
        case Kind::command_substitution: return has("$(") || has("`");
        case Kind::simple_expansion:
        case Kind::expansion: return has("$");
        case Kind::declaration:
            return has_word(text, "export") || has_word(text, "declare") || has_word(text, "local") || has_word(text, "readonly") || has_word(text, "typeset");
        default: return true;
    }
}

}

std::vector<Node> Script::all(Kind kind) const {
    std::vector<Node> out;
    if (!may_hold(joined_, kind)) return out;
    for (std::uint32_t i = 0; i < node_count(); ++i)
        if (records_[i].kind == kind) out.push_back({this, i});
    return out;
}

const Command* Script::command_of(Node wanted) const {
    if (!wanted) return nullptr;
    Span span = wanted.span();
    // The commands are in order of their first byte; the innermost one around the node begins last. Wrapped commands
    // lie inside their wrapper and are the nearer ones.
    auto after = std::upper_bound(commands_.begin(), commands_.end(), span.begin, [](std::uint32_t b, const Command& c) { return b < c.span.begin; });
    for (int steps = 0; after != commands_.begin() && steps < 256; ++steps)
        if ((--after)->span.contains(span)) return &*after;
    return nullptr;
}

Text Script::text() const { return joined_.empty() ? Text() : Builder::text(*this, 0, static_cast<std::uint32_t>(joined_.size())); }

Text Builder::text(const Script& script, std::uint32_t begin, std::uint32_t end) {
    Text all{script.joined_, {}, &script.map_, 0};
    return all.sub(begin, end);
}

Node Builder::node(const Script& script, std::uint32_t begin, std::uint32_t end) {
    const auto& records = script.records_;
    auto first = std::lower_bound(records.begin(), records.end(), begin, [](const Script::Record& r, std::uint32_t b) { return r.begin < b; });
    for (; first != records.end() && first->begin == begin; ++first) {
        bool outer = first->kind == Kind::command || first->kind == Kind::command_name || first->kind == Kind::list || first->kind == Kind::program ||
                     first->kind == Kind::pipeline || first->kind == Kind::redirected || first->kind == Kind::negated || first->kind == Kind::case_item;
        if (first->end == end && !outer) return {&script, static_cast<std::uint32_t>(first - records.begin())};
    }
    return {};
}

Node Builder::command_node(const Script& script, std::uint32_t begin) {
    const auto& records = script.records_;
    auto first = std::lower_bound(records.begin(), records.end(), begin, [](const Script::Record& r, std::uint32_t b) { return r.begin < b; });
    auto start = static_cast<std::uint32_t>(first - records.begin());
    std::uint32_t last = Script::no_record;
    for (std::uint32_t i = start; i < records.size() && records[i].begin == begin; ++i) {
        last = i;
        Kind k = records[i].kind;
        if (k == Kind::command || k == Kind::declaration || k == Kind::unset || k == Kind::test || k == Kind::assignment || k == Kind::file_redirect)
            return {&script, i};
    }
    return last == Script::no_record ? Node() : Node(&script, last);
}

namespace {

// A decoded text (exec form) has no place in the joined code.
bool has_place(const Text& text) { return text.map != nullptr; }

std::uint32_t end_of(const Text& text) { return text.joined + static_cast<std::uint32_t>(text.value.size()); }

}

Node Script::node_of(const Word& word) const {
    grow();
    return has_place(word.text) ? Builder::node(*this, word.text.joined, end_of(word.text)) : Node();
}

Node Script::node_of(const Redirect& redirect) const { return node_of(redirect.target).parent(); }

Node Script::node_of(const Assignment& assignment) const {
    grow();
    Node name = Builder::command_node(*this, assignment.name.joined);
    return name.is(Kind::assignment) ? name : Builder::node(*this, assignment.name.joined, end_of(assignment.value.text));
}

Node Script::node_of(const Command& command) const {
    if (!is_text_) return {};
    grow();
    Node found;
    if (!command.assignments.empty())
        found = Builder::command_node(*this, command.assignments.front().name.joined);
    else if (!command.words.empty())
        found = Builder::command_node(*this, command.words.front().text.joined);
    else if (!command.redirects.empty())
        found = node_of(command.redirects.front());
    // A wrapped command is part of the wrapper's node.
    return command.wrapper && !found.is(Kind::command) ? node_of(commands_[*command.wrapper]) : found;
}

Dialect dialect_of(std::string_view shell) {
    std::size_t cut = shell.find_last_of("/\\");
    std::string name(cut == std::string_view::npos ? shell : shell.substr(cut + 1));
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (name.ends_with(".exe")) name.resize(name.size() - 4);
    constexpr std::pair<std::string_view, Dialect> known[] = {
        {"sh", Dialect::posix},
        {"dash", Dialect::dash},
        {"bash", Dialect::bash},
        {"rbash", Dialect::bash},
        {"ash", Dialect::ash},
        {"busybox", Dialect::ash},
        {"ksh", Dialect::ksh},
        {"ksh93", Dialect::ksh},
        {"mksh", Dialect::ksh},
        {"zsh", Dialect::zsh},
        {"powershell", Dialect::powershell},
        {"pwsh", Dialect::powershell},
        {"cmd", Dialect::cmd},
    };
    for (const auto& [text, dialect] : known)
        if (text == name) return dialect;
    return Dialect::other;
}

}
