// The YAML reader and its edits: every place lies in the file, and an edit changes what it says and nothing else.

#include "analyzer/yaml/edit.h"
#include "analyzer/yaml/json.h"
#include "analyzer/yaml/stream.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::inside;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "a: &x {b: [1, 0x1f, 'it''s'], c: \"\\u00e9\\n\"}\nd: *x\ne:\n  <<: *x\n  b: yes\n",
        "---\n# c\na: |\n  one\n   two\n\nb: >-\n  x\n  y\n...\nrest\n--- \n- - a\n  - b: c # d\n-\n",
        "{\"a\": {\"b\": [1.5e3, null, true]}, \"c\\ud83d\\ude00\": \"\\/\"}\n{\"d\": {}}\n",
        "\xef\xbb\xbfk: v\r\nl:\r\n  - 1\r\n  - {a: b,\r\n     c: d}\r\n",
        std::string("\xff\xfe"
                    "a\0:\0 \0b\0\n\0#\0c\0",
                    16),
        "? a\n: b\n? |\n  c\n: !!binary aGk=\nd: ${X}\n<<: [{e: f}, {e: g}]\n",
        "a: 1\nb: [x\nc: \"y\nd:\n\t- z\ne: f\n--- g\nh: |\ni: j\n",
    };
}

namespace {

constexpr int most_edits = 12;   // of one kind and input

void check_places(yaml::Node node, std::size_t size) {
    if (!node.is_scalar()) return;
    std::string_view value = node.scalar();
    for (std::size_t from : {std::size_t{0}, value.size() / 2, value.size()}) {
        Span place = node.place(from, from + 1);
        inside(place, size, "place in a scalar");
        law(node.target()->span.contains(place), "place outside its scalar");
    }
}

// Walks over the records of a document's own tree and its merged forms.
void check_node(yaml::Node node, std::size_t size, int depth) {
    law(depth <= 1002, "deeper than the limit");
    inside(node.span(), size, "node");
    inside(node.head(), size, "head");
    check_places(node, size);
    if (node.is_alias()) return;
    for (auto [key, value] : node.entries()) {
        law(value.key() == key, "a value does not know its key");
        law(value.parent().target() == node.target(), "a value does not know its mapping");
        check_node(key, size, depth + 1);
        check_node(value, size, depth + 1);
    }
    for (yaml::Node item : node.items()) {
        law(item.parent().target() == node.target(), "an item does not know its sequence");
        check_node(item, size, depth + 1);
    }
}

std::string changed(const Source& source, const Edit& edit) {
    inside(edit.span, source.size(), "edit");
    return apply(source.text(), {edit});
}

// Both documents hold the same nodes but for [from, from + removed) of the first.
void same_but(const yaml::Node& before, const yaml::Node& after, std::uint32_t from, std::uint32_t removed, bool replaced) {
    law(static_cast<bool>(after), "nothing is left after an edit");
    const yaml::Record *a = before.record(), *b = after.record();
    law(b->skip == a->skip - (replaced ? 0 : removed), "an edit changed the number of nodes");
    for (std::uint32_t i = 0, j = 0; i < a->skip; ++i, ++j) {
        if (i == from) {
            i += removed - 1;
            if (!replaced) --j;
            continue;
        }
        law(a[i].kind == b[j].kind && a[i].value == b[j].value && a[i].type == b[j].type, "an edit changed another node");
    }
}

void check_replacement(const Source& source, const yaml::Document& document, std::uint32_t at, std::string_view value) {
    std::optional<Edit> edit = yaml::replace_scalar(source, yaml::Node(document.root.record() + at), value);
    if (!edit) return;
    Source next(source.path(), changed(source, *edit));
    yaml::Stream stream(next);
    law(document.index < stream.documents().size(), "an edit lost a document");
    const yaml::Document& after = stream.documents()[document.index];
    law(!after.refused, "an edit broke the document");
    same_but(document.root, after.root, at, 1, true);
    law((after.root.record() + at)->value == value, "the new text is not what was asked for");
}

void check_removal(const Source& source, const yaml::Document& document, std::uint32_t at) {
    yaml::Node node(document.root.record() + at);
    yaml::Node key = node.key();
    std::optional<Edit> edit = key ? yaml::remove_entry(source, node) : yaml::remove_item(source, node);
    if (!edit) return;
    Source next(source.path(), changed(source, *edit));
    yaml::Stream stream(next);
    law(document.index < stream.documents().size(), "a removal lost a document");
    const yaml::Document& after = stream.documents()[document.index];
    law(!after.refused, "a removal broke the document");
    std::uint32_t keys = key ? key.record()->skip : 0;
    same_but(document.root, after.root, at - keys, node.record()->skip + keys, false);
}

void check_setting(const Source& source, const yaml::Document& document, std::uint32_t at) {
    std::optional<Edit> edit = yaml::set_key(source, yaml::Node(document.root.record() + at), "newKey.inner", "true");
    if (!edit) return;
    Source next(source.path(), changed(source, *edit));
    yaml::Stream stream(next);
    law(document.index < stream.documents().size(), "a new key lost a document");
    const yaml::Document& after = stream.documents()[document.index];
    law(!after.refused, "a new key broke the document");
    law(after.root && at < after.root.record()->skip && yaml::Node(after.root.record() + at).at("newKey.inner").is_true(), "the new key is not there");
}

// Edits are promised for documents that can be read as a whole.
void check_edits(const Source& source, const yaml::Document& document) {
    if (document.refused || !document.problems.empty()) return;
    std::uint32_t count = document.root.record()->skip;
    std::uint32_t step = count / most_edits + 1;
    for (std::uint32_t at = 0; at < count; at += step) {
        const yaml::Record& record = document.root.record()[at];
        if (record.kind == yaml::Kind::scalar) check_replacement(source, document, at, at % 2 ? "zz top" : "1: #");
        if (record.kind == yaml::Kind::mapping) check_setting(source, document, at);
        if (at > 0) check_removal(source, document, at);
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("app.yaml", std::string(fuzz::text_of(data, size)));
    yaml::Stream stream(source);
    std::uint32_t last = 0;
    for (const yaml::Document& document : stream.documents()) {
        inside(document.span, size, "document");
        law(document.span.begin >= last, "documents overlap");
        last = document.span.end;
        for (const yaml::Problem& problem : document.problems) {
            inside(problem.span, size, "problem");
            inside(problem.other, size, "other place of a problem");
            inside(problem.region, size, "region of a problem");
            law(problem.message.find('\n') == std::string::npos, "a message has two lines");
        }
        if (!document.root) continue;
        check_node(document.root, size, 0);
        yaml::to_json(document.root, 1 << 20);
        check_edits(source, document);
    }
    last = 0;
    for (const yaml::Comment& comment : stream.comments()) {
        inside(comment.span, size, "comment");
        law(comment.span.begin >= last, "comments overlap");
        last = comment.span.end;
    }
    return 0;
}
