#include "analyzer/docker/layer.h"

#include <algorithm>
#include <array>

#include "analyzer/shell/syntax.h"

namespace plimsoll::docker {

namespace {

// A RUN of more commands than this is not searched for assignments.
constexpr std::size_t search_limit = 2000;
constexpr int nesting_limit = 24;

struct Evaluator {
    const Command& at;
    const Dockerfile& file;

    std::optional<std::string> value(const shell::Word& word, int level) const {
        std::string_view raw = word.text.value;
        if (raw.find('$') == std::string_view::npos && raw.find('`') == std::string_view::npos) return word.value;
        if (raw.find("$(") != std::string_view::npos || raw.find('`') != std::string_view::npos) return {};
        if (level > nesting_limit) return {};
        return expand_word(raw, '\\', ValueLookup([&](std::string_view name) { return variable(name, level); }));
    }

    VariableValue variable(std::string_view name, int level) const {
        using State = VariableValue::State;
        std::span<const Command> before = commands_before(file, at);
        if (before.size() > search_limit) return {State::unknown, {}};
        for (; !before.empty(); before = before.first(before.size() - 1)) {
            const Command& command = before.back();
            const shell::Assignment* assignment = command->words.empty() ? command->assigns(name) : nullptr;
            if (!assignment) continue;
            Evaluator there{command, file};
            std::optional<std::string> known = there.value(assignment->value, level + 1);
            if (!known) return {State::unknown, {}};
            if (!assignment->append) return {State::set, std::move(*known)};
            VariableValue start = there.variable(name, level + 1);
            if (start.state != State::set) return {State::unknown, {}};
            return {State::set, start.text + *known};
        }
        Variable outer = file.lookup(name, at.instruction());
        if (outer.value) return {State::set, std::move(*outer.value)};
        return {outer.kind == Variable::Kind::arg ? State::open : State::unknown, {}};
    }
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// "a{b,c}d" as "abd" and "acd"; only so many as a hand writes.
void expand_braces(std::string_view text, std::vector<std::string>& out, int level = 0) {
    std::size_t open = text.find('{'), close = open == std::string_view::npos ? open : text.find('}', open);
    std::string_view inside = close == std::string_view::npos ? std::string_view() : text.substr(open + 1, close - open - 1);
    bool variable = open != std::string_view::npos && open > 0 && text[open - 1] == '$';
    if (inside.find(',') == std::string_view::npos || inside.find('{') != std::string_view::npos || variable || level > 3 || out.size() > 64) {
        out.emplace_back(text);
        return;
    }
    while (true) {
        std::size_t comma = inside.find(',');
        std::string made(text.substr(0, open));
        made += inside.substr(0, comma);
        made += text.substr(close + 1);
        expand_braces(made, out, level + 1);
        if (comma == std::string_view::npos) return;
        inside.remove_prefix(comma + 1);
    }
}

// Deleting `path` empties `folder`, which may lie below a root of another system ("$ROOT/var/lib/apt/lists/*").
bool covers(std::string_view path, std::string_view folder) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    std::size_t glob = path.find_first_of("*?[");
    if (glob == std::string_view::npos) {
        bool above = !path.empty() && path != "/" && folder.starts_with(path) && (folder.size() == path.size() || folder[path.size()] == '/');
        return above || path.ends_with(folder);
    }
    if (path.find('/', glob) != std::string_view::npos) return false;
    std::string_view head = path.substr(0, glob);
    std::size_t inside = head.find(folder);
    if (inside != std::string_view::npos && inside + folder.size() < head.size() && head[inside + folder.size()] == '/') return true;
    return head.size() > 1 && folder.starts_with(head);
}

bool removes_word(const shell::Word& word, std::string_view folder) {
    // A quoted star is a file name.
    if (word.literal && word.value.find('*') != std::string::npos) return false;
    if (word.value.find('{') == std::string::npos) return covers(word.value, folder);
    std::vector<std::string> paths;
    expand_braces(word.value, paths);
    return std::ranges::any_of(paths, [&](const std::string& path) { return covers(path, folder); });
}

// The end of code that goes on behind a simple command or a closing keyword, as most does; nothing where the tree has to tell.
std::optional<std::uint32_t> plain_end(const shell::Script& script) {
    const std::string& text = script.joined();
    if (script.statements().empty() || !shell::syntax_problems(script).empty() || script.dialect() == shell::Dialect::zsh) return {};
    if (text.find("<<") != std::string::npos || text.find("((") != std::string::npos || text.find('#') != std::string::npos) return {};
    const shell::Statement& last = script.statements().back();
    if (last.joint != shell::Joint::end) return {};
    const std::string_view code = std::string_view(text).substr(last.begin, last.end - last.begin);
    const bool compound = code.ends_with(" fi") || code.ends_with(";fi") || code.ends_with(" done") || code.ends_with(";done");
    auto is_last = [&](const shell::Command& command) {
        return !command.words.empty() && command.name() != "unset" && command.words.front().text.map && command.words.front().text.joined == last.begin;
    };
    if (!compound && std::none_of(script.commands().rbegin(), script.commands().rend(), is_last)) return {};
    return script.text().place(last.begin, last.end).end;
}

std::optional<std::uint32_t> end_of_last_node(const shell::Script& script) {
    shell::Node last;
    for (shell::Node child : script.root().children()) last = child;
    using enum shell::Kind;
    constexpr std::array allowed = {list,          pipeline,       command, redirected, subshell, group,      if_statement, while_statement,
                                    for_statement, case_statement, negated, assignment, test,     declaration};
    if (!last || script.has_error() || script.truncated() || std::ranges::find(allowed, last.kind()) == allowed.end()) return {};
    return last.span().end;
}

// Position of a command among those of its RUN, which are sorted by their first byte.
std::size_t position(std::span<const Command> commands, const Command& at) {
    auto found = std::ranges::lower_bound(commands, at->span.begin, {}, [](const Command& command) { return command->span.begin; });
    while (found != commands.end() && found->command != at.command) ++found;
    return static_cast<std::size_t>(found - commands.begin());
}

bool is_wanted_value(std::string_view after, bool on) {
    std::size_t begin = after.find_first_not_of("\"'\\:;= \t");
    if (begin == std::string_view::npos) return false;
    after.remove_prefix(begin);
    auto any = [&](std::initializer_list<std::string_view> values) {
        return std::ranges::any_of(values, [&](std::string_view v) { return after.starts_with(v); });
    };
    return on ? any({"1", "true", "True", "yes"}) : any({"0", "false", "False", "no"});
}

}

std::optional<std::string> value_of(const shell::Word& word, const Command& at, const Dockerfile& file) {
    if (word.literal) return word.value;
    return Evaluator{at, file}.value(word, 0);
}

std::vector<Argument> arguments_of(const shell::Word& word, const Command& at, const Dockerfile& file) {
    std::optional<std::string> value = value_of(word, at, file);
    if (!value) return {{&word, word.value, false}};
    if (word.literal || word.quoted || word.value.find('$') == std::string::npos) return {{&word, std::move(*value), true}};
    std::vector<Argument> out;
    for (std::size_t at_byte = 0; at_byte < value->size();) {
        if (is_blank((*value)[at_byte])) {
            ++at_byte;
            continue;
        }
        std::size_t end = at_byte;
        while (end < value->size() && !is_blank((*value)[end])) ++end;
        out.push_back({&word, value->substr(at_byte, end - at_byte), true});
        at_byte = end;
    }
    return out;
}

bool removes(const shell::Command& command, std::string_view folder) {
    bool find = command.is("find");
    if (!find && !command.is("rm")) return false;
    auto acts = [](const shell::Word& word) { return word == "-delete" || word == "-exec" || word == "-execdir"; };
    if (find && command.joint != shell::Joint::pipe && std::ranges::none_of(command.words, acts)) return false;
    return std::ranges::any_of(command.arguments(), [&](const shell::Word& word) { return removes_word(word, folder); });
}

bool mounted(const Instruction& run, std::string_view folder) {
    if (run.flags.empty()) return false;
    for (const Mount& mount : run.mounts()) {
        if (mount.type() != "cache" && mount.type() != "tmpfs" && mount.type() != "bind") continue;
        std::string_view target = mount.target();
        while (target.size() > 1 && target.back() == '/') target.remove_suffix(1);
        if (target.empty()) continue;
        if (target.find(folder) != std::string_view::npos || target == "/") return true;
        if (folder.starts_with(target) && folder[target.size()] == '/') return true;
    }
    return false;
}

bool runs_foreign_code(const shell::Command& command) {
    if (command.words.empty()) return false;
    std::string_view name = command.name();
    if (name == "." || name == "source" || name.ends_with(".sh")) return true;
    constexpr std::string_view system[] = {"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"};
    bool installed = std::ranges::any_of(system, [&](std::string_view folder) { return name.starts_with(folder); });
    if (name.find('/') != std::string_view::npos && !installed) return true;
    if (name.find('$') != std::string_view::npos) return true;
    constexpr std::string_view shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh"};
    if (std::ranges::find(shells, command.base_name()) == std::end(shells)) return false;
    // "sh -c '...'" is read as code of its own; the rest reads a file or standard input.
    auto gives_code = [](const shell::Word& word) { return word.starts_with("-") && !word.starts_with("--") && word.value.find('c') != std::string::npos; };
    return std::ranges::none_of(command.arguments(), gives_code);
}

bool runs_cleaning_script(const shell::Command& command) {
    auto cleans = [](const shell::Word& word) { return word.value.find("clean") != std::string::npos; };
    return runs_foreign_code(command) && std::ranges::any_of(command.words, cleans);
}

std::span<const Command> commands_before(const Dockerfile& file, const Command& at) {
    std::span<const Command> commands = file.commands_of(at.instruction());
    return commands.first(position(commands, at));
}

std::span<const Command> commands_after(const Dockerfile& file, const Command& at) {
    std::span<const Command> commands = file.commands_of(at.instruction());
    return commands.subspan(std::min(position(commands, at) + 1, commands.size()));
}

std::optional<Edit> and_then(const Dockerfile& file, const Instruction& run, std::string_view command) {
    std::vector<const ShellCode*> codes = file.codes_of(run);
    if (codes.size() != 1 || codes[0]->exec || codes[0]->heredoc || !run.heredocs.empty()) return {};
    const shell::Script& script = *codes[0]->script;
    if (script.truncated()) return {};
    std::optional<std::uint32_t> known = plain_end(script);
    if (!known) known = end_of_last_node(script);
    if (!known) return {};
    const std::uint32_t end = *known;
    // Only comments and blanks may follow, and no comment may swallow what is added.
    std::string_view rest = file.source().text().substr(end, run.line_span.end - end);
    if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) return {};
    const Source& source = file.source();
    std::string addition(command);
    const Span line = source.whole_lines({end, end});
    if (run.begin() >= line.begin) return Edit{{end, end}, " && " + addition};
    std::string_view text = source.slice({line.begin, end});
    std::size_t indent = std::min(text.find_first_not_of(" \t"), text.size());
    bool leading = text.substr(indent).starts_with("&&");
    bool crlf = line.begin >= 2 && source.text().substr(line.begin - 2, 2) == "\r\n";
    std::string joint = leading ? std::string(" ") + file.escape() : std::string(" && ") + file.escape();
    joint += crlf ? "\r\n" : "\n";
    joint += text.substr(0, indent);
    return Edit{{end, end}, joint + (leading ? "&& " : "") + addition};
}

std::vector<Mention> mentions(const Dockerfile& file, std::string_view needle) {
    std::vector<Mention> out;
    std::string_view text = file.source().text();
    const auto& instructions = file.instructions();
    for (std::size_t at = text.find(needle); at != std::string_view::npos; at = text.find(needle, at + needle.size())) {
        auto offset = static_cast<std::uint32_t>(at);
        auto after = std::ranges::upper_bound(instructions, offset, {}, [](const Instruction& in) { return in.span.begin; });
        if (after == instructions.begin()) continue;
        const Instruction& in = *std::prev(after);
        Keyword keyword = in.trigger ? in.trigger->keyword : in.keyword;
        if (!in.span.contains(offset) || (keyword != Keyword::run && keyword != Keyword::copy && keyword != Keyword::add)) continue;
        auto comment = std::ranges::upper_bound(in.comments, offset, {}, [](Span span) { return span.begin; });
        if (comment != in.comments.begin() && std::prev(comment)->contains(offset)) continue;
        out.push_back({{offset, offset + static_cast<std::uint32_t>(needle.size())}, &in});
    }
    return out;
}

void Marks::add(const Instruction& instruction) {
    if (!instruction.stage) return;
    std::size_t& first = first_[instruction.stage->index];
    first = std::min(first, instruction.index);
}

void Marks::inherit() {
    for (const Stage& stage : file_.stages())
        if (stage.parent && first_[stage.parent->index] != none) first_[stage.index] = 0;
}

bool Marks::before(const Instruction& instruction) const { return instruction.stage && first_[instruction.stage->index] <= instruction.index; }

Marks configured(const Dockerfile& file, std::string_view key, bool on) {
    Marks marks(file);
    std::string_view text = file.source().text();
    for (const Mention& mention : mentions(file, key)) {
        if (!is_wanted_value(text.substr(mention.span.end, 16), on)) continue;
        std::span<const PackageUse> uses = file.package_uses_of(*mention.instruction);
        bool option = std::ranges::any_of(uses, [&](const PackageUse& use) { return use.command->span.contains(mention.span); });
        if (!option) marks.add(*mention.instruction);
    }
    marks.inherit();
    return marks;
}

}
