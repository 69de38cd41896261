#include "tests/catch.h"

#include <memory>
#include <string>
#include <string_view>

#include "analyzer/yaml/stream.h"

using namespace plimsoll;

namespace {

struct Read {
    explicit Read(std::string text) : source("app.yaml", std::move(text)), stream(source) {}
    yaml::Node root() const { return stream.documents().at(0).root; }
    std::string text(Span span) const { return std::string(source.slice(span)); }
    std::string text(yaml::Node node) const { return text(node.span()); }

    Source source;
    yaml::Stream stream;
};

}

TEST_CASE("nodes know their places") {
    Read file("spec: # c\n  containers:\n  - name: &n 'a'\n    image: !!str x\n    args: [\"b\", {c: d}]\n    env:\n  - {}\nlast: |-\n  one\n  two\n\n");
    yaml::Node root = file.root(), list = root.at("spec.containers");
    CHECK(file.text(list[0]["name"]) == "'a'");
    CHECK(file.text(list[0]["image"]) == "x");
    CHECK(file.text(list[0]["args"]) == "[\"b\", {c: d}]");
    CHECK(file.text(list[0]) == "name: &n 'a'\n    image: !!str x\n    args: [\"b\", {c: d}]\n    env:");
    CHECK(file.text(list) == "- name: &n 'a'\n    image: !!str x\n    args: [\"b\", {c: d}]\n    env:\n  - {}");
    CHECK(list[0]["env"].is_null());
    CHECK(list[0]["env"].span().empty());
    CHECK(file.text(root["last"]) == "|-\n  one\n  two");
    CHECK(list[0]["name"].has_anchor());
    CHECK(list[0]["image"].has_tag());
    CHECK(file.text(list[0]["args"].key()) == "args");
    CHECK(file.text(list[0].head()) == "'a'");
    CHECK(file.text(list[1].head()) == "{");
    CHECK(file.text(list.head()) == "containers");
}

TEST_CASE("paths") {
    Read file("metadata:\n  labels: {app.kubernetes.io/name: x}\nspec:\n  containers: [{image: a}, {image: b}]\n");
    yaml::Node root = file.root();
    CHECK(root.at("spec.containers")[1]["image"].path() == "spec.containers[1].image");
    CHECK(root.at("spec.containers")[1]["image"].path(root["spec"]) == "containers[1].image");
    CHECK(root.at("metadata.labels")["app.kubernetes.io/name"].path() == "metadata.labels[app.kubernetes.io/name]");
    CHECK(root.at("spec.containers")[1].index() == 1);
    CHECK(root.path().empty());
}

TEST_CASE("empty nodes answer everything") {
    yaml::Node nothing;
    CHECK_FALSE(nothing["a"]["b"][3].at("c.d"));
    CHECK(nothing.scalar().empty());
    CHECK(nothing.path().empty());
    CHECK(nothing.head() == Span{});
    CHECK(nothing.size() == 0);
    CHECK_FALSE(nothing.boolean());
    for ([[maybe_unused]] auto entry : nothing.entries()) FAIL();
}

TEST_CASE("values have Go types") {
    Read file("a: 5\nb: '5'\nc: yes\nd: 5.0\ne: 5.5\nf: ${X}\ng: $(X)\nh: \"{{ .x }}\"\ni: 0x7fffffffffffffff\nj: 18446744073709551615\nk: <%= x %>\n");
    yaml::Node root = file.root();
    CHECK(root["a"].integer() == 5);
    CHECK(root["a"].number() == 5.0);
    CHECK_FALSE(root["a"].text());
    CHECK(root["b"].text() == "5");
    CHECK_FALSE(root["b"].integer());
    CHECK(root["c"].is_true());
    CHECK(root["d"].integer() == 5);
    CHECK_FALSE(root["e"].integer());
    CHECK(root["f"].is_placeholder());
    CHECK_FALSE(root["f"].text());
    CHECK(root["g"].text() == "$(X)");
    CHECK(root["h"].is_placeholder());
    CHECK(root["i"].integer() == 0x7fffffffffffffff);
    CHECK_FALSE(root["j"].integer());
    CHECK(root["k"].is_placeholder());
}

TEST_CASE("placeholders of the user's own template engine") {
    const Source source("app.yaml", "a: 'x@@TAG@@'\nb: '@@ one'\nc: '%(port)s'\nd: ${X}\ne: s%(\n");
    const std::vector<std::string> marks = {"@@ @@", "%( )s"};
    const yaml::Stream with(source, marks), without(source);
    const yaml::Node ours = with.documents().at(0).root, usual = without.documents().at(0).root;
    for (std::string_view key : {"a", "c", "d"}) CHECK(ours[key].is_placeholder());
    for (std::string_view key : {"b", "e"}) CHECK_FALSE(ours[key].is_placeholder());
    CHECK_FALSE(usual["a"].is_placeholder());
    CHECK_FALSE(usual["c"].is_placeholder());
    CHECK(usual["d"].is_placeholder());
}

TEST_CASE("keys that are not text are found by the text they become") {
    Read file("yes: a\n8080: b\n'x': c\nx: d\n");
    CHECK(file.root()["true"].scalar() == "a");
    CHECK(file.root()["8080"].scalar() == "b");
    CHECK(file.root()["x"].scalar() == "d");
}

TEST_CASE("places inside scalars") {
    Read file("a: plain text\nb: \"q\\u00e9\\nz\"\nc: 'it''s'\nd: |\n  one\n    two\n\n  three\ne: >\n  f\n  g\nf: more\n  words\n");
    auto place = [&](std::string_view key, std::string_view part) {
        yaml::Node node = file.root()[key];
        std::size_t at = node.scalar().find(part);
        return file.text(node.place(at, at + part.size()));
    };
    CHECK(place("a", "text") == "text");
    CHECK(place("b", "\xc3\xa9") == "\\u00e9");
    CHECK(place("b", "\nz") == "\\nz");
    CHECK(place("c", "t's") == "t''s");
    CHECK(place("d", "two") == "two");
    CHECK(place("d", "  two\n\nth") == "  two\n\n  th");
    CHECK(place("e", "f g") == "f\n  g");
    CHECK(place("f", "re wo") == "re\n  wo");
    CHECK(file.text(file.root()["a"].place(5, 5)).empty());
    CHECK(file.root()["a"].place(6, 6).begin == 9);
}

TEST_CASE("aliases and merges keep their places") {
    Read file("base: &b\n  p: 1\n  q: {r: s}\nuse:\n  x: 2\n  <<: *b\n  p: 3\nsame: *b\n");
    yaml::Node use = file.root()["use"];
    CHECK(use.size() == 3);
    CHECK(use["p"].integer() == 3);
    CHECK(use["p"].path() == "use.p");
    CHECK_FALSE(use["p"].is_alias());
    CHECK(use["q"].is_alias());
    CHECK(use["q"].path() == "use.q");
    CHECK(file.text(use["q"].key()) == "q");
    CHECK(use.at("q.r").scalar() == "s");
    CHECK(file.text(use) == "x: 2\n  <<: *b\n  p: 3");
    CHECK(file.text(file.root()["same"]) == "*b");
    CHECK(file.root().at("same.q.r").scalar() == "s");
}

TEST_CASE("a tree can be thinned") {
    Read file("a: 1\nschema:\n  x: {y: [z, \"\\x41\"]}\n  w: 2\nkept: [p, {q: \"\\x42\"}]\n---\nb: 2\n");
    REQUIRE(file.stream.thin(0, {file.root()["schema"]}));
    const yaml::Node root = file.root();
    CHECK(root.size() == 3);
    CHECK(root["schema"].is_mapping());
    CHECK(root["schema"].empty());
    CHECK(file.text(root["schema"].key()) == "schema");
    CHECK(root["a"].integer() == 1);
    CHECK(root["kept"][1]["q"].scalar() == "B");
    CHECK(root["kept"][1]["q"].path() == "kept[1].q");
    CHECK(root["kept"].parent() == root);
    CHECK(file.stream.documents()[1].root["b"].integer() == 2);
}

TEST_CASE("a tree keeps what others stand for") {
    Read file("schema: &s {x: 1}\nsame: *s\n");
    CHECK_FALSE(file.stream.thin(0, {file.root()["schema"]}));
    CHECK(file.root()["same"]["x"].integer() == 1);
}
