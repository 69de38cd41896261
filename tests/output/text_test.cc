#include "analyzer/output/excerpt.h"
#include "analyzer/output/explain.h"
#include "analyzer/output/names.h"
#include "analyzer/output/summary.h"
#include "analyzer/output/unicode.h"
#include "analyzer/output/uri.h"
#include "tests/catch.h"
#include "tests/output/report_fixture.h"

using namespace plimsoll;
using namespace plimsoll::output;

namespace {

// The excerpt's two lines, as a person sees them.
std::string seen(const std::string& text, std::string_view part) {
    Source source("f", text);
    Excerpt shown = excerpt(source, span_of(text, part));
    return shown.text + "\n" + std::string(shown.indent, ' ') + std::string(shown.width, '^') + (shown.more_lines ? "..." : "");
}

}

TEST_CASE("a finding is shown with its line, carets, related places and fix", "[output][text]") {
    ReportFixture fixture;
    const std::string text = "FROM alpine\nADD a.py /srv/\n";
    Finding& finding = fixture.add("sub/Dockerfile", text, span_of(text, "ADD"));
    finding.related.push_back({"sub/Dockerfile", span_of(text, "alpine"), "the base"});
    finding.fix = Fix{"Replace with COPY", Safety::safe, {{span_of(text, "ADD"), "COPY"}}};
    CHECK(fixture.written(write_text) == "sub/Dockerfile:2:1: medium: use COPY here [fixture-check]\n"
                                         "   2 | ADD a.py /srv/\n"
                                         "     | ^^^\n"
                                         "     see sub/Dockerfile:1:6: the base\n"
                                         "     fix: Replace with COPY (safe)\n\n");
    CHECK(fixture.written(write_concise) == "sub/Dockerfile:2:1: medium: use COPY here [fixture-check]\n");
}

TEST_CASE("colours and links appear only when asked for", "[output][text]") {
    ReportFixture fixture;
    fixture.add("a b", "ADD x /\n", {0, 3});
    CHECK(fixture.written(write_text).find('\033') == std::string::npos);
    fixture.options.color = fixture.options.links = true;
    fixture.options.working_directory = "/w";
    CHECK(fixture.written(write_text).find("\033]8;;file:///w/a%20b\033\\a b:1:1\033]8;;\033\\") != std::string::npos);
}

TEST_CASE("carets stand under the bytes they mean", "[output][text]") {
    CHECK(seen("RUN\tcd x", "cd") == "RUN cd x\n    ^^");
    CHECK(seen("ADD\t\tcd x", "cd") == "ADD     cd x\n        ^^");
    CHECK(seen("LABEL a=\"\xF0\x9F\x98\x80\xC3\xA9\" bad", "bad") == "LABEL a=\"\xF0\x9F\x98\x80\xC3\xA9\" bad\n              ^^^");
    CHECK(seen("# e\xCC\x81 x", "x") == "# e\xCC\x81 x\n    ^");
    CHECK(seen("\xEF\xBB\xBF"
               "FROM a",
               "FROM") == "FROM a\n^^^^");
    CHECK(seen("RUN a \\\n    b\n", "a \\\n    b") == "RUN a \\\n    ^^^...");
    CHECK(seen("RUN a\r\nRUN b\r\n", "b") == "RUN b\n    ^");
    CHECK(seen("a\xFF"
               "b",
               "b") == "a\xEF\xBF\xBD"
                       "b\n  ^");
}

TEST_CASE("an empty place gets one caret, also behind the last byte", "[output][text]") {
    Source source("f", "FROM alpine");
    CHECK(excerpt(source, {11, 11}).indent == 11);
    CHECK(excerpt(source, {11, 11}).width == 1);
    CHECK(excerpt(Source("f", ""), {0, 0}).indent == 0);
}

TEST_CASE("long lines are cut around the mark", "[output][text]") {
    const std::string text = "RUN " + std::string(5000, 'a') + " bad " + std::string(5000, 'b');
    Source source("f", text);
    Excerpt shown = excerpt(source, span_of(text, "bad"));
    CHECK(shown.text.size() < 300);
    CHECK(shown.text.substr(shown.indent, shown.width) == "bad");
    CHECK(excerpt(source, {0, source.size()}).width < 300);
}

TEST_CASE("nothing from a file steers the terminal", "[output][text]") {
    CHECK(printable("a\033[31mb\x07") == "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
    CHECK(printable("x\xE2\x80\xAEy") == "x\xEF\xBF\xBDy");
    CHECK(printable("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("the summary names all four counts and what a fix would do", "[output][text]") {
    ReportFixture fixture;
    fixture.add("a", "ADD x /\n", {0, 3}).fix = Fix{"t", Safety::safe, {{{0, 3}, "COPY"}}};
    fixture.report.files.push_back({"b", Status::failed, FileKind::other, 0, "no such file", {}, nullptr, 0, 0});
    ++fixture.report.summary.total;
    ++fixture.report.summary.failed;
    CHECK(summary_line(fixture.report) == "1 finding (1 medium) in 2 files: 1 analysed, 0 partial, 0 not applicable, 1 failed; 1 fixable with --fix\n");
    CHECK(incomplete_files(fixture.report, 5) == "b: failed: no such file\n");
    CHECK(incomplete_files(fixture.report, 0).starts_with("and 1 more"));
    CHECK(statistics(fixture.report) == "      1  fixture-check\n");
    CHECK(summary_line(Report{}) == "0 findings in 0 files: 0 analysed, 0 partial, 0 not applicable, 0 failed\n");
}

TEST_CASE("documentation of a check", "[output][text]") {
    const std::string text = explain_text(fixture_check);
    CHECK(text.starts_with("fixture-check (medium, supply-chain, profile recommended, has a fix (safe))\nA check for tests.\n\nBecause"));
    CHECK(text.find("    ^^^ use COPY here\n") != std::string::npos);
    CHECK(text.find("hadolint:DL3020") != std::string::npos);
    const std::string markdown = explain_markdown(fixture_check);
    CHECK(markdown.find("```dockerfile\nFROM alpine\nADD a.py /srv/\n```") != std::string::npos);
    CHECK(list_text({{&fixture_check, "dockerfile"}}) == "fixture-check  dockerfile  medium    recommended  safe    A check for tests.\n");
}

TEST_CASE("pages of peers", "[output]") {
    CHECK(url_of(fixture_check) == "https://github.com/hadolint/hadolint/wiki/DL3020");
    Check other = fixture_check;
    other.aliases = {"buildkit:JSONArgsRecommended"};
    CHECK(url_of(other) == "https://docs.docker.com/reference/build-checks/json-args-recommended/");
    other.aliases = {"trivy:DS-0001"};
    CHECK(url_of(other).empty());
}

TEST_CASE("addresses and paths", "[output]") {
    CHECK(encode_uri_path("a b/%\xC3\xBC#?") == "a%20b/%25%C3%BC%23%3F");
    CHECK(decode_uri("a%20b%2Fc%zz%4") == "a b/c%zz%4");
    CHECK(absolute_path("/w/x", "../y/./z//q") == "/w/y/z/q");
    CHECK(absolute_path("/w", "../../..") == "/");
    CHECK(below("/w", "/w/a/b") == "a/b");
    CHECK(below("/w", "/wa/b").empty());
    CHECK(below("/", "/a") == "a");
}

TEST_CASE("fixes take over the line ends of the file", "[output]") {
    Fix fix{"t", Safety::safe, {{{0, 0}, "a\nb\r\n\n"}}};
    follow_line_ends(fix, "FROM a\nRUN b\r\n");
    CHECK(fix.edits[0].text == "a\nb\r\n\n");
    follow_line_ends(fix, "FROM a\r\nRUN b\n");
    CHECK(fix.edits[0].text == "a\r\nb\r\n\r\n");
}

TEST_CASE("UTF-8 is read strictly", "[output]") {
    CHECK(decode("\xC3\xA9", 0).value == 0xE9);
    CHECK(decode("\xF0\x9F\x98\x80", 0).size == 4);
    for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82", "\xF5\x80\x80\x80", "\xE0\x80\x80"}) {
        CHECK_FALSE(decode(bad, 0).valid);
        CHECK(decode(bad, 0).size == 1);
    }
    CHECK(utf16_size("a\xC3\xA9\xF0\x9F\x98\x80") == 4);
    CHECK(utf32_size("a\xC3\xA9\xF0\x9F\x98\x80") == 3);
}
