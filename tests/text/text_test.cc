#include "tests/catch.h"

#include "analyzer/text/text.h"

using namespace plimsoll;

TEST_CASE("a plain text lies where its bytes are") {
    Text text{"apt-get", {10, 17}};
    CHECK(text == "apt-get");
    CHECK(text.place(4, 7) == Span{14, 17});
    CHECK(text.place(0, 99) == Span{10, 17});
    CHECK(text.place(9, 3) == Span{13, 13});
    Text part = text.sub(4);
    CHECK(part == "get");
    CHECK(part.span == Span{14, 17});
    CHECK(text.sub(3, 3).empty());
}

TEST_CASE("a decoded text is known as a whole only") {
    Text text{"a\"b", {10, 15}};
    CHECK(text.place(0, 1) == Span{10, 15});
    CHECK(text.sub(1).span == Span{10, 15});
}

// "ab\<newline>cd": joined "abcd", the second half two bytes further on.
TEST_CASE("a continued text is placed through its map") {
    const LineMap map = {{0, 100, 2}, {2, 104, 2}};
    Text text{"abcd", {100, 106}, &map, 0};
    CHECK(text.place(0, 2) == Span{100, 102});
    CHECK(text.place(2, 4) == Span{104, 106});
    CHECK(text.place(1, 3) == Span{101, 105});
    CHECK(text.place(2, 2) == Span{104, 104});
    Text half = text.sub(2, 4);
    CHECK(half == "cd");
    CHECK(half.joined == 2);
    CHECK(half.place(1, 2) == Span{105, 106});
}
