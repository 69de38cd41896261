#include "tests/catch.h"

#include <string>
#include <string_view>

#include "analyzer/yaml/json.h"
#include "analyzer/yaml/stream.h"

using namespace plimsoll;
using namespace std::string_view_literals;

namespace {

// One line a document: its JSON or "refused", then kind and text of each problem.
std::string read(std::string text) {
    static constexpr std::string_view kinds[] = {"syntax", "duplicate", "tab", "encoding", "directive", "dropped", "limit", "anchor"};
    Source source("app.yaml", std::move(text));
    yaml::Stream stream(source);
    std::string out;
    for (const yaml::Document& document : stream.documents()) {
        if (!out.empty()) out += '\n';
        if (document.refused) out += "refused ";
        out += document.root ? yaml::to_json(document.root).value_or("no JSON") : "empty";
        for (const yaml::Problem& problem : document.problems)
            out += " " + std::string(kinds[static_cast<int>(problem.kind)]) + "<" + std::string(source.slice(problem.span)) + ">";
    }
    return out;
}

std::string comments(std::string text) {
    Source source("app.yaml", std::move(text));
    yaml::Stream stream(source);
    std::string out;
    for (const yaml::Comment& comment : stream.comments()) {
        if (!out.empty()) out += '|';
        out += (comment.alone ? "" : "+") + std::string(source.slice(comment.span));
    }
    return out;
}

}

TEST_CASE("scalars are resolved as the API server does") {
    CHECK(read("a: [y, Yes, on, n, off, NO, true, yEs]") == R"({"a":[true,true,true,false,false,false,true,"yEs"]})");
    CHECK(read("a: [0644, 0o644, 0x1A4, 0b11, 1_000, 08, -0x10, +5, 0_7]") == R"({"a":[420,420,420,3,1000,8,-16,5,7]})");
    CHECK(read("a: [~, null, NULL, nUll, '', \"\"]\nb:\nc: !!str") == R"({"a":[null,null,null,"nUll","",""],"b":null,"c":""})");
    CHECK(read("a: [1.5, .5, 1., 1e3, -1.5E-7, 1e21, 1e20, .e5, 1_0.5]") == R"({"a":[1.5,0.5,1,1000,-1.5e-7,1e+21,100000000000000000000,".e5",10.5]})");
    CHECK(read("a: [18446744073709551615, 18446744073709551616, -9223372036854775808, 1e400]") ==
          R"({"a":[18446744073709551615,18446744073709552000,-9223372036854775808,"1e400"]})");
    CHECK(read("a: [2024-01-01, 2024-01-01T00:00:00Z, 12:30, 1.2.3, 1e, 0x, '1', \"yes\"]") ==
          R"({"a":["2024-01-01","2024-01-01T00:00:00Z","12:30","1.2.3","1e","0x","1","yes"]})");
    CHECK(read("a: !!str 1\nb: !!int '3'\nc: !!float 3\nd: !own yes\ne: !!binary aGk=\nf: ! 5") == R"({"a":"1","b":3,"c":3,"d":"yes","e":"hi","f":"5"})");
    CHECK(read("a: !!int x").starts_with("refused"));
    CHECK(read("a: !!binary aGk").starts_with("refused"));
    CHECK(read("a: .inf").starts_with("refused"));
    CHECK(read("a: ['=', <<]") == R"({"a":["=","<<"]})");
}

TEST_CASE("keys become text as the API server does") {
    CHECK(read("1: a\nyes: b\n0x10: c\n2.5e10: d\n1.0: e") == R"({"1":"e","16":"c","2.5e+10":"d","true":"b"} duplicate<1.0>)");
    CHECK(read("~: a").starts_with("refused"));
    CHECK(read("? [a]\n: b").starts_with("refused"));
    CHECK(read("a: {{ x }}").starts_with("refused"));
    CHECK(read("? a\n: b\n? c") == R"({"a":"b","c":null})");
    CHECK(read("a: 1\nb: 2\n'a': 3") == R"({"a":3,"b":2} duplicate<'a'>)");
}

TEST_CASE("styles of scalars are decoded") {
    CHECK(read("a: |\n  one\n   two\n\n  three\n\nb: |-\n  x\n\nc: |+\n  y\n\nd: >\n  f\n  g\n\n  h\n    i\n  j\n") ==
          R"({"a":"one\n two\n\nthree\n","b":"x","c":"y\n\n","d":"f g\nh\n  i\nj\n"})");
    CHECK(read("a: |2\n    x\n   y\nb: >-\n\n  z\nc: |\n\nd: 1") == R"({"a":"  x\n y\n","b":"\nz","c":"","d":1})");
    CHECK(read("a: 'it''s\n  one\n\n  text'\nb: \"\\x41\\u00e9\\t\\\n  x\\\\\"\nc: plain\n  goes on # not this\n") ==
          "{\"a\":\"it's one\\ntext\",\"b\":\"A\xc3\xa9\\tx\\\\\",\"c\":\"plain goes on\"}");
    // The reader ends the last line of a file.
    CHECK(read("a: |\n  x") == R"({"a":"x\n"})");
    CHECK(read("a: |\r\n  x\r\n  y\r\nb: c\r\n") == R"({"a":"x\ny\n","b":"c"})");
    // Text that is not indented does not belong to the block.
    CHECK(read("s:\n  a: |\n  b: c\n") == R"({"s":{"a":"","b":"c"}})");
    CHECK(read("a: \"\\/\"").starts_with("refused"));
    CHECK(read("a: \"\\ud83d\"").starts_with("refused"));
}

TEST_CASE("aliases and merges are followed") {
    CHECK(read("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd: {q: 3, <<: *x}") ==
          R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"p":1,"q":3},"d":{"p":1,"q":2}})");
    CHECK(read("a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc:\n  <<: [*x, *y]\n") == R"({"a":{"p":1},"b":{"p":2,"r":3},"c":{"p":1,"r":3}})");
    CHECK(read("a: &x {p: {q: 1}}\nb: &y\n  <<: *x\n  s: 1\nc:\n  <<: *y\n") == R"({"a":{"p":{"q":1}},"b":{"p":{"q":1},"s":1},"c":{"p":{"q":1},"s":1}})");
    CHECK(read("a: {'<<': {b: 1}}") == R"({"a":{"<<":{"b":1}}})");
    CHECK(read("a: *x") == "refused {\"a\":null} anchor<*x>");
    CHECK(read("a: &x [*x]") == "refused {\"a\":[null]} anchor<*x>");
    CHECK(read("a: &x 1\nb: {<<: *x}").starts_with("refused"));
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
        for (int k = 0; k < 9; ++k) bomb += ", " + last;
        bomb += "]\n";
    }
    Source source("bomb.yaml", bomb);
    yaml::Stream stream(source);
    REQUIRE(stream.documents().size() == 1);
    REQUIRE_FALSE(stream.documents()[0].problems.empty());
    CHECK(stream.documents()[0].problems[0].kind == yaml::Problem::Kind::limit);
    CHECK(yaml::to_json(stream.documents()[0].root).value().size() < 20'000'000);
}

TEST_CASE("streams are split as kubectl does") {
    CHECK(read("a: 1\n---\nb: 2\n--- # c\nc: 3\n") == "{\"a\":1}\n{\"b\":2}\n{\"c\":3}");
    CHECK(read("---\na: 1\n---\n---\n# only this\n---\nb: 2") == "{\"a\":1}\nempty\n{\"b\":2}");
    CHECK(read("# top\n---\na: 1") == "empty\n{\"a\":1}");
    CHECK(read("a: |\n  ---\n  x\nb: \"x\n  --- y\"\n") == "{\"a\":\"---\\nx\\n\",\"b\":\"x --- y\"}");
    CHECK(read("a: 1\n--- {b: 2}\n---\nc: 3") == "{\"a\":1}\nrefused {\"b\":2} directive<{b: 2}>\n{\"c\":3}");
    CHECK(read("a: 1\n...\nb: 2\n---\nc: 3") == "{\"a\":1} dropped<b: 2\n>\n{\"c\":3}");
    CHECK(read("%YAML 1.1\n---\na: 1").starts_with("refused"));
    CHECK(read("a: 1\n---\nb: [\n---\nc: 3").ends_with("\n{\"c\":3}"));
    CHECK(read("") == "");
    CHECK(read("\n\n# nothing\n") == "empty");
}

TEST_CASE("JSON is read as JSON") {
    CHECK(read("{\"a\": \"\\/\\ud83d\\ude00\"}\n{\"b\": 1}") == "{\"a\":\"/\xf0\x9f\x98\x80\"}\n{\"b\":1}");
    Source source("a.json", "{\n\t\"a\": [1, {\"b\": null}]\n}\n");
    yaml::Stream stream(source);
    REQUIRE(stream.documents().size() == 1);
    CHECK(stream.documents()[0].is_json);
    CHECK_FALSE(stream.documents()[0].refused);
    Source flow("a.yaml", "{a: b}\n");
    CHECK_FALSE(yaml::Stream(flow).documents()[0].is_json);
}

TEST_CASE("what go-yaml refuses is refused") {
    CHECK(read("a: 1\n\tb: 2").starts_with("refused"));
    CHECK(read("a:\n\t# c\n  b: 1") == "refused {\"a\":{\"b\":1}} tab<\t>");
    CHECK(read("a:\tb\nc: [\n\td]\n") == "{\"a\":\"b\",\"c\":[\"d\"]}");
    CHECK(read("-\ta") == "refused [\"a\"] tab<\t>");
    CHECK(read("a:\nb\n").starts_with("refused"));
    CHECK(read("a: [x?y]") == "refused {\"a\":[\"x?y\"]} syntax<?>");
    CHECK(read("a: {b:[c]}").starts_with("refused"));
    CHECK(read("a: x: y").starts_with("refused"));
    CHECK(read("- a\nb: c").starts_with("refused"));
}

TEST_CASE("a broken part costs only itself") {
    CHECK(read("a: 1\nb: [x\nc: 3\n") == "refused {\"a\":1,\"b\":null,\"c\":3} syntax<[>");
    CHECK(read("a: 1\nb:\n  c: \"x\nd: 4\ne: 5\n").find("\"a\":1") != std::string::npos);
    CHECK(read("a: 1\nb:\n    c: 2\n   d: 3\ne: 5\n").find("\"e\":5") != std::string::npos);
    Source source("app.yaml", "a: 1\nb: [x\nc: 3\n");
    yaml::Stream stream(source);
    const yaml::Document& document = stream.documents()[0];
    REQUIRE(document.problems.size() == 1);
    CHECK(source.slice(document.problems[0].region) == "[x\n");
    CHECK(document.root["b"].is_placeholder());
}

TEST_CASE("encodings") {
    CHECK(read("\xef\xbb\xbf"
               "a: 1\n") == "{\"a\":1}");
    CHECK(read("a: \"\xc1\x80\"\nb: 2").starts_with("refused"));
    CHECK(read("a: x\x01y").starts_with("refused"));
    CHECK(read(std::string("a: x\0y", 6)).starts_with("refused"));
    std::string wide = "\xff\xfe";
    for (char c : "k: v # c\nl: [\"x\"]\n"sv) wide += c, wide += '\0';
    Source source("u.yaml", wide);
    yaml::Stream stream(source);
    REQUIRE(stream.documents().size() == 1);
    yaml::Node root = stream.documents()[0].root;
    CHECK(root["k"].scalar() == "v");
    CHECK(root["k"].span() == Span{8, 10});
    CHECK(root["l"][0].span() == Span{28, 34});
    REQUIRE(stream.comments().size() == 1);
    CHECK(stream.comments()[0].span == Span{12, 18});
}

TEST_CASE("comments are told from text") {
    CHECK(comments("# a\nb: c # d\ne: 'x # y'\nf: |  # g\n  # text\n  h\n# i\nj: k#l\n") == "# a|+# d|+# g|# i");
    CHECK(comments("a: \"x\n  # text\"\nb: [c, # d\n  e]\n---\n# f\n") == "+# d|# f");
    CHECK(comments("a: x\n  # b\nc: d\r\n# e\r\n") == "# b|# e");
}

TEST_CASE("depth is bounded") {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK(read(text).starts_with("refused"));
    CHECK(read(std::string(100'000, '[')).starts_with("refused"));
    CHECK(read(std::string(100'000, '{')).starts_with("refused"));
    std::string json;
    for (int i = 0; i < 50'000; ++i) json += "{\"a\":";
    CHECK(read(json + "1" + std::string(50'000, '}')).starts_with("refused"));
}
