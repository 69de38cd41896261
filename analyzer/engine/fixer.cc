#include "analyzer/engine/fixer.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "analyzer/engine/check.h"

namespace plimsoll {

namespace {

constexpr int most_rounds = 100;

// The fixes that may be applied, by their first edit; of equal ones (two findings mended by one change) the first.
std::vector<const Finding*> candidates(std::vector<Finding>& findings, Safety safety, std::string_view text) {
    std::vector<const Finding*> found;
    for (Finding& finding : findings) {
        bool wanted = finding.fix && !finding.silenced && finding.fix->safety != Safety::none && finding.fix->safety >= safety && !finding.fix->edits.empty();
        if (wanted && normalise(finding.fix->edits, static_cast<std::uint32_t>(text.size()))) found.push_back(&finding);
    }
    std::stable_sort(found.begin(), found.end(), [](const Finding* a, const Finding* b) { return a->fix->edits[0].span < b->fix->edits[0].span; });
    return found;
}

// Edits of one round, disjoint. Insertions touch nothing else: which of two texts at one place comes first is nobody's to guess.
class Round {
public:
    bool add(const Fix& fix) {
        for (const Edit& edit : fix.edits)
            if (taken(edit.span)) return false;
        for (const Edit& edit : fix.edits) {
            spans_.insert(edit.span);
            edits_.push_back(edit);
        }
        return true;
    }

    std::string applied_to(const std::string& text) {
        normalise(edits_, static_cast<std::uint32_t>(text.size()));
        return plimsoll::apply(text, edits_);
    }

private:
    static bool collide(Span a, Span b) { return a.empty() || b.empty() ? a.touches(b) : a.overlaps(b); }

    // Spans here never overlap, so besides the neighbours only an insertion at the edge of one of them could collide.
    bool taken(Span span) const {
        auto next = spans_.lower_bound(span);
        for (auto at = next; at != spans_.end() && at->begin <= span.end; ++at)
            if (collide(*at, span)) return true;
        for (auto at = next; at != spans_.begin();) {
            if ((--at)->end < span.begin) return false;
            if (collide(*at, span)) return true;
        }
        return false;
    }

    std::set<Span> spans_;
    std::vector<Edit> edits_;
};

struct RoundResult {
    std::string text;
    std::size_t applied = 0;
    std::set<std::string> rules;
};

RoundResult run_round(const std::string& text, Safety safety, std::vector<Finding> findings) {
    RoundResult result;
    Round round;
    const Finding* last = nullptr;
    for (const Finding* finding : candidates(findings, safety, text)) {
        bool again = last && last->fix->edits == finding->fix->edits;
        if (!again && !round.add(*finding->fix)) continue;
        last = finding;
        ++result.applied;
        if (finding->check) result.rules.emplace(finding->check->id);
    }
    result.text = result.applied ? round.applied_to(text) : text;
    return result;
}

}

FixOutcome fix_text(std::string text, Safety safety, const std::function<std::vector<Finding>(const std::string&)>& findings_of,
                    const std::function<std::size_t(const std::string&)>& problems_of) {
    FixOutcome out;
    const std::string input = text;
    std::set<std::string> rules;
    std::set<std::size_t> seen;   // hashes of the texts so far: fixes that undo one another need no hundred rounds
    std::size_t problems = problems_of ? problems_of(text) : 0;
    for (int rounds = 0;; ++rounds) {
        RoundResult round = run_round(text, safety, findings_of(text));
        if (round.text == text) break;
        seen.insert(std::hash<std::string>{}(text));
        out.stable = rounds < most_rounds && !seen.contains(std::hash<std::string>{}(round.text));
        if (!out.stable) break;
        std::size_t after = problems_of ? problems_of(round.text) : 0;
        if (after > problems) break;
        problems = after;
        text = std::move(round.text);
        out.applied += round.applied;
        rules.merge(round.rules);
    }
    if (!out.stable) return {input, 0, false, {}};
    out.text = std::move(text);
    out.rules.assign(rules.begin(), rules.end());
    return out;
}

FixOutcome fix_input(const FileSystem* surroundings, const Input& input, std::string text, Safety safety, const Registry& registry, const Settings& settings) {
    // fix_text() asks for the problems of a text and then for its findings: one analysis answers both.
    std::string analysed;
    FileAnalysis analysis;
    auto analyse = [&](const std::string& current) -> FileAnalysis& {
        if (!analysis.file.source || analysed != current) {
            analysed = current;
            analysis = analyze_text(surroundings, input, current, registry, settings);
        }
        return analysis;
    };
    return fix_text(
        std::move(text), safety, [&](const std::string& current) { return analyse(current).findings; },
        [&](const std::string& current) { return analyse(current).file.problems; });
}

}
