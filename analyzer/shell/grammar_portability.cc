#include <algorithm>

#include "analyzer/shell/grammar.h"

// What bash, ksh and others have added to the language of POSIX sh.

namespace plimsoll::shell {

namespace {

struct Addition {
    std::string_view code, what, instead;
};

// Sorted by code.
constexpr Addition additions[] = {
    {"SC2113", "the keyword 'function' is", "write 'name()'"},
    {"SC3001", "process substitution is", "use a pipe or a file"},
    {"SC3002", "extended globs are", "use 'case' or 'find'"},
    {"SC3003", "$'...' is", "use printf"},
    {"SC3004", "$\"...\" is", "leave the '$' out"},
    {"SC3005", "for (( )) is", "count with 'while'"},
    {"SC3006", "(( )) is", "use [ ] or $(( ))"},
    {"SC3008", "'select' is", "use 'read' and 'case'"},
    {"SC3009", "brace expansion is", "write the words out"},
    {"SC3010", "[[ ]] is", "use [ ]"},
    {"SC3011", "'<<<' is", "use printf and a pipe"},
    {"SC3020", "'&>' is", "use '>file 2>&1'"},
    {"SC3021", "'>&' with a file is", "use '>file 2>&1'"},
    {"SC3024", "'+=' is", "repeat the variable"},
    {"SC3028", "this variable is", "compute the value"},
    {"SC3029", "'|&' is", "use '2>&1 |'"},
    {"SC3030", "an array is", "use a list of words or \"$@\""},
    {"SC3053", "indirect expansion is", "use 'eval' or 'case'"},
    {"SC3054", "an element of an array is", "use a plain variable"},
    {"SC3056", "${!prefix*} is", "list the names"},
    {"SC3057", "a substring by position is", "use 'cut' or ${x#pattern}"},
    {"SC3059", "changing case in an expansion is", "use 'tr'"},
    {"SC3060", "replacing in an expansion is", "use 'sed'"},
};

bool shell_variable(std::string_view name) {
    constexpr std::string_view names[] = {"BASHPID",  "BASH_REMATCH", "BASH_SOURCE", "BASH_VERSION", "DIRSTACK", "EUID",    "FUNCNAME",
                                          "HOSTTYPE", "MACHTYPE",     "OSTYPE",      "PIPESTATUS",   "RANDOM",   "SECONDS", "UID"};
    return std::ranges::binary_search(names, name);
}

}

void Grammar::beyond_posix(std::uint32_t begin, std::uint32_t end, std::string_view code) {
    if (!portable_ || stopped_) return;
    const Addition* found = std::ranges::lower_bound(additions, code, {}, &Addition::code);
    note(begin, end, code, std::string(found->what) + " not known to POSIX sh: " + std::string(found->instead) + " or set SHELL to bash");
}

void Grammar::redirect_beyond_posix(std::uint32_t begin, std::uint32_t target, std::string_view kind) {
    auto end = begin + static_cast<std::uint32_t>(kind.size());
    if (kind == "&>" || kind == "&>>")
        beyond_posix(begin, end, "SC3020");
    else if (kind == "<<<")
        beyond_posix(begin, end, "SC3011");
    else if (kind == ">&" && !is_digit(at(target)) && at(target) != '-' && at(target) != '$')
        beyond_posix(begin, end, "SC3021");
}

// `end` is behind the closing brackets.
void Grammar::test_beyond_posix(std::uint32_t begin, std::uint32_t end) {
    if (!portable_ || stopped_) return;
    beyond_posix(begin, begin + 2, "SC3010");
    // The names of what it holds, for those who ignore or look for these.
    std::string_view inside = code_.substr(begin, end - begin);
    if (inside.find(" == ") != std::string_view::npos) faults_.back().also |= Fault::equals;
    if (inside.find(" =~ ") != std::string_view::npos) faults_.back().also |= Fault::matches;
    if (inside.find(" -v ") != std::string_view::npos) faults_.back().also |= Fault::is_set;
}

// $name or ${...}: `name` is where the name begins, `end` is behind the whole.
void Grammar::expansion_beyond_posix(std::uint32_t begin, std::uint32_t name, std::uint32_t end) {
    bool braced = code_[name - 1] == '{';
    std::uint32_t last = name;
    bool indirect = braced && at(name) == '!' && is_name_start(at(name + 1));
    if (indirect || (braced && at(name) == '#' && is_name_start(at(name + 1)))) last = ++name;
    while (is_name(at(last))) ++last;
    std::string_view variable = code_.substr(name, last - name);
    char op = braced && last < end - 1 ? at(last) : '\0', next = last + 1 < end - 1 ? at(last + 1) : '\0';
    if (op == '[') return beyond_posix(begin, end, "SC3054");
    if (indirect) return beyond_posix(begin, end, op == '*' || op == '@' ? "SC3056" : "SC3053");
    if (op == ':' && std::string_view("-=+?").find(next) == std::string_view::npos) return beyond_posix(begin, end, "SC3057");
    if (op == '/') return beyond_posix(begin, end, "SC3060");
    if (op == '^' || op == ',') return beyond_posix(begin, end, "SC3059");
    if (op == '\0' && shell_variable(variable)) beyond_posix(begin, end, "SC3028");
}

// {a,b} and {1..9} outside quotes.
void Grammar::braces_beyond_posix(std::uint32_t begin, std::uint32_t end) {
    if (!portable_ || stopped_ || code_.substr(begin, end - begin).find('{') == std::string_view::npos) return;
    std::uint32_t open = end;
    bool several = false;
    for (std::uint32_t i = begin; i < end; ++i) {
        char c = code_[i];
        if (c == '\\') {
            ++i;
        } else if (c == '\'' || c == '"') {
            for (++i; i < end && code_[i] != c; ++i)
                if (c == '"' && code_[i] == '\\') ++i;
        } else if (c == '$' && i + 1 < end && (code_[i + 1] == '{' || code_[i + 1] == '(')) {
            char close = code_[i + 1] == '{' ? '}' : ')', opening = code_[++i];
            for (unsigned level = 0; i < end; ++i) {
                level += code_[i] == opening;
                if (code_[i] == close && --level == 0) break;
            }
        } else if (c == '{') {
            open = i;
            several = false;
        } else if (c == ',' || (c == '.' && i + 1 < end && code_[i + 1] == '.')) {
            several = true;
        } else if (c == '}' && several && open < i) {
            return beyond_posix(open, i + 1, "SC3009");
        }
    }
}

}
