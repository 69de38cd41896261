#include <nlohmann/json.hpp>

#include "analyzer/output/line_hash.h"
#include "tests/catch.h"
#include "tests/output/report_fixture.h"

using namespace plimsoll;
using namespace plimsoll::output;
using Json = nlohmann::json;

namespace {

Json run_of(const ReportFixture& fixture) { return Json::parse(fixture.written(write_sarif))["runs"][0]; }

}

TEST_CASE("fingerprints of lines agree with code scanning", "[output][sarif]") {
    CHECK(line_hashes("FROM ubuntu:latest\nRUN apt-get update\nRUN apt-get install -y curl\n") ==
          std::vector<std::string>{"c6ec57c13853f32b:1", "39c465ca41bb6db7:1", "7f92972573555ef3:1", "c129715d7a2bc9a3:1"});
    CHECK(line_hashes("") == std::vector<std::string>{"c129715d7a2bc9a3:1"});
    std::string lorem;
    for (int i = 0; i < 10; ++i) lorem += "Lorem ipsum dolor sit amet.\n";
    const std::vector<std::string> hashes = line_hashes(lorem);
    CHECK(hashes[0] == "a7f2ff13bc495cf2:1");
    CHECK(hashes[5] == "a7f2ff13bc495cf2:6");
    CHECK(hashes[6] != "a7f2ff13bc495cf2:7");
}

TEST_CASE("blanks and the kind of line end do not count for a line's fingerprint", "[output][sarif]") {
    const std::vector<std::string> plain = line_hashes("a b\nc\n");
    CHECK(line_hashes("  a\tb\r\n c\r\n") == plain);
    CHECK(line_hashes("ab\rc\r") == plain);
}

TEST_CASE("a result holds everything code scanning wants", "[output][sarif]") {
    ReportFixture fixture;
    const std::string text = "FROM alpine\nLABEL a=\"\xF0\x9F\x98\x80\xC3\xA9\" latest\n";
    Finding& finding = fixture.add("a b/Dockerfile", text, span_of(text, "latest"), "use [this]");
    finding.fix = Fix{"Drop it", Safety::safe, {{span_of(text, "latest"), ""}}};
    finding.related.push_back({"a b/Dockerfile", span_of(text, "FROM"), "the base"});
    const Json run = run_of(fixture);
    const Json& result = run["results"][0];
    CHECK(run["columnKind"] == "utf16CodeUnits");
    CHECK(result["ruleId"] == "fixture-check");
    CHECK(result["level"] == "warning");
    CHECK(result["message"]["text"] == "use \\[this\\] (see [1](1))");
    const Json& place = result["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == "a%20b/Dockerfile");
    CHECK(place["artifactLocation"]["uriBaseId"] == "%SRCROOT%");
    CHECK(place["region"] == Json{{"startLine", 2}, {"startColumn", 15}, {"endLine", 2}, {"endColumn", 21}});
    CHECK(result["relatedLocations"][0]["id"] == 1);
    CHECK(result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(text)[1]);
    CHECK(result["partialFingerprints"]["plimsoll/v1"] == "0123456789abcdef");
    CHECK(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "");
}

TEST_CASE("rules carry help, tags and severities", "[output][sarif]") {
    ReportFixture fixture;
    fixture.add("Dockerfile", "ADD a /\n", {0, 3});
    const Json rules = run_of(fixture)["tool"]["driver"]["rules"];
    REQUIRE(rules.size() == 1);
    CHECK(rules[0]["name"] == "FixtureCheck");
    CHECK(rules[0]["shortDescription"]["text"] == "A check for tests.");
    CHECK_FALSE(rules[0]["help"]["text"].get<std::string>().empty());
    CHECK(rules[0]["help"]["markdown"].get<std::string>().find("COPY a.py") != std::string::npos);
    CHECK(rules[0]["properties"]["security-severity"] == "5.5");
    CHECK(rules[0]["defaultConfiguration"]["level"] == "warning");
}

TEST_CASE("paths are relative to the repository, others are file addresses", "[output][sarif]") {
    ReportFixture fixture;
    fixture.add("../x/Dockerfile", "ADD a /\n", {0, 3});
    fixture.options.working_directory = "/repo/sub";
    fixture.options.repository = "/repo";
    const auto location = [&] { return run_of(fixture)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]; };
    CHECK(location()["uri"] == "x/Dockerfile");
    fixture.options.repository = "/repo/sub";
    CHECK(location() == Json{{"uri", "file:///repo/x/Dockerfile"}});
}

TEST_CASE("what is missing becomes a notification, what is suppressed stays out", "[output][sarif]") {
    ReportFixture fixture;
    fixture.add("Dockerfile", "ADD a /\n", {0, 3}).silenced = Silenced{"comment", "", ""};
    fixture.report.files.push_back({"gone", Status::failed, FileKind::other, 0, "no such file", {}, nullptr, 0, 0});
    fixture.report.exit_code = 2;
    fixture.options.problems.push_back({".plimsoll.yaml", 3, "unknown key"});
    const Json run = run_of(fixture);
    CHECK(run["results"] == Json::array());
    CHECK(run["tool"]["driver"]["rules"] == Json::array());
    const Json& invocation = run["invocations"][0];
    CHECK(invocation["executionSuccessful"] == false);
    CHECK(invocation["toolExecutionNotifications"][0]["message"]["text"] == "failed: no such file");
    CHECK(invocation["toolConfigurationNotifications"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3);
}

TEST_CASE("a byte order mark is no column", "[output][sarif]") {
    ReportFixture fixture;
    fixture.add("Dockerfile",
                "\xEF\xBB\xBF"
                "ADD a /\n",
                {3, 6});
    CHECK(run_of(fixture)["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 1);
}
