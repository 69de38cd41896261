#include "tests/catch.h"

#include "analyzer/docker/variables.h"

using namespace plimsoll;
using namespace plimsoll::docker;

namespace {

// X and P are set, E is set to nothing, OPEN is an ARG without default, UNKNOWN may be anything, all else is unset.
VariableValue known(std::string_view name) {
    using State = VariableValue::State;
    if (name == "X") return {State::set, "foobarbar"};
    if (name == "P") return {State::set, "a/b/c.tar.gz"};
    if (name == "E") return {State::set, ""};
    if (name == "OPEN") return {State::open, ""};
    if (name == "UNKNOWN") return {State::unknown, ""};
    return {};
}

std::optional<std::string> expanded(std::string_view text, char escape = '\\') { return expand_word(text, escape, ValueLookup(known)); }

Text text_of(std::string_view value) { return {value, {100, 100 + static_cast<std::uint32_t>(value.size())}}; }

}

TEST_CASE("words are expanded by BuildKit's rules") {
    const std::pair<const char*, const char*> rows[] = {
        {"plain", "plain"},
        {"$X", "foobarbar"},
        {"a${X}b", "afoobarbarb"},
        {"$X-$N.", "foobarbar-."},
        {"'$X'", "$X"},
        {"\"$X\"", "foobarbar"},
        {"\\$X", "$X"},
        {"\"\\$X\"", "$X"},
        {"\"a\\nb\"", "a\\nb"},
        {"a\\nb", "anb"},
        {"a\\", "a"},
        {"$", "$"},
        {"a$ b", "a$ b"},
        {"$1", ""},
        {"${N:-d}", "d"},
        {"${N-d}", "d"},
        {"${E:-d}", "d"},
        {"${E-d}", ""},
        {"${X:-d}", "foobarbar"},
        {"${X:+y}", "y"},
        {"${N:+y}", ""},
        {"${E+y}", "y"},
        {"${E:+y}", ""},
        {"${X:?gone}", "foobarbar"},
        {"${N:-${X}}", "foobarbar"},
        {"${N:-${M:-deep}}", "deep"},
        {"${N:-\"q }\"}", "q }"},
        {"${X#foo}", "barbar"},
        {"${X#*b}", "arbar"},
        {"${X##*b}", "ar"},
        {"${X%bar}", "foobar"},
        {"${X%b*}", "foobar"},
        {"${X%%b*}", "foo"},
        {"${X#f?o}", "barbar"},
        {"${X#none}", "foobarbar"},
        {"${P##*/}", "c.tar.gz"},
        {"${P%%.*}", "a/b/c"},
        {"${X/bar/Z}", "fooZbar"},
        {"${X//bar/Z}", "fooZZ"},
        {"${P//\\//_}", "a_b_c.tar.gz"},
        {"${X:-$UNKNOWN}", "foobarbar"},
        {"${OPEN:-d}", "d"},
        {"${OPEN:+y}", ""},
    };
    for (const auto& [text, value] : rows) {
        INFO(text);
        CHECK(expanded(text) == std::optional<std::string>(value));
    }
}

TEST_CASE("what has no known value") {
    for (const char* text : {"$UNKNOWN", "${UNKNOWN:-d}", "${UNKNOWN:+d}", "a${UNKNOWN}b", "${N:-$UNKNOWN}", "$OPEN", "${", "${}", "${X", "${:x}", "'x", "\"x",
                             "${N:?gone}", "${X^^}", "${X:#f}"}) {
        INFO(text);
        CHECK_FALSE(expanded(text));
    }
}

TEST_CASE("the escape character may be a backtick") {
    CHECK(expanded("C:\\dir\\$X", '`') == std::optional<std::string>("C:\\dir\\foobarbar"));
    CHECK(expanded("`$X", '`') == std::optional<std::string>("$X"));
}

TEST_CASE("a plain lookup takes empty for unset") {
    auto lookup = Lookup([](std::string_view name) { return name == "?" ? std::nullopt : std::optional<std::string>(name == "A" ? "1" : ""); });
    CHECK(expand_word("$A${B:-2}", '\\', lookup) == std::optional<std::string>("12"));
    CHECK_FALSE(expand_word("$?", '\\', lookup));
}

TEST_CASE("hostile words end soon") {
    std::string nested;
    for (int i = 0; i < 100000; ++i) nested += "${N:-";
    CHECK_FALSE(expanded(nested));
    std::string quoted;
    for (int i = 0; i < 100000; ++i) quoted += "\"${N:-";
    CHECK_FALSE(expanded(quoted));
    CHECK(variable_references(text_of(nested), '\\').size() < 100000);
    CHECK(variable_references(text_of(quoted), '\\').size() < 100000);
    std::string many;
    for (int i = 0; i < 100000; ++i) many += "$X";
    CHECK_FALSE(expanded(many));
}

TEST_CASE("references in a text") {
    struct Row {
        const char* text;
        std::vector<std::vector<std::string>> references;   // whole, name, operator, word
    };
    const Row rows[] = {
        {"none", {}},
        {"'$X' \\$Y \"\\$Z\"", {}},
        {"$X/${Y}", {{"$X", "X", "", ""}, {"${Y}", "Y", "", ""}}},
        {"\"$X\"", {{"$X", "X", "", ""}}},
        {"${X:-${Y}}", {{"${X:-${Y}}", "X", ":-", "${Y}"}, {"${Y}", "Y", "", ""}}},
        {"${X%%.*}", {{"${X%%.*}", "X", "%%", ".*"}}},
        {"${X//a/b}", {{"${X//a/b}", "X", "//", "a/b"}}},
        {"${X${Y}", {{"${Y}", "Y", "", ""}}},
        {"${} $A", {{"$A", "A", "", ""}}},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        std::vector<std::vector<std::string>> found;
        for (const VariableReference& r : variable_references(text_of(row.text), '\\'))
            found.push_back({std::string(r.whole.value), std::string(r.name.value), r.op, std::string(r.word.value)});
        CHECK(found == row.references);
    }
    CHECK(variable_references(text_of("a$X"), '\\')[0].name.span == Span{102, 103});
    CHECK(variable_references(text_of("${X:-d}"), '\\')[0].guarded());
    CHECK_FALSE(variable_references(text_of("${X#d}"), '\\')[0].guarded());
}

TEST_CASE("arguments the builder knows") {
    CHECK(is_proxy_argument("http_proxy"));
    CHECK(is_proxy_argument("NO_PROXY"));
    CHECK_FALSE(is_proxy_argument("Http_Proxy"));
    CHECK(is_platform_argument("TARGETARCH"));
    CHECK_FALSE(is_platform_argument("targetarch"));
}
