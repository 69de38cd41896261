#include "analyzer/shell/expansion.h"

namespace plimsoll::shell {

bool is_expansion(Node node) { return node.is(Kind::simple_expansion) || node.is(Kind::expansion) || node.is(Kind::command_substitution); }

std::string_view variable_of(Node expansion) {
    if (!expansion.is(Kind::simple_expansion) && !expansion.is(Kind::expansion)) return {};
    std::string_view text = expansion.text().value;
    if (!text.starts_with("$")) return {};
    text.remove_prefix(1);
    if (text.starts_with("{")) text.remove_prefix(1);
    if (text.starts_with("!")) return text.substr(0, text.size() == 1 || text == "!}" ? 1 : 0);
    if (text.size() > 1 && text[0] == '#' && text[1] != '}') text.remove_prefix(1);
    std::size_t end = 0;
    auto name = [](char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    while (end < text.size() && name(text[end])) ++end;
    return text.substr(0, end ? end : 1);
}

std::string_view operator_of(Node expansion) {
    if (!expansion.is(Kind::expansion)) return {};
    std::string_view text = expansion.text().value;
    if (text.starts_with("${#") && text.size() > 4) return text.substr(2, 1);
    std::string_view name = variable_of(expansion);
    std::size_t begin = 2 + name.size();
    if (name.empty() || text.size() <= begin) return {};
    return text.substr(begin, text.size() - begin - (text.ends_with("}") ? 1 : 0));
}

namespace {

// `node` is one of the words between "in" and the body of a for loop, or the word of a case.
bool is_head_word(Node node) { return !node.is(Kind::do_group) && !node.is(Kind::group) && !node.is(Kind::case_item); }

// "export X=$y": sh may take it for an argument like any other (dash before 0.5.11 does), elsewhere it is an assignment.
bool is_plain_argument(Node assignment) { return assignment.parent().is(Kind::declaration) && assignment.script()->dialect() == Dialect::posix; }

}

bool is_split(Node expansion) {
    for (Node child = expansion, up = child.parent(); up; child = up, up = up.parent()) {
        switch (up.kind()) {
            case Kind::string:
            case Kind::translated_string:
            case Kind::heredoc_body:
            case Kind::heredoc_redirect:
            case Kind::herestring:
            case Kind::arithmetic_expansion:
            case Kind::expansion:
            case Kind::subscript:
            case Kind::array:
            case Kind::command_name:
            case Kind::c_for_statement:
            case Kind::regex: return false;
            case Kind::assignment:
                if (!is_plain_argument(up)) return false;
                break;
            case Kind::test: return up.text().value.starts_with("[") && !up.text().value.starts_with("[[");
            case Kind::for_statement:
            case Kind::case_statement:
            case Kind::case_item: return !is_head_word(child);
            case Kind::command:
            case Kind::declaration:
            case Kind::unset:
            case Kind::file_redirect: return true;
            case Kind::program:
            case Kind::command_substitution:
            case Kind::subshell:
            case Kind::group:
            case Kind::list:
            case Kind::pipeline: return false;
            default: break;
        }
    }
    return false;
}

Node only_command(Node substitution) {
    Node found;
    for (Node child : substitution.named_children()) {
        if (child.is(Kind::comment)) continue;
        if (found) return {};
        found = child;
    }
    if (found.is(Kind::redirected)) found = found.first_child();
    return found.is(Kind::command) ? found : Node();
}

std::string_view name_of(Node command) {
    Node name = command.child(Kind::command_name);
    if (!name) return {};
    Node word = name.first_child();
    return word.is(Kind::word) ? word.text().value : std::string_view{};
}

}
