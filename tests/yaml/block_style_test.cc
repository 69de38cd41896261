// Our reader of the usual style against libfyaml.

#include "tests/catch.h"

#include "analyzer/text/source.h"
#include "tests/yaml/same_stream.h"

#include "analyzer/yaml/block_style.h"

using namespace plimsoll;

namespace {

// Whether our reader takes the text, which must then be what libfyaml reads.
bool taken(const std::string& text) {
    const Source source("app.yaml", text);
    CHECK(yaml::difference(yaml::Stream(source), yaml::Stream::by_library(source)) == "");
    std::vector<yaml::Record> records;
    yaml::Document document;
    document.span = {0, source.size()};
    document.tree.reset(new yaml::Tree);
    yaml::Builder builder(source.text(), {}, records, document);
    return yaml::BlockStyle(source.text()).read(document.span, builder);
}

}

TEST_CASE("Manifests in the usual style are read without libfyaml", "[yaml]") {
    for (const char* text : {
             "a: 1\n",
             "# c\n--- # d\n\na: 1",
             "a:\nb:\n  c:\nd: ~\n",
             "a:\n- b\n- c: d\n  e: f\n-\n- - g\n  - h\ni:\n  - j\n",
             "- a\n-   b: c\n    d: e\n",
             "\"a b\": 'it''s' # c\n'c': \"\\u00e9\\n\"\nd : e\n",
             "a: [b, 'c', \"d\", -1, [e], {f: g, \"h\": [i:80]}]\nj: {}\nk: [ ]  # l\n",
             "a: |\n  b\n   c\n\n# d\ne: >-\n\n    f\n\n    g\n  # h\ni: |+ # j\n  k\n\n",
             "a: b c\n  d\n\n  \"e\" [f] - g\nh:\n  i\nj: 'k\n\n  l'\nm: \"n \\\n  o\n p: q\"\n",
             "a: :80\nb: -c\nd: http://e:1/f#g\nh: a#b\n",
             "a: 'b\n c\n  d'\n",
         }) {
        INFO(text);
        CHECK(taken(text));
    }
}

TEST_CASE("An empty item of a sequence that stands no deeper than its key is null", "[yaml]") {
    const Source source("app.yaml", "a:\n- b\n-\n- c\nd: e\n");
    const yaml::Stream stream(source);
    REQUIRE(stream.documents().size() == 1);
    CHECK(stream.documents()[0].problems.empty());
    const yaml::Node items = stream.documents()[0].root["a"];
    CHECK(items.size() == 3);
    CHECK(items[std::size_t{1}].is_null());
}

TEST_CASE("What is unusual or wrong is left to libfyaml", "[yaml]") {
    for (const char* text : {
             "",
             "# only\n",
             "---\n",
             "a",
             "[a]\n",
             "a: &x b\n",
             "a: *x\n",
             "a: !!str b\n",
             "? a\n: b\n",
             "a:\tb\n",
             "a: b\tc\n",
             "\ta: b\n",
             "a: b\n c: d\n",
             "a: b: c\n",
             "a: b\n  c:\n",
             "a: 'b\nc'\n",
             "a: 'b' c\n",
             "a: 'b\n",
             "a: \"b\nc: d\n",
             "a: [b\n",
             "a: [b,\n  c]\n",
             "a: [b, ]\n",
             "a: [b?c]\n",
             "a: {b, c}\n",
             "a: {b: c} d\n",
             "a: |\nb: c\n",
             "a: |2\n   b\n",
             "a: |\n   \n  b\n",
             "a: |x\n  b\n",
             "a: - b\n",
             "a: b\n- c\n",
             "- a\nb: c\n",
             "  a: b\n c: d\n",
             "a:\n  b: c\n d: e\n",
             "a: b\n---\nc: d\n",
             "a: b\n...\nc: d\n",
             "%YAML 1.1\n---\na: b\n",
             "a: b # c\n  d\n",
             "a: b\n  # c\n  d\n",
             "a: @b\n",
             "a: `b`\n",
             "a: b\n  - c\n",
         }) {
        INFO(text);
        CHECK_FALSE(taken(text));
    }
}
