// The whole analysis with every check on, and the fix loop: findings lie in the file, fixes can be applied, the fixed text parses
// no worse and has nothing left to fix.

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/fixer.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::inside;
using fuzz::law;

namespace {

// A run asks every check whether it is wanted: those that never look at a Dockerfile are left out.
const Registry& dockerfile_checks() {
    static const Registry registry([] {
        std::vector<RegisteredCheck> kept;
        for (const RegisteredCheck& check : all_checks().all())
            if (check.check->run.dockerfile) kept.push_back(check);
        return kept;
    }());
    return registry;
}

}

// The examples of the checks reach code that no other input does.
std::vector<std::string> own_seeds() {
    std::vector<std::string> seeds;
    for (const RegisteredCheck& registered : dockerfile_checks().all())
        for (const Example& example : registered.check->examples) {
            seeds.emplace_back(example.bad);
            seeds.emplace_back(example.good);
        }
    return seeds;
}

namespace {

const Settings& settings() {
    static const Settings strict = [] {
        Settings result;
        result.profile = "strict";
        result.today = "2026-01-01";
        return result;
    }();
    return strict;
}

FileAnalysis analysis_of(std::string text) {
    static const MemoryFileSystem nothing;
    return analyze_text(&nothing, {"Dockerfile", FileKind::dockerfile, true, {}}, std::move(text), dockerfile_checks(), settings());
}

void check_findings(const FileAnalysis& analysis, std::uint32_t size) {
    law(analysis.file.status != Status::failed, "the analysis failed");
    for (Span region : analysis.file.regions) inside(region, size, "region not analysed");
    for (const Finding& finding : analysis.findings) {
        law(finding.check != nullptr, "a finding of no check");
        inside(finding.span, size, finding.check->id);
        law(finding.anchor <= size, finding.check->id);
        for (const Related& related : finding.related) inside(related.span, size, finding.check->id);
        if (!finding.fix) continue;
        std::vector<Edit> edits = finding.fix->edits;
        law(normalise(edits, size), finding.check->id);
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    const FileAnalysis before = analysis_of(text);
    check_findings(before, static_cast<std::uint32_t>(size));
    const auto findings_of = [](const std::string& t) { return analysis_of(t).findings; };
    for (Safety safety : {Safety::safe, Safety::unsafe}) {
        const FixOutcome fixed = fix_text(text, safety, findings_of);
        if (!fixed.stable) continue;
        const FileAnalysis after = analysis_of(fixed.text);
        check_findings(after, static_cast<std::uint32_t>(fixed.text.size()));
        law(after.file.status <= before.file.status, "the fixed text parses worse");
        if (fixed.applied > 0) law(fix_text(fixed.text, safety, findings_of).text == fixed.text, "a second round of fixes changes the text");
    }
    return 0;
}
