#include "analyzer/shell/mentions.h"

#include "analyzer/shell/expansion.h"

namespace plimsoll::shell {

namespace {

bool is_guard(std::string_view op) {
    if (op.starts_with(":")) op.remove_prefix(1);
    return op.starts_with("-") || op.starts_with("+") || op.starts_with("?") || op.starts_with("=");
}

bool in_arithmetic(Node name) {
    for (Node up = name.parent(); up; up = up.parent()) {
        if (up.is(Kind::arithmetic_expansion) || up.is(Kind::c_for_statement)) return true;
        if (up.is(Kind::assignment) || up.is(Kind::command) || up.is(Kind::for_statement) || is_expansion(up)) return false;
    }
    return false;
}

// Names among the arguments of read and its like.
void add_names(std::vector<Mention>& out, const Script& script, const Command& command, std::size_t skip) {
    for (const Word& word : command.arguments()) {
        if (!word.literal || word.starts_with("-")) continue;
        if (skip > 0)
            --skip;
        else
            out.push_back({word.text.value, script.node_of(word), false, true});
    }
}

void add_command(std::vector<Mention>& out, const Script& script, const Command& command) {
    const std::string_view name = command.name();
    if (name == "read" || name == "mapfile" || name == "readarray") add_names(out, script, command, 0);
    if (name == "getopts") add_names(out, script, command, 1);
    const std::span<const Word> words = command.arguments();
    for (std::size_t i = 0; name == "printf" && i + 1 < words.size(); ++i)
        if (words[i] == "-v") out.push_back({words[i + 1].text.value, script.node_of(words[i + 1]), false, true});
}

// "export X", "export X=1", "declare -x X=1".
bool is_export(Node declaration) {
    const std::string_view word = declaration.first_child().text().value;
    if (word == "export") return true;
    for (const Node child : declaration.named_children())
        if (child.is(Kind::word) && child.text().value.starts_with("-") && child.text().value.find('x') != std::string_view::npos) return true;
    return false;
}

}

std::vector<Mention> reads(const Script& script) {
    std::vector<Mention> out;
    for (std::uint32_t i = 0; i < script.node_count(); ++i) {
        const Node node = script.node(i);
        if (node.is(Kind::simple_expansion) || node.is(Kind::expansion)) {
            if (const std::string_view name = variable_of(node); !name.empty()) out.push_back({name, node, is_guard(operator_of(node)), false});
        } else if ((node.is(Kind::variable_name) || node.is(Kind::word)) && in_arithmetic(node)) {
            out.push_back({node.text().value, node, false, false});
        }
    }
    return out;
}

std::vector<Mention> writes(const Script& script) {
    std::vector<Mention> out;
    for (std::uint32_t i = 0; i < script.node_count(); ++i) {
        const Node node = script.node(i);
        if (node.is(Kind::assignment) && !node.parent().is(Kind::command)) {
            if (const Node name = node.first_child(); name.is(Kind::variable_name))
                out.push_back({name.text().value, node, false, node.parent().is(Kind::declaration) && is_export(node.parent())});
        } else if (node.is(Kind::for_statement) || node.is(Kind::c_for_statement)) {
            if (const Node name = node.child(Kind::variable_name)) out.push_back({name.text().value, node, false, true});
        } else if (node.is(Kind::declaration)) {
            for (const Node child : node.children())
                if (child.is(Kind::variable_name)) out.push_back({child.text().value, child, false, true});
        } else if (node.is(Kind::expansion)) {
            const std::string_view op = operator_of(node);
            if (op.starts_with("=") || op.starts_with(":=")) out.push_back({variable_of(node), node, false, true});
        }
    }
    for (const Command& command : script.commands()) add_command(out, script, command);
    return out;
}

bool is_open(const Script& script) {
    for (const Command& command : script.commands()) {
        const std::string_view name = command.name();
        if (name == "." || name == "source" || name == "eval") return true;
        if (name == "set" && (command.option("a") || command.option("allexport"))) return true;
    }
    return false;
}

}
