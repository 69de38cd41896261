#include "analyzer/shell/syntax.h"

#include <algorithm>

#include "analyzer/shell/grammar.h"

namespace plimsoll::shell {

namespace {

Topic topic_of(std::string_view code) {
    constexpr std::string_view flow[] = {"SC1010", "SC1045", "SC1065", "SC1081", "SC1086"};
    if (std::ranges::find(flow, code) != std::ranges::end(flow)) return Topic::control_flow;
    if (code == "SC1078") return Topic::quoting;
    return code == "SC1095" || code == "SC1099" ? Topic::spacing : Topic::grammar;
}

}

namespace {

std::vector<SyntaxProblem> find_problems(const Script& script) {
    std::vector<SyntaxProblem> problems;
    if (!script.is_text() || script.dialect() == Dialect::zsh || script.truncated()) return problems;
    for (Grammar::Fault& fault : Grammar(script.joined()).run())
        problems.push_back({script.text().place(fault.begin, fault.end), fault.code, std::move(fault.message), topic_of(fault.code), fault.fatal});
    return problems;
}

}

// Several checks ask about the same script.
const std::vector<SyntaxProblem>& syntax_problems(const Script& script) {
    if (!script.problems_) script.problems_ = std::make_shared<const std::vector<SyntaxProblem>>(find_problems(script));
    return *script.problems_;
}

std::vector<Bashism> bashisms(const Script& script) {
    std::vector<Bashism> found;
    bool plain = script.dialect() == Dialect::posix || script.dialect() == Dialect::dash || script.dialect() == Dialect::ash;
    if (script.joined().empty() || !plain || script.truncated()) return found;
    std::vector<Grammar::Fault> faults = Grammar(script.joined(), true).run();
    if (std::ranges::any_of(faults, &Grammar::Fault::fatal)) return found;
    for (Grammar::Fault& fault : faults)
        if (fault.code >= "SC2")
            found.push_back({script.text().place(fault.begin, fault.end), fault.code, std::move(fault.message), (fault.also & Grammar::Fault::equals) != 0,
                             (fault.also & Grammar::Fault::matches) != 0, (fault.also & Grammar::Fault::is_set) != 0});
    return found;
}

bool parses(const Script& script) { return std::ranges::none_of(syntax_problems(script), &SyntaxProblem::fatal) || !script.has_error(); }

}
