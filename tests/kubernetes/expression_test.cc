#include "tests/catch.h"
#include "analyzer/kubernetes/expression.h"

#include <string>

using plimsoll::kubernetes::expression_fault;

TEST_CASE("expressions that can be read have no fault") {
    for (const char* text : {
             "object.spec.replicas <= 5",
             "!has(object.spec.template) || -1 < size(object.metadata.name)",
             "object.spec.containers.all(c, c.image.startsWith('example.org/') ? true : false)",
             "{'a': 1, 'b': [2, 3,]}['b'][0] == 0x2u && 1.5e-3 < .5",
             "r\"C:\\\" + b'x' + '''several\nlines''' != ''",
             "object.?metadata.?labels['app'].orValue('') in ['a', \"b\"]",
             "Object.spec{replicas: 1, ?paused: optional.none()}.replicas == 1",
             "variables.a // the rest is a comment )(",
             ".apiVersion == 'v1'",
             "inside in outside",
         }) {
        INFO(text);
        CHECK_FALSE(expression_fault(text));
    }
}

TEST_CASE("the place of a fault is that of the first byte which does not fit") {
    struct Row {
        const char* text;
        std::size_t at;
    };
    for (const Row& row : {Row{"object.spec.replicas <=", 23}, Row{"has(object.spec", 15}, Row{"'abc", 0}, Row{"[1, 2", 5}, Row{"a b", 2}, Row{"a ? b", 5},
                           Row{"a..b", 2}, Row{"{1}", 2}, Row{"1 + ) ", 4}, Row{"a)", 1}, Row{"", 0}}) {
        INFO(row.text);
        const auto fault = expression_fault(row.text);
        REQUIRE(fault);
        CHECK(fault->at == row.at);
        CHECK_FALSE(fault->what.empty());
    }
}

TEST_CASE("expressions that are too deep are left alone") {
    CHECK_FALSE(expression_fault(std::string(100000, '(')));
    CHECK_FALSE(expression_fault(std::string(100000, '[')));
    CHECK_FALSE(expression_fault(std::string(100000, '!') + "a"));
}
