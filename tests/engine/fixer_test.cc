#include "tests/catch.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/engine/check.h"
#include "analyzer/engine/fixer.h"

using namespace plimsoll;

namespace {

constexpr Check first_check = {.id = "first", .title = "One.", .why = "Because.", .aliases = {}, .standards = {}, .options = {}, .examples = {}, .run = {}};
constexpr Check second_check = {.id = "second", .title = "Two.", .why = "Because.", .aliases = {}, .standards = {}, .options = {}, .examples = {}, .run = {}};

Finding fixable(std::vector<Edit> edits, Safety safety = Safety::safe, const Check* check = &first_check) {
    Finding finding;
    finding.check = check;
    finding.fix = Fix{"Mend it", safety, std::move(edits)};
    return finding;
}

// A rule that replaces every `from` by `to`.
auto replacing(std::string from, std::string to, Safety safety = Safety::safe) {
    return [=](const std::string& text) {
        std::vector<Finding> findings;
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
            auto begin = static_cast<std::uint32_t>(at), end = static_cast<std::uint32_t>(at + from.size());
            findings.push_back(fixable({{{begin, end}, to}}, safety));
        }
        return findings;
    };
}

// Findings for one text only.
auto once(std::string wanted, std::vector<Finding> findings) {
    return [=](const std::string& text) { return text == wanted ? findings : std::vector<Finding>{}; };
}

}

TEST_CASE("fixes are applied until nothing changes") {
    FixOutcome outcome = fix_text("aaaa b", Safety::safe, replacing("aa", "a"));
    CHECK(outcome.text == "a b");
    CHECK(outcome.applied == 3);   // two, then one; the overlapping one waits
    CHECK(outcome.stable);
    CHECK(outcome.rules == std::vector<std::string>{"first"});
    CHECK(fix_text("b", Safety::safe, replacing("aa", "a")).applied == 0);
}

TEST_CASE("only fixes that are safe enough") {
    CHECK(fix_text("a", Safety::safe, replacing("a", "b", Safety::unsafe)).text == "a");
    CHECK(fix_text("a", Safety::unsafe, replacing("a", "b", Safety::unsafe)).text == "b");
    CHECK(fix_text("a", Safety::unsafe, replacing("a", "b", Safety::safe)).text == "b");
    CHECK(fix_text("a", Safety::unsafe, replacing("a", "b", Safety::none)).text == "a");
    Finding silenced = fixable({{{0, 1}, "b"}});
    silenced.silenced = Silenced{};
    CHECK(fix_text("a", Safety::safe, once("a", {silenced})).text == "a");
}

TEST_CASE("overlapping fixes wait, equal ones count as both mended") {
    struct Row {
        std::vector<Edit> one, two;
        const char* text;
        std::size_t applied;
    };
    const Row rows[] = {
        {{{{0, 2}, "x"}}, {{{1, 3}, "y"}}, "xcdef", 1},
        {{{{0, 1}, "x"}}, {{{1, 2}, "y"}}, "xycdef", 2},
        {{{{1, 1}, "x"}}, {{{1, 1}, "y"}}, "axbcdef", 1},
        {{{{1, 1}, "x"}}, {{{1, 1}, "x"}}, "axbcdef", 2},
        {{{{1, 3}, "x"}}, {{{3, 3}, "y"}}, "axdef", 1},
        {{{{0, 1}, ""}, {{4, 5}, ""}}, {{{2, 3}, "y"}}, "bydf", 2},
        {{{{0, 1}, "x"}, {{4, 5}, "x"}}, {{{4, 6}, "y"}, {{1, 2}, "y"}}, "xbcdxf", 1},
        {{{{0, 1}, "x"}}, {{{5, 9}, "y"}}, "xbcdef", 1},                  // past the end: not a fix
        {{{{0, 1}, "x"}}, {{{2, 4}, "y"}, {{3, 5}, "y"}}, "xbcdef", 1},   // edits overlap one another: not a fix
    };
    for (const Row& row : rows) {
        FixOutcome outcome = fix_text("abcdef", Safety::safe, once("abcdef", {fixable(row.two, Safety::safe, &second_check), fixable(row.one)}));
        INFO(row.text);
        CHECK(outcome.applied == row.applied);
        // Which of two insertions at one place is first depends on the order of the findings only.
        bool same_place = row.one[0].span == row.two[0].span;
        CHECK(outcome.text == (same_place && row.applied == 1 ? std::string("aybcdef") : std::string(row.text)));
    }
}

TEST_CASE("fixes that undo one another leave the file alone") {
    auto swap = [](const std::string& text) { return std::vector{fixable({{{0, 1}, text[0] == 'a' ? "b" : "a"}})}; };
    FixOutcome outcome = fix_text("a", Safety::safe, swap);
    CHECK_FALSE(outcome.stable);
    CHECK(outcome.text == "a");
    CHECK(outcome.applied == 0);
    auto grow = [](const std::string&) { return std::vector{fixable({{{0, 0}, "x"}})}; };
    CHECK_FALSE(fix_text("", Safety::safe, grow).stable);
    CHECK(fix_text("", Safety::safe, grow).text.empty());
}

TEST_CASE("a round that breaks the text is given up") {
    auto problems = [](const std::string& text) { return text.find("bad") == std::string::npos ? 0u : 1u; };
    auto steps = [](const std::string& text) { return text == "one" ? replacing("one", "two")(text) : replacing("two", "bad")(text); };
    FixOutcome outcome = fix_text("one", Safety::safe, steps, problems);
    CHECK(outcome.text == "two");
    CHECK(outcome.applied == 1);
    CHECK(outcome.stable);
}

TEST_CASE("a fix that changes nothing is not applied") {
    FixOutcome outcome = fix_text("a", Safety::safe, replacing("a", "a"));
    CHECK(outcome.applied == 0);
    CHECK(outcome.stable);
}

TEST_CASE("unified diffs") {
    CHECK(unified_diff("x", "a\n", "a\n").empty());
    CHECK(unified_diff("dir/x", "a\nb\nc\n", "a\nB\nc\n") == "--- a/dir/x\n+++ b/dir/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
    CHECK(unified_diff("/x", "", "a\n") == "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
    CHECK(unified_diff("x", "a\n", "") == "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n");
    CHECK(unified_diff("x", "a", "a\n") == "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    CHECK(unified_diff("a b", "a\r\n", "b\r\n") == "--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-a\r\n+b\r\n");
}

TEST_CASE("hunks keep three lines of context and join when near") {
    std::string before, after;
    for (int i = 1; i <= 30; ++i) {
        std::string line = std::to_string(i) + "\n";
        before += line;
        if (i == 10) after += "new\n";
        if (i != 16 && i != 25) after += line;
    }
    CHECK(unified_diff("x", before, after) == "--- a/x\n+++ b/x\n"
                                              "@@ -7,13 +7,13 @@\n 7\n 8\n 9\n+new\n 10\n 11\n 12\n 13\n 14\n 15\n-16\n 17\n 18\n 19\n"
                                              "@@ -22,7 +22,6 @@\n 22\n 23\n 24\n-25\n 26\n 27\n 28\n");
}

TEST_CASE("texts that differ everywhere are diffed in bounded time") {
    std::string before, after;
    for (int i = 0; i < 100000; ++i) before += "a" + std::to_string(i) + "\n", after += "b" + std::to_string(i) + "\n";
    std::string diff = unified_diff("x", before, after);
    CHECK(diff.starts_with("--- a/x\n+++ b/x\n@@ -1,100000 +1,100000 @@\n-a0\n"));
}
