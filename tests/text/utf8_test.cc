#include "tests/catch.h"

#include <string>

#include "analyzer/text/utf8.h"

using namespace plimsoll;
using namespace std::string_literals;

TEST_CASE("the first byte that is not UTF-8 is found") {
    constexpr std::size_t valid = std::string_view::npos;
    struct Row {
        std::string text;
        std::size_t at;
    };
    const Row rows[] = {
        {"", valid},
        {"plain text that is longer than eight bytes", valid},
        {"\0"s, valid},
        {"na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x90\xB3", valid},
        {"\x80", 0},
        {"a\xFF", 1},
        {"12345678\xC3", 8},
        {"\xC3(", 0},
        {"\xC0\xAF", 0},
        {"\xE0\x80\xAF", 0},
        {"\xF0\x80\x80\xAF", 0},
        {"\xED\xA0\x80", 0},
        {"\xED\x9F\xBF", valid},
        {"\xEE\x80\x80", valid},
        {"\xF4\x8F\xBF\xBF", valid},
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
        {"\xE2\x82", 0},
        {"abc\xF0\x9F\x90", 3},
        {"\xEF\xBB\xBF"
         "FROM",
         valid},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(first_invalid_utf8(row.text) == row.at);
        CHECK(is_utf8(row.text) == (row.at == valid));
    }
}

TEST_CASE("characters are decoded") {
    CHECK(character_at("a", 0).code == U'a');
    CHECK(character_at("\xE2\x82\xAC", 0).code == 0x20AC);
    CHECK(character_at("x\xF0\x9F\x90\xB3", 1).code == 0x1F433);
    CHECK(character_at("x\xF0\x9F\x90\xB3", 1).length == 4);
    CHECK(character_at("\xE2\x82", 0).code == 0xFFFD);
    CHECK(character_at("\xE2\x82", 0).length == 1);
    CHECK_FALSE(character_at("\xE2\x82", 0).valid);
}

TEST_CASE("columns in UTF-16 units and code points") {
    const std::string line = "a\xC3\xA9\xF0\x9F\x90\xB3z";   // a, e with acute, whale, z
    struct Row {
        std::uint32_t byte, utf16, code_points;
    };
    for (const Row& row : {Row{0, 0, 0}, Row{1, 1, 1}, Row{3, 2, 2}, Row{7, 4, 3}, Row{8, 5, 4}}) {
        CHECK(utf16_column(line, row.byte) == row.utf16);
        CHECK(code_point_column(line, row.byte) == row.code_points);
        CHECK(byte_of_utf16(line, row.utf16) == row.byte);
        CHECK(byte_of_code_point(line, row.code_points) == row.byte);
    }
    CHECK(utf16_column(line, 2) == 1);   // inside a character: its start
    CHECK(utf16_column(line, 5) == 2);
    CHECK(byte_of_utf16(line, 3) == 3);   // between the halves of a surrogate pair
    CHECK(utf16_column(line, 99) == 5);
    CHECK(byte_of_utf16(line, 99) == 8);
    CHECK(byte_of_code_point(line, 99) == 8);
    CHECK(byte_of_utf16("", 3) == 0);
}

TEST_CASE("bytes that are not UTF-8 count as one column each") {
    const std::string line = "\xFF\xE2\x82x";
    for (std::uint32_t i = 0; i <= 4; ++i) {
        CHECK(utf16_column(line, i) == i);
        CHECK(byte_of_utf16(line, i) == i);
    }
}
