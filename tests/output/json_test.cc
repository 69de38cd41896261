#include <nlohmann/json.hpp>

#include "analyzer/output/explain.h"
#include "analyzer/output/json_writer.h"
#include "tests/catch.h"
#include "tests/output/report_fixture.h"

using namespace plimsoll;
using namespace plimsoll::output;
using Json = nlohmann::json;

TEST_CASE("the JSON writer escapes what must be escaped", "[output][json]") {
    std::string out;
    append_json_string(out, std::string_view("a\"\\\n\r\t\x01\x7F\0b", 10));
    CHECK(out == "\"a\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u0000b\"");
    out.clear();
    append_json_string(out, "\xC3\xA9\xF0\x9F\x98\x80\xFF\xE2\x82");
    CHECK(Json::parse(out).get<std::string>() == "\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("the JSON writer places commas and line breaks", "[output][json]") {
    std::string compact, pretty;
    for (bool nice : {false, true}) {
        JsonWriter json(nice ? pretty : compact, nice);
        json.begin_object().member("a", 1).key("b").begin_array().value(true).value("x").begin_object().end_object().end_array();
        json.member("c", -2).member_if("d", "").key("e").raw("null").end_object();
    }
    CHECK(compact == R"({"a":1,"b":[true,"x",{}],"c":-2,"e":null})");
    CHECK(pretty == "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    \"x\",\n    {}\n  ],\n  \"c\": -2,\n  \"e\": null\n}");
    CHECK(Json::parse(compact) == Json::parse(pretty));
}

TEST_CASE("a report as JSON", "[output][json]") {
    ReportFixture fixture;
    const std::string text = "FROM alpine\nLABEL \xC3\xA9=\xC3\xA9 x\nADD a /\n";
    Finding& finding = fixture.add("d/Dockerfile", text, span_of(text, "x\n"));
    finding.part = "0";
    finding.fix = Fix{"Drop it", Safety::unsafe, {{span_of(text, "x\n"), ""}}};
    finding.related.push_back({"d/Dockerfile", span_of(text, "ADD"), "also here"});
    finding.silenced = Silenced{"hadolint comment", "why not", ""};
    fixture.report.files.push_back({"z", Status::partial, FileKind::dockerfile, 0, "too deep", {{0, 4}}, fixture.report.files[0].source, 1, 0});
    const Json json = Json::parse(fixture.written(write_json));
    CHECK(json["schema"] == "plimsoll-findings-v1");
    CHECK(json["summary"]["exitCode"] == 1);
    CHECK(json["summary"]["findings"]["medium"] == 1);
    CHECK(json["files"][1]["regions"][0]["end"]["column"] == 5);
    CHECK(json["files"][1]["reason"] == "too deep");
    const Json& found = json["findings"][0];
    CHECK(found["check"] == "fixture-check");
    CHECK(found["category"] == "supply-chain");
    CHECK(found["range"]["start"] == Json{{"line", 2}, {"column", 13}, {"offset", 24}});
    CHECK(found["range"]["end"] == Json{{"line", 3}, {"column", 1}, {"offset", 26}});
    CHECK(found["anchor"]["line"] == 2);
    CHECK(found["aliases"] == Json{"hadolint:DL3020", "buildkit:JSONArgsRecommended"});
    CHECK(found["standards"] == Json{"CIS-Docker-4.9"});
    CHECK(found["fix"]["safety"] == "unsafe");
    CHECK(found["fix"]["edits"][0]["text"] == "");
    CHECK(found["related"][0]["range"]["start"]["line"] == 3);
    CHECK(found["suppressed"] == Json{{"by", "hadolint comment"}, {"reason", "why not"}});
}

TEST_CASE("an empty report is whole JSON", "[output][json]") {
    const Json json = Json::parse(ReportFixture{}.written(write_json));
    CHECK(json["findings"] == Json::array());
    CHECK(json["summary"]["files"]["total"] == 0);
}

TEST_CASE("the list of checks as JSON", "[output][json]") {
    const Json json = Json::parse(list_json({{&fixture_check, "dockerfile"}}));
    CHECK(json[0]["id"] == "fixture-check");
    CHECK(json[0]["area"] == "dockerfile");
    CHECK(json[0]["fix"] == "safe");
}
