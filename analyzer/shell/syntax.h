#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"
#include "analyzer/text/span.h"

namespace plimsoll::shell {

// What a problem is about: one check reports each.
enum class Topic : unsigned char { grammar, control_flow, quoting, spacing };

// A place where code does not follow the grammar of sh with bash's additions.
struct SyntaxProblem {
    Span span;               // the token that the shell cannot use, or the one that opens what is never closed
    std::string_view code;   // ShellCheck's number for it: "SC1072"
    std::string message;     // in our message style
    Topic topic = Topic::grammar;
    bool fatal = true;   // the shell stops reading here: the commands and nodes behind (and around) it cannot be relied on
};

// What is wrong with the grammar of a script, in order; at most one problem is fatal and it is the last one. Dialects are not told
// apart: [[ ]], arrays and the like are accepted everywhere. Empty for exec form, zsh and code that is not for a POSIX shell.
const std::vector<SyntaxProblem>& syntax_problems(const Script& script);

// What POSIX sh does not know, in a script for a shell that need not know more; none is fatal. Empty when the script does not parse.
struct Bashism {
    Span span;
    std::string_view code;   // ShellCheck's number for it: "SC3010"
    std::string message;
    bool equals = false, matches = false, is_set = false;   // a [[ ]] that holds ==, =~, -v
};
std::vector<Bashism> bashisms(const Script& script);

// True when checks can rely on the commands and nodes of a script: ShellCheck, too, says nothing but the syntax error otherwise.
bool parses(const Script& script);

}
