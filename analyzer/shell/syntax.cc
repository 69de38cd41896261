#include "analyzer/shell/syntax.h"

#include <algorithm>

#include "analyzer/shell/grammar.h"

namespace plimsoll::shell {

std::vector<SyntaxProblem> syntax_problems(const Script& script) {
    std::vector<SyntaxProblem> problems;
    if (script.joined().empty() || !is_posix_family(script.dialect()) || script.dialect() == Dialect::zsh || script.truncated()) return problems;
    for (Grammar::Fault& fault : Grammar(script.joined()).run())
        problems.push_back({script.text().place(fault.begin, fault.end), fault.code, std::move(fault.message), fault.fatal});
    return problems;
}

bool parses(const Script& script) {
    if (!script.has_error()) return true;
    std::vector<SyntaxProblem> problems = syntax_problems(script);
    return std::ranges::none_of(problems, &SyntaxProblem::fatal);
}

}
