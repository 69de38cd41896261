#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "analyzer/shell/expansion.h"

namespace plimsoll::shell {

namespace {

// Variables of the shell itself that only ever hold numbers or plain words.
bool is_plain_special(std::string_view name) {
    static constexpr std::array<std::string_view, 24> names = {"#",
                                                               "?",
                                                               "-",
                                                               "$",
                                                               "!",
                                                               "BASHPID",
                                                               "BASH_ARGC",
                                                               "BASH_LINENO",
                                                               "BASH_SUBSHELL",
                                                               "COLUMNS",
                                                               "EPOCHREALTIME",
                                                               "EPOCHSECONDS",
                                                               "EUID",
                                                               "HISTFILESIZE",
                                                               "HISTSIZE",
                                                               "LINENO",
                                                               "LINES",
                                                               "OPTIND",
                                                               "PPID",
                                                               "RANDOM",
                                                               "SECONDS",
                                                               "SHELLOPTS",
                                                               "SHLVL",
                                                               "UID"};
    return std::ranges::find(names, name) != names.end();
}

Content settled(Content content) { return content == Content::given ? Content::plain : content; }

// What comes out of two places where one of them applies.
Content either(Content a, Content b) {
    if (a == b) return a;
    a = settled(a), b = settled(b);
    if (a == b) return a;
    if (a == Content::empty && b == Content::plain) return b;
    if (b == Content::empty && a == Content::plain) return a;
    return Content::other;
}

// What two texts make when they are joined.
Content joined(Content a, Content b) {
    if (a == Content::empty) return b;
    if (b == Content::empty) return a;
    return settled(a) == Content::plain && settled(b) == Content::plain ? Content::plain : Content::other;
}

Content of_literal(std::string_view text) {
    if (text.empty()) return Content::empty;
    return text.find_first_of(" \t\r\n*?[") == std::string_view::npos ? Content::plain : Content::other;
}

class Walk {
public:
    Walk(const Script& script, const std::function<bool(std::string_view)>& environment, std::vector<Content>& seen)
        : script_(script), environment_(environment), seen_(seen), noted_(script.node_count()), budget_(std::uint64_t{script.node_count()} * 30 + 1000) {}

    void run() { statement(script_.root()); }

private:
    using Change = std::pair<std::size_t, Content>;
    struct Branch {
        std::vector<Change> changes;
        bool dead = false;
    };

    // Variables.
    std::size_t slot(std::string_view name);
    Content get(std::string_view name);
    void set(std::string_view name, Content content);
    Content value(Node node);
    Content of_expansion(Node node);
    void assign(Node assignment);

    // Alternatives.
    template <typename Body>
    Branch trial(Body body);
    void join(std::vector<Branch> branches);
    template <typename Body>
    void maybe(Body body);

    // Nodes.
    void statement(Node node);
    void children(Node node);
    void list(Node node);
    void if_statement(Node node);
    void case_statement(Node node);
    void loop(Node node, Node body);
    void for_statement(Node node);
    void command(Node node);
    void built_in(std::string_view name, Node node);
    void names_after(Node node, std::size_t skip);
    void note(Node node);

    const Script& script_;
    const std::function<bool(std::string_view)>& environment_;
    std::vector<Content>& seen_;
    std::vector<bool> noted_;
    std::uint64_t budget_;   // nodes that may still be visited: functions and loops visit some of them more than once
    std::unordered_map<std::string_view, std::size_t> slots_;
    std::vector<Content> now_;
    std::vector<Change> journal_;   // what the variables were before each assignment
    std::unordered_map<std::string_view, Node> functions_;
    bool dead_ = false;   // behind exit or return
    unsigned loops_ = 0, calls_ = 0, muted_ = 0;
};

std::size_t Walk::slot(std::string_view name) {
    auto [it, fresh] = slots_.try_emplace(name, now_.size());
    if (fresh) now_.push_back(is_plain_special(name) ? Content::plain : environment_(name) ? Content::given : Content::unknown);
    return it->second;
}

Content Walk::get(std::string_view name) { return now_[slot(name)]; }

void Walk::set(std::string_view name, Content content) {
    std::size_t at = slot(name);
    journal_.emplace_back(at, now_[at]);
    now_[at] = content;
}

template <typename Body>
Walk::Branch Walk::trial(Body body) {
    std::size_t mark = journal_.size();
    bool before = dead_;
    body();
    Branch branch;
    branch.dead = std::exchange(dead_, before);
    for (std::size_t i = mark; i < journal_.size(); ++i) branch.changes.emplace_back(journal_[i].first, now_[journal_[i].first]);
    for (; journal_.size() > mark; journal_.pop_back()) now_[journal_.back().first] = journal_.back().second;
    std::ranges::sort(branch.changes);
    branch.changes.erase(std::unique(branch.changes.begin(), branch.changes.end()), branch.changes.end());
    return branch;
}

// Exactly one of the branches is taken.
void Walk::join(std::vector<Branch> branches) {
    std::erase_if(branches, [](const Branch& branch) { return branch.dead; });
    if (branches.empty()) {
        dead_ = true;
        return;
    }
    std::unordered_map<std::size_t, std::pair<Content, std::size_t>> merged;
    for (const Branch& branch : branches) {
        for (auto [at, content] : branch.changes) {
            auto [it, fresh] = merged.try_emplace(at, content, 1);
            if (!fresh) it->second = {either(it->second.first, content), it->second.second + 1};
        }
    }
    for (const auto& [at, found] : merged) {
        journal_.emplace_back(at, now_[at]);
        now_[at] = found.second == branches.size() ? found.first : either(found.first, now_[at]);
    }
}

template <typename Body>
void Walk::maybe(Body body) {
    join({trial(body), Branch{}});
}

void Walk::note(Node node) {
    std::string_view name = variable_of(node);
    if (name.empty()) return;
    Content content = get(name);
    if (muted_) return;
    Content& seen = seen_[node.index()];
    seen = noted_[node.index()] ? either(seen, content) : content;
    noted_[node.index()] = true;
}

Content Walk::of_expansion(Node node) {
    std::string_view name = variable_of(node);
    if (name.empty() || !operator_of(node).empty()) return Content::other;
    Content content = get(name);
    return content == Content::unknown ? Content::other : settled(content);
}

// What a word becomes when it is assigned.
Content Walk::value(Node node) {
    switch (node.kind()) {
        case Kind::number:
        case Kind::arithmetic_expansion: return Content::plain;
        case Kind::word:
        case Kind::string_content: return of_literal(node.text().value);
        case Kind::raw_string: {
            std::string_view text = node.text().value;
            return of_literal(text.size() < 2 ? text : text.substr(1, text.size() - 2));
        }
        case Kind::simple_expansion:
        case Kind::expansion: return of_expansion(node);
        case Kind::string:
        case Kind::concatenation: {
            Content content = Content::empty;
            for (Node part : node.children())
                if (!(part.is(Kind::token) && part.text().value == "\"")) content = joined(content, value(part));
            return content;
        }
        case Kind::token: return of_literal(node.text().value);
        default: return Content::other;
    }
}

void Walk::assign(Node assignment) {
    Node name = assignment.first_child();
    if (!name.is(Kind::variable_name)) return;
    bool append = name.next().text().value == "+=";
    Node given = name.next().next();
    if (given) statement(given);
    Content content = given ? value(given) : Content::empty;
    set(name.text().value, append ? joined(get(name.text().value), content) : content);
}

void Walk::children(Node node) {
    for (Node child = node.first_child(); child; child = child.next()) statement(child);
}

void Walk::statement(Node node) {
    if (!node || budget_ == 0) return;
    --budget_;
    switch (node.kind()) {
        case Kind::simple_expansion:
        case Kind::expansion: note(node); return children(node);
        case Kind::assignment: return assign(node);
        case Kind::list: return list(node);
        case Kind::if_statement: return if_statement(node);
        case Kind::case_statement: return case_statement(node);
        case Kind::while_statement:
        case Kind::c_for_statement: return loop(node, node.child(Kind::do_group));
        case Kind::for_statement: return for_statement(node);
        case Kind::subshell:
        case Kind::command_substitution:
        case Kind::process_substitution: trial([&] { children(node); }); return;
        case Kind::pipeline:
            for (Node part = node.first_child(); part; part = part.next()) trial([&] { statement(part); });
            return;
        case Kind::function_definition: {
            Node name = node.child(Kind::word);
            if (name) functions_[name.text().value] = node;
            trial([&] { children(node); });
            return;
        }
        case Kind::declaration: children(node); return built_in(node.first_child().text().value, node);
        case Kind::unset: children(node); return built_in("unset", node);
        case Kind::command: return command(node);
        default: return children(node);
    }
}

// "a && b || c": what stands on the right runs when the left side went well or badly; exit leaves only the other way.
void Walk::list(Node node) {
    std::string_view joint;
    for (Node child = node.first_child(); child; child = child.next()) {
        if (child.is(Kind::token)) {
            joint = child.text().value;
        } else if (joint == "||") {
            maybe([&] { statement(child); });
        } else {
            statement(child);
        }
    }
}

void Walk::if_statement(Node node) {
    std::vector<Branch> branches;
    bool has_else = false;
    auto clause = [&](Node part) {
        Node child = part.first_child();
        for (; child && !(child.is(Kind::token) && child.text().value == "then"); child = child.next()) statement(child);
        branches.push_back(trial([&] {
            for (; child && !child.is(Kind::elif_clause) && !child.is(Kind::else_clause); child = child.next()) statement(child);
        }));
    };
    clause(node);
    for (Node child = node.first_child(); child; child = child.next()) {
        if (child.is(Kind::elif_clause)) clause(child);
        if (!child.is(Kind::else_clause)) continue;
        has_else = true;
        branches.push_back(trial([&] { children(child); }));
    }
    if (!has_else) branches.emplace_back();
    join(std::move(branches));
}

void Walk::case_statement(Node node) {
    std::vector<Branch> branches;
    bool has_default = false;
    for (Node child = node.first_child(); child; child = child.next()) {
        if (!child.is(Kind::case_item)) {
            statement(child);
            continue;
        }
        std::string_view text = child.text().value;
        if (text.starts_with("(")) text.remove_prefix(1);
        has_default = has_default || text.substr(0, text.find(')')).find_first_not_of(" \t*") == std::string_view::npos;
        branches.push_back(trial([&] { children(child); }));
    }
    if (!has_default) branches.emplace_back();
    join(std::move(branches));
}

// The body sees what an earlier round of it left behind.
void Walk::loop(Node node, Node body) {
    for (Node child = node.first_child(); child; child = child.next())
        if (child != body) statement(child);
    if (loops_ < 3) {
        ++muted_, ++loops_;
        maybe([&] { statement(body); });
        --muted_, --loops_;
    }
    ++loops_;
    maybe([&] { statement(body); });
    --loops_;
}

void Walk::for_statement(Node node) {
    Node variable = node.child(Kind::variable_name);
    Node body = node.child(Kind::do_group);
    if (!body) body = node.child(Kind::group);
    std::optional<Content> content;
    for (Node child = variable ? variable.next() : node.first_child(); child; child = child.next()) {
        if (child == body || child.is(Kind::token)) continue;
        // What comes out of an expansion is split at blanks, but may then be the name of a file.
        Content one = is_expansion(child) ? Content::other : value(child);
        content = content ? either(*content, one) : one;
    }
    if (variable) set(variable.text().value, content.value_or(Content::other));
    loop(node, body);
}

// Variables named by the arguments get a new, unknown value.
void Walk::names_after(Node node, std::size_t skip) {
    for (Node word = node.first_child(); word; word = word.next()) {
        if (!word.is(Kind::word) || word.text().value.starts_with("-")) continue;
        if (skip > 0)
            --skip;
        else
            set(word.text().value, Content::other);
    }
}

void Walk::built_in(std::string_view name, Node node) {
    if (name == "exit" || name == "return") dead_ = true;
    if (name == "read" || name == "mapfile" || name == "readarray") names_after(node, 0);
    if (name == "getopts") names_after(node, 1);
    if (name == "unset" || name == "local") {
        for (Node word : node.children())
            if (word.is(Kind::variable_name)) set(word.text().value, Content::empty);
    }
    if (name != "printf") return;
    bool wanted = false;
    for (Node word = node.first_child(); word; word = word.next()) {
        if (std::exchange(wanted, word.text().value == "-v")) set(word.text().value, Content::other);
    }
}

void Walk::command(Node node) {
    for (Node child = node.first_child(); child; child = child.next()) {
        if (child.is(Kind::assignment))
            trial([&] { assign(child); });   // for the command's environment only
        else
            statement(child);
    }
    std::string_view name = name_of(node);
    built_in(name, node);
    auto function = functions_.find(name);
    if (function == functions_.end() || calls_ >= 3) return;
    ++calls_;
    statement(function->second.child(Kind::group));
    dead_ = false;
    --calls_;
}

}

Values::Values(const Script& script, const std::function<bool(std::string_view)>& environment) : seen_(script.node_count(), Content::unknown) {
    if (script.root()) Walk(script, environment, seen_).run();
}

}
