#include "analyzer/kubernetes/selector.h"

#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

// `labels`, `s` and `t` of one document.
struct Selectors {
    ManifestFile file;
    explicit Selectors(const std::string& body) : file("apiVersion: v1\nkind: X\n" + body) {}
    plimsoll::yaml::Node labels() const { return file.object()["labels"]; }
    Selector first() const { return Selector::labels(file.object()["s"]); }
    Selector second() const { return Selector::labels(file.object()["t"]); }
    Selector plain() const { return Selector::map(file.object()["s"]); }
};

Match match(const std::string& labels, const std::string& selector) {
    const Selectors made("labels: " + labels + "\ns: " + selector + "\n");
    return made.first().matches(made.labels());
}

}

TEST_CASE("label selectors match as the API server's do") {
    CHECK(match("{a: b, c: d}", "{matchLabels: {a: b}}") == Match::yes);
    CHECK(match("{a: b}", "{matchLabels: {a: b, c: d}}") == Match::no);
    CHECK(match("{a: b}", "{}") == Match::yes);
    CHECK(match("~", "{}") == Match::yes);
    CHECK(match("{a: b}", "~") == Match::no);
    CHECK(match("{a: b}", "{matchExpressions: [{key: a, operator: In, values: [x, b]}]}") == Match::yes);
    CHECK(match("{}", "{matchExpressions: [{key: a, operator: In, values: [x]}]}") == Match::no);
    CHECK(match("{}", "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}") == Match::yes);
    CHECK(match("{a: x}", "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}") == Match::no);
    CHECK(match("{a: x}", "{matchExpressions: [{key: a, operator: Exists}]}") == Match::yes);
    CHECK(match("{a: x}", "{matchExpressions: [{key: a, operator: DoesNotExist}]}") == Match::no);
    CHECK(match("{a: x}", "{matchLabels: {a: x}, matchExpressions: [{key: b, operator: DoesNotExist}]}") == Match::yes);
}

TEST_CASE("placeholders leave a match open unless something else decides") {
    CHECK(match("{a: \"${A}\"}", "{matchLabels: {a: b}}") == Match::unknown);
    CHECK(match("{a: b}", "{matchLabels: {a: \"${A}\"}}") == Match::unknown);
    CHECK(match("{a: \"${A}\", c: d}", "{matchLabels: {a: b, c: e}}") == Match::no);
    CHECK(match("{a: b}", "{matchExpressions: [{key: a, operator: In, values: [\"${A}\"]}]}") == Match::unknown);
}

TEST_CASE("a Service's empty selector matches nothing") {
    const Selectors empty("labels: {a: b}\ns: {}\n"), one("labels: {a: b}\ns: {a: b}\n");
    CHECK(empty.plain().matches(empty.labels()) == Match::no);
    CHECK(empty.plain().empty());
    CHECK(one.plain().matches(one.labels()) == Match::yes);
}

TEST_CASE("the first requirement that is not met is found") {
    const Selectors made("labels: {a: b}\ns: {matchLabels: {a: b, c: d}, matchExpressions: [{key: z, operator: Exists}]}\n");
    const plimsoll::yaml::Node unmet = made.first().first_unmet(made.labels());
    CHECK(made.file.marked(unmet.span()) == "d");
    const Selectors met("labels: {a: b}\ns: {matchLabels: {a: b}}\n");
    CHECK_FALSE(met.first().first_unmet(met.labels()));
}

TEST_CASE("selectors that nothing can meet") {
    const auto contradicts = [](const std::string& selector) { return Selectors("s: " + selector + "\n").first().contradicts_itself(); };
    CHECK(contradicts("{matchLabels: {a: b}, matchExpressions: [{key: a, operator: NotIn, values: [b]}]}"));
    CHECK(contradicts("{matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [c, d]}]}"));
    CHECK(contradicts("{matchExpressions: [{key: a, operator: Exists}, {key: a, operator: DoesNotExist}]}"));
    CHECK_FALSE(contradicts("{matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b, d]}]}"));
    CHECK_FALSE(contradicts("{matchExpressions: [{key: a, operator: NotIn, values: [b]}, {key: a, operator: DoesNotExist}]}"));
}

TEST_CASE("selectors are compared by meaning, not by order") {
    const auto same = [](const std::string& s, const std::string& t) {
        const Selectors made("s: " + s + "\nt: " + t + "\n");
        return made.first().same_as(made.second());
    };
    CHECK(same("{matchLabels: {a: b, c: d}}", "{matchLabels: {c: d, a: b}}"));
    CHECK(same("{matchLabels: {a: b}}", "{matchExpressions: [{key: a, operator: In, values: [b]}]}"));
    CHECK(same("{matchExpressions: [{key: a, operator: In, values: [c, b]}]}", "{matchExpressions: [{key: a, operator: In, values: [b, c]}]}"));
    CHECK_FALSE(same("{matchLabels: {a: b}}", "{matchLabels: {a: c}}"));
    CHECK_FALSE(same("{matchLabels: {a: b}}", "{}"));
}

TEST_CASE("invalid selectors") {
    const auto valid = [](const std::string& selector) { return Selectors("s: " + selector + "\n").first().valid(); };
    CHECK(valid("{matchExpressions: [{key: a.io/b, operator: In, values: [c]}]}"));
    CHECK_FALSE(valid("{matchExpressions: [{key: a, operator: In}]}"));
    CHECK_FALSE(valid("{matchExpressions: [{key: a, operator: Exists, values: [b]}]}"));
    CHECK_FALSE(valid("{matchExpressions: [{key: a, operator: Equals, values: [b]}]}"));
    CHECK_FALSE(valid("{matchLabels: {\"a b\": c}}"));
    CHECK_FALSE(valid("{matchLabels: {a: true}}"));
    CHECK_FALSE(valid("[]"));
}
