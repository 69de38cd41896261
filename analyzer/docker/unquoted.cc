#include "analyzer/docker/unquoted.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/shell/expansion.h"
#include "analyzer/shell/packages.h"

namespace plimsoll::docker {

using shell::Kind;
using shell::Node;

namespace {

constexpr Unquoted split_output = {"shellcheck:SC2046", "its output is split at blanks and its wildcards are expanded"};
constexpr Unquoted split_elements = {"shellcheck:SC2068", "its elements are split again at blanks"};
constexpr Unquoted split_value = {"shellcheck:SC2086", "its value is split at blanks and its wildcards are expanded"};

bool is_all_arguments(std::string_view name, Node node) { return name == "@" || name == "*" || node.child(Kind::subscript); }

// seq and pgrep print words that are meant to be separate.
bool prints_words(Node substitution) {
    std::string_view name = shell::name_of(shell::only_command(substitution));
    return name == "seq" || name == "pgrep";
}

bool is_empty_substitution(Node node) { return node.named_children().empty(); }

// An ARG or ENV is quiet, as its author may mean a list, unless its value has blanks and only a part of the word comes from it.
bool breaks_word(Node node, const Variable& variable) {
    if (!node.parent().is(Kind::concatenation) || !variable.value || !shell::operator_of(node).empty()) return false;
    const std::size_t blank = variable.value->find_first_of(" \t*?[");
    return blank != std::string::npos && variable.value->find_first_not_of(" \t") < blank;
}

std::optional<Unquoted> trouble_of(Node node, const shell::Values& values, const std::function<Variable(std::string_view)>& lookup) {
    if (node.is(Kind::command_substitution)) {
        if (prints_words(node) || is_empty_substitution(node)) return std::nullopt;
        return split_output;
    }
    const std::string_view name = shell::variable_of(node);
    const std::string_view op = shell::operator_of(node);
    if (name.empty() || node.text().value.starts_with("${#")) return std::nullopt;
    if (op.starts_with("+") || op.starts_with(":+")) return std::nullopt;   // "${x:+-y "$x"}": there to vanish
    if (is_all_arguments(name, node)) {
        if (name == "*") return std::nullopt;
        return split_elements;
    }
    const shell::Content content = values.at(node);
    if (content == shell::Content::plain || (content == shell::Content::given && !breaks_word(node, lookup(name)))) return std::nullopt;
    return split_value;
}

// Programs whose operands are names of packages, besides the package managers.
bool installs(const shell::Command& command) {
    constexpr std::string_view programs[] = {"apt-mark", "rpm", "dpkg", "docker-php-ext-install", "docker-php-ext-enable", "pecl", "pear"};
    if (std::ranges::find(programs, command.base_name()) != std::end(programs)) return true;
    const std::optional<shell::PackageCall> call = shell::package_call(command);
    return call && (call->action == "install" || call->action == "remove");
}

bool is_package_list(const shell::Script& script, Node node) {
    if (!node.parent().is(Kind::command)) return false;
    const shell::Command* command = script.command_of(node.parent());
    return command && installs(*command);
}

bool may_quote(Node node) { return node.text().span.size() == node.text().value.size() && !node.parent().is(Kind::error); }

void look_at(const ShellCode& code, const Dockerfile& file, std::vector<UnquotedExpansion>& out) {
    const shell::Script& script = *code.script;
    const std::function<Variable(std::string_view)> lookup = [&](std::string_view name) { return file.lookup(name, *code.instruction); };
    const std::function<bool(std::string_view)> environment = [&](std::string_view name) {
        const Variable::Kind kind = lookup(name).kind;
        return kind == Variable::Kind::arg || kind == Variable::Kind::env || is_proxy_argument(name);
    };
    std::optional<shell::Values> values;
    for (std::uint32_t i = 0; i < script.node_count(); ++i) {
        const Node node = script.node(i);
        if (!shell::is_expansion(node) || !shell::is_split(node)) continue;
        if (!values) values.emplace(script, environment);
        const std::optional<Unquoted> trouble = trouble_of(node, *values, lookup);
        if (!trouble) continue;
        if (!is_sound(code)) return;
        out.push_back({node, *trouble, is_package_list(script, node), may_quote(node)});
    }
}

bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The name in "$name" and "${name}", "" for any other expansion.
std::string_view plain_name(std::string_view text) {
    const std::size_t begin = text.starts_with("${") ? 2 : 1;
    std::size_t end = begin;
    while (end < text.size() && is_name(text[end])) ++end;
    const bool closed = begin == 1 || (end < text.size() && text[end] == '}');
    return closed && end > begin && (text[begin] < '0' || text[begin] > '9') ? text.substr(begin, end - begin) : std::string_view();
}

// Whether the name stands anywhere but behind $ or ${, where something may set it.
bool stands_bare(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
        const std::size_t end = at + name.size();
        if ((end < text.size() && is_name(text[end])) || (at > 0 && is_name(text[at - 1]))) continue;
        if (at == 0 || (text[at - 1] != '$' && !(text[at - 1] == '{' && at > 1 && text[at - 2] == '$'))) return true;
    }
    return false;
}

// False when all that is split comes from ARG and ENV that the script leaves alone and whose values have no blanks: there is nothing to
// say then, and no need for the tree.
bool may_break(const ShellCode& code, const Dockerfile& file) {
    constexpr std::size_t many = 16;
    const std::string_view text = code.script->joined();
    std::vector<std::string_view> harmless;
    for (const shell::Expansion& expansion : code.script->unquoted_expansions()) {
        const std::string_view rest = text.substr(expansion.begin);
        if (!expansion.split || rest.starts_with("$?") || rest.starts_with("$#") || rest.starts_with("$$")) continue;
        const std::string_view name = plain_name(rest);
        if (std::ranges::find(harmless, name) != harmless.end()) continue;
        if (name.empty() || harmless.size() == many) return true;
        const Variable variable = file.lookup(name, *code.instruction);
        const bool given = variable.kind == Variable::Kind::arg || variable.kind == Variable::Kind::env;
        if (!given || (variable.value && variable.value->find_first_of(" \t*?[") != std::string::npos) || stands_bare(text, name)) return true;
        harmless.push_back(name);
    }
    return false;
}

}

const std::vector<UnquotedExpansion>& unquoted_expansions(const Dockerfile& file) {
    if (!file.unquoted_) {
        std::vector<UnquotedExpansion> out;
        for (const ShellCode* code : run_scripts(file))
            if (may_break(*code, file)) look_at(*code, file, out);
        file.unquoted_ = std::make_shared<const std::vector<UnquotedExpansion>>(std::move(out));
    }
    return *file.unquoted_;
}

}
