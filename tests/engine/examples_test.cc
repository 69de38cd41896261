// The examples in the checks are their documentation and their tests; the laws here hold for every check.

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/fixer.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

using Mark = std::tuple<std::uint32_t, std::uint32_t, std::string>;   // begin, end, message

struct Marked {
    std::string text;
    std::vector<Mark> marks;
};

// Takes the marker lines out of an example.
Marked read_example(std::string_view example) {
    Marked out;
    if (example.starts_with('\n')) example.remove_prefix(1);
    std::size_t line_start = 0;   // of the last source line in out.text
    while (!example.empty()) {
        std::string_view line = example.substr(0, std::min(example.find('\n'), example.size() - 1) + 1);
        example.remove_prefix(line.size());
        const std::size_t caret = line.find_first_not_of(" \t");
        if (caret == std::string_view::npos || line[caret] != '^') {
            line_start = out.text.size();
            out.text += line;
            continue;
        }
        std::size_t end = std::min(line.find_first_not_of('^', caret), line.size());
        const bool empty_place = end < line.size() && line[end] == '|';
        std::string_view message = line.substr(std::min(end + 1 + (empty_place ? 1u : 0u), line.size()));
        if (message.ends_with('\n')) message.remove_suffix(1);
        out.marks.emplace_back(line_start + caret, line_start + (empty_place ? caret : end), std::string(message));
    }
    std::sort(out.marks.begin(), out.marks.end());
    return out;
}

class Bench {
public:
    Bench(const Check& check, const Example& example) : check_(check), path_(example.path) {
        for (std::string_view file : example.files) {
            const std::size_t equals = file.find('=');
            files_.set(std::string(file.substr(0, equals)), equals == std::string_view::npos ? "" : std::string(file.substr(equals + 1)));
        }
        if (!example.config.empty()) files_.set(".plimsoll.yaml", std::string(example.config));
        Overrides overrides;
        overrides.select = {std::string(check.id)};
        overrides.today = "2026-01-01";
        configuration_ = std::make_unique<Configuration>(files_, all_checks(), overrides);
    }

    std::vector<Finding> findings(const std::string& text) const {
        FileAnalysis analysis = analyze_text(&files_, {path_, kind_by_name(path_), true, {}}, text, all_checks(), configuration_->for_file(path_), true);
        for (const ConfigProblem& problem : configuration_->problems()) FAIL_CHECK(problem.path << ":" << problem.line << ": " << problem.message);
        std::erase_if(analysis.findings, [&](const Finding& finding) { return finding.check != &check_ || finding.silenced; });
        return std::move(analysis.findings);
    }

private:
    const Check& check_;
    std::string path_;
    MemoryFileSystem files_;
    std::unique_ptr<Configuration> configuration_;
};

// The marks a text's findings would have; a span over several lines is marked on its first.
std::vector<Mark> marks_of(const std::vector<Finding>& findings, const std::string& text) {
    std::vector<Mark> marks;
    for (const Finding& finding : findings) {
        const std::size_t line_end = std::min(text.find('\n', finding.span.begin), text.size());
        marks.emplace_back(finding.span.begin, std::min<std::size_t>(finding.span.end, line_end), finding.message);
    }
    std::sort(marks.begin(), marks.end());
    return marks;
}

// The example as its author would have to write it.
std::string annotate(const std::string& text, const std::vector<Mark>& marks) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        out += text.substr(at, end - at);
        for (const auto& [first, last, message] : marks)
            if (first >= at && first < end)
                out += std::string(first - at, ' ') + (last > first ? std::string(last - first, '^') + " " : "^| ") + message + "\n";
        at = end;
    }
    return out;
}

void check_example(const Check& check, const Example& example) {
    const Bench bench(check, example);
    const Marked bad = read_example(example.bad), good = read_example(example.good);
    const std::vector<Finding> findings = bench.findings(bad.text);
    CHECK_FALSE(bad.marks.empty());
    CHECK(annotate(bad.text, marks_of(findings, bad.text)) == annotate(bad.text, bad.marks));
    CHECK(annotate(good.text, marks_of(bench.findings(good.text), good.text)) == good.text);
    for (const Finding& finding : findings) {
        CHECK(finding.span.end <= bad.text.size());
        CHECK_FALSE(finding.message.empty());
        if (finding.fix) CHECK(finding.fix->safety <= check.fix);
    }
    const bool all_fixable = !findings.empty() && std::all_of(findings.begin(), findings.end(), [](const Finding& f) { return f.fix.has_value(); });
    if (!example.fixed || !all_fixable) return;
    const FixOutcome outcome = fix_text(bad.text, Safety::unsafe, [&](const std::string& text) { return bench.findings(text); });
    CHECK(outcome.stable);
    CHECK(outcome.text == good.text);
}

}

namespace {

// ./dev example ID looks at one check only.
bool wanted(const Check& check) {
    const char* id = std::getenv("PLIMSOLL_CHECK");
    return !id || check.id == id;
}

bool runs_on_manifests(const Check& check) { return check.run.manifest || check.run.object || check.run.pod || check.run.container || check.run.cluster; }

}

TEST_CASE("examples of every check hold", "[examples]") {
    for (const RegisteredCheck& entry : all_checks().all()) {
        const Check& check = *entry.check;
        if (check.examples.empty() && !check.run.dockerfile && !runs_on_manifests(check)) continue;   // found by the engine itself
        if (!wanted(check)) continue;
        INFO("check " << check.id);
        CHECK_FALSE(check.examples.empty());
        for (std::size_t i = 0; i < check.examples.size(); ++i) {
            INFO("example " << i);
            check_example(check, check.examples[i]);
        }
    }
}

TEST_CASE("a check with a fix shows it in an example", "[examples]") {
    for (const RegisteredCheck& entry : all_checks().all()) {
        const Check& check = *entry.check;
        if (check.fix == Safety::none || !wanted(check)) continue;
        INFO("check " << check.id);
        bool shown = false;
        for (const Example& example : check.examples) {
            const Bench bench(check, example);
            const Marked bad = read_example(example.bad);
            for (const Finding& finding : bench.findings(bad.text)) shown |= finding.fix && finding.fix->safety == check.fix;
        }
        CHECK(shown);
    }
}

TEST_CASE("laws of the registry", "[registry]") {
    std::set<std::string_view> ids;
    for (const RegisteredCheck& entry : all_checks().all()) {
        const Check& check = *entry.check;
        INFO("check " << check.id);
        CHECK(ids.insert(check.id).second);
        CHECK(check.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
        CHECK(check.title.ends_with('.'));
        CHECK_FALSE(check.why.empty());
        std::set<std::string_view> aliases;
        for (std::string_view alias : check.aliases) {
            INFO("alias " << alias);
            CHECK(aliases.insert(alias).second);
            const std::size_t colon = alias.find(':');
            REQUIRE(colon != std::string_view::npos);
            CHECK(alias.substr(0, colon).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
            CHECK(colon + 1 < alias.size());
            const auto answering = all_checks().resolve(alias);
            CHECK(std::find(answering.begin(), answering.end(), &check) != answering.end());
        }
    }
    CHECK(std::is_sorted(all_checks().all().begin(), all_checks().all().end(),
                         [](const RegisteredCheck& a, const RegisteredCheck& b) { return a.check->id < b.check->id; }));
}
