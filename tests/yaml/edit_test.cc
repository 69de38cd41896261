#include "tests/catch.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/yaml/edit.h"
#include "analyzer/yaml/stream.h"

using namespace plimsoll;

namespace {

using Change = std::function<std::optional<Edit>(const Source&, yaml::Node)>;

// The text after an edit of the first document; "refused" when there is none.
std::string after(std::string text, const Change& change) {
    Source source("app.yaml", std::move(text));
    yaml::Stream stream(source);
    std::optional<Edit> edit = change(source, stream.documents().at(0).root);
    return edit ? plimsoll::apply(source.text(), {*edit}) : "refused";
}

Change replace(std::string path, std::string value) {
    return [=](const Source& source, yaml::Node root) { return yaml::replace_scalar(source, root.at(path), value); };
}
Change set(std::string at, std::string path, std::string value) {
    return [=](const Source& source, yaml::Node root) { return yaml::set_key(source, root.at(at), path, value); };
}
Change removal(std::string path) {
    return [=](const Source& source, yaml::Node root) { return yaml::remove_entry(source, root.at(path)); };
}
Change item_removal(std::string path, std::size_t index) {
    return [=](const Source& source, yaml::Node root) { return yaml::remove_item(source, root.at(path)[index]); };
}
Change renaming(std::string path, std::string name) {
    return [=](const Source& source, yaml::Node root) { return yaml::rename_key(source, root.at(path), name); };
}

}

TEST_CASE("a scalar is replaced in its own quotes") {
    CHECK(after("a: true # c\n", replace("a", "false")) == "a: false # c\n");
    CHECK(after("a: x\n", replace("a", "yes")) == "a: \"yes\"\n");
    CHECK(after("a: x\n", replace("a", "b: c")) == "a: \"b: c\"\n");
    CHECK(after("a: 'x'\n", replace("a", "it's")) == "a: 'it''s'\n");
    CHECK(after("a: \"x\"\n", replace("a", "say \"b\"")) == "a: \"say \\\"b\\\"\"\n");
    CHECK(after("a: {b: c}\n", replace("a.b", "d,e")) == "a: {b: \"d,e\"}\n");
    CHECK(after("{\"a\": true}", replace("a", "text")) == "{\"a\": \"text\"}");
    CHECK(after("{\"a\": true}", replace("a", "false")) == "{\"a\": false}");
    CHECK(after("a:\nb: 1\n", replace("a", "x")) == "a: x\nb: 1\n");
    CHECK(after("a: |\n  x\n  y\nb: 1\n", replace("a", "z")) == "a: z\nb: 1\n");
    // Behind quotes a tab begins no line.
    CHECK(after("a: x\n \t\nb: 1\n", replace("a", "z")) == "a: z\n \t\nb: 1\n");
    CHECK(after("a: x\n\n \t\nb: 1\n", replace("a", "1")) == "refused");
    CHECK(after("a: x\n  \nb: 1\n", replace("a", "1")) == "a: \"1\"\n  \nb: 1\n");
    CHECK(after("a: &x 1\nb: *x\n", replace("a", "2")) == "refused");
    CHECK(after("a: &x 1\nb: *x\n", replace("b", "2")) == "refused");
    CHECK(after("a: &x {c: 1}\nb: {<<: *x, d: 2}\n", replace("b.c", "2")) == "refused");
    CHECK(after("a: &x {c: 1}\nb: {<<: *x, d: 2}\n", replace("b.d", "3")) == "a: &x {c: 1}\nb: {<<: *x, d: 3}\n");
}

TEST_CASE("keys are set in blocks") {
    CHECK(after("a:\n  b: 1 # c\nd: 2\n", set("a", "x", "true")) == "a:\n  b: 1 # c\n  x: true\nd: 2\n");
    CHECK(after("a:\n  b: 1\n", set("a", "x.z", "[ALL]")) == "a:\n  b: 1\n  x:\n    z: [ALL]\n");
    CHECK(after("a:\n    b: 1\n", set("a", "x.z", "1")) == "a:\n    b: 1\n    x:\n        z: 1\n");
    CHECK(after("l:\n- name: c\n  image: i\n- name: d", [](const Source& source, yaml::Node root) {
              return yaml::set_key(source, root["l"][0], "s.p", "false");
          }) == "l:\n- name: c\n  image: i\n  s:\n    p: false\n- name: d");
    CHECK(after("l:\n- name: d", [](const Source& source, yaml::Node root) { return yaml::set_key(source, root["l"][0], "s", "1"); }) ==
          "l:\n- name: d\n  s: 1");
    CHECK(after("a:\r\n  b: 1\r\n", set("a", "x", "1")) == "a:\r\n  b: 1\r\n  x: 1\r\n");
    CHECK(after("a:\n  b: |\n    t\n\nc: 1\n", set("a", "x", "1")) == "a:\n  b: |\n    t\n  x: 1\n\nc: 1\n");
    CHECK(after("a:\n  b: |+\n    t\n\nc: 1\n", set("a", "x", "1")) == "refused");
    CHECK(after("a: 1\n---\nb: 2\n", set("", "x", "1")) == "a: 1\nx: 1\n---\nb: 2\n");
}

TEST_CASE("parts of a path that exist are used") {
    CHECK(after("a:\n  s:\n    p: true\n", set("a", "s.p", "false")) == "a:\n  s:\n    p: false\n");
    CHECK(after("a:\n  s:\n    q: 1\n  t: 2\n", set("a", "s.p", "false")) == "a:\n  s:\n    q: 1\n    p: false\n  t: 2\n");
    CHECK(after("a:\n  s: {}\n", set("a", "s.p", "1")) == "a:\n  s: {p: 1}\n");
    CHECK(after("a:\n  s: # c\n  t: 2\n", set("a", "s.p", "1")) == "a:\n  s: # c\n    p: 1\n  t: 2\n");
    CHECK(after("a:\n  s:\n", set("a", "s", "1")) == "a:\n  s: 1\n");
    CHECK(after("a:\n  s: null\n", set("a", "s.p.q", "1")) == "a:\n  s: {p: {q: 1}}\n");
    CHECK(after("a:\n  s: [b]\n", set("a", "s", "[ALL]")) == "refused");
    CHECK(after("x: &x {}\na:\n  s: *x\n", set("a", "s.p", "1")) == "refused");
}

TEST_CASE("keys are set in flow style and JSON") {
    CHECK(after("a: {b: 1}\n", set("a", "x.z", "2")) == "a: {b: 1, x: {z: 2}}\n");
    CHECK(after("a: {}\n", set("a", "x", "2")) == "a: {x: 2}\n");
    CHECK(after("{\"a\": {\"b\": 1}}", set("a", "x.z", "[ALL]")) == "{\"a\": {\"b\": 1, \"x\": {\"z\": [\"ALL\"]}}}");
    CHECK(after("{\n  \"a\": 1\n}\n", set("", "x", "yes")) == "{\n  \"a\": 1,\n  \"x\": true\n}\n");
}

TEST_CASE("entries are removed") {
    CHECK(after("a: 1\nb: 2 # c\nd: 3\n", removal("b")) == "a: 1\nd: 3\n");
    CHECK(after("a:\n  b:\n  - 1\n  c: 2\n", removal("a.b")) == "a:\n  c: 2\n");
    CHECK(after("a:\n  b: 1\nc: 2\n", removal("a.b")) == "a: {}\nc: 2\n");
    CHECK(after("m: {a: 1, !t b: 2}\n", [](const Source& source, yaml::Node root) { return yaml::remove_entry(source, root["m"]["a"]); }) == "m: {!t b: 2}\n");
    CHECK(after("l: [1,&x 2]\n", [](const Source& source, yaml::Node root) { return yaml::remove_item(source, root["l"][0]); }) == "l: [&x 2]\n");
    CHECK(after("l:\n- a: 1\n  b: 2\n", [](const Source& source, yaml::Node root) { return yaml::remove_entry(source, root["l"][0]["a"]); }) == "l:\n- b: 2\n");
    CHECK(after("a: {b: 1, c: 2, d: 3}\n", removal("a.c")) == "a: {b: 1, d: 3}\n");
    CHECK(after("a: {b: 1, c: 2}\n", removal("a.c")) == "a: {b: 1}\n");
    CHECK(after("a: {b: 1}\n", removal("a.b")) == "a: {}\n");
    CHECK(after("a: 1\nb: |\n  x\n\n  y\nc: 2", removal("b")) == "a: 1\nc: 2");
    CHECK(after("a: 1\nb: 2", removal("b")) == "a: 1");
    CHECK(after("a: 1\nb: &x 2\nc: *x\n", removal("b")) == "refused");
}

TEST_CASE("items are removed") {
    CHECK(after("l:\n  - a # c\n  - b: 1\n    c: 2\n  - d\n", item_removal("l", 1)) == "l:\n  - a # c\n  - d\n");
    CHECK(after("l:\n- a\nm: 1\n", item_removal("l", 0)) == "l: []\nm: 1\n");
    CHECK(after("l: [a, b]\n", item_removal("l", 0)) == "l: [b]\n");
    CHECK(after("l: [a, b]\n", item_removal("l", 1)) == "l: [a]\n");
    CHECK(after("l: [a]\n", item_removal("l", 0)) == "l: []\n");
}

TEST_CASE("keys are renamed") {
    CHECK(after("a:\n  b: 1\n", renaming("a.b", "c")) == "a:\n  c: 1\n");
    CHECK(after("\"a\": 1\n", renaming("a", "b")) == "\"b\": 1\n");
    CHECK(after("a: &x 1\nb: *x\n", renaming("b", "c")) == "a: &x 1\nc: *x\n");
    CHECK(after("a: 1\n", renaming("a", "on")) == "\"on\": 1\n");
}
