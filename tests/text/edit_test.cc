#include "tests/catch.h"

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/distance.h"
#include "analyzer/text/edit.h"

using namespace plimsoll;

TEST_CASE("edits are sorted and judged") {
    std::vector<Edit> edits = {{{4, 6}, "x"}, {{0, 1}, "y"}, {{1, 1}, "z"}};
    CHECK(normalise(edits, 6));
    CHECK(edits[0].span == Span{0, 1});
    CHECK(edits[1].span == Span{1, 1});
    CHECK_FALSE(normalise(edits, 5));   // past the end
    std::vector<Edit> overlapping = {{{0, 3}, ""}, {{2, 4}, ""}};
    CHECK_FALSE(normalise(overlapping, 9));
    std::vector<Edit> backwards = {{{3, 1}, ""}};
    CHECK_FALSE(normalise(backwards, 9));
    std::vector<Edit> touching = {{{0, 3}, ""}, {{3, 3}, "a"}, {{3, 4}, ""}};
    CHECK(normalise(touching, 4));
}

TEST_CASE("edits are applied") {
    CHECK(plimsoll::apply("abcdef", {}) == "abcdef");
    CHECK(plimsoll::apply("abcdef", {{{0, 0}, ">"}, {{1, 3}, "-"}, {{6, 6}, "<"}}) == ">a-def<");
    CHECK(plimsoll::apply("abc", {{{0, 3}, ""}}).empty());
    CHECK(plimsoll::apply("", {{{0, 0}, "new"}}) == "new");
}

TEST_CASE("insertions at one place keep their order") {
    std::vector<Edit> edits = {{{1, 1}, "1"}, {{1, 1}, "2"}};
    REQUIRE(normalise(edits, 2));
    CHECK(plimsoll::apply("ab", edits) == "a12b");
}

TEST_CASE("edit distance") {
    struct Row {
        std::string_view a, b;
        std::size_t limit, distance;
    };
    const Row rows[] = {
        {"", "", 3, 0},
        {"abc", "abc", 3, 0},
        {"abc", "", 3, 3},
        {"kitten", "sitting", 9, 3},
        {"kitten", "sitting", 2, 3},
        {"form", "from", 3, 1},
        {"FROM", "from", 3, 0},
        {"workdir", "wrokdir", 2, 1},
        {"abcdefgh", "x", 2, 3},
        {"ca", "abc", 5, 3},
    };
    for (const Row& row : rows) {
        INFO(row.a << " " << row.b);
        CHECK(edit_distance(row.a, row.b, row.limit) == row.distance);
        CHECK(edit_distance(row.b, row.a, row.limit) == row.distance);
    }
    CHECK(edit_distance(std::string(500, 'a'), std::string(500, 'a'), 4) == 5);
}

TEST_CASE("the nearest name is suggested") {
    const std::vector<std::string_view> names = {"profile", "exclude", "extends", "overrides"};
    CHECK(nearest_name("profle", names) == "profile");
    CHECK(nearest_name("exlcude", names) == "exclude");
    CHECK(nearest_name("override", names) == "overrides");
    CHECK(nearest_name("xyz", names).empty());
    CHECK(nearest_name("", names).empty());
    CHECK(nearest_name("profile", {}).empty());
}
