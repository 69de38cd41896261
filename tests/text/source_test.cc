#include "tests/catch.h"

#include "analyzer/text/source.h"

using namespace plimsoll;

TEST_CASE("lines of a source") {
    Source source("Dockerfile", "FROM a\r\n\nRUN b\rc\nend");
    CHECK(source.path() == "Dockerfile");
    CHECK(source.line_count() == 4);
    CHECK(source.slice(source.line_span(1)) == "FROM a");
    CHECK(source.slice(source.line_span(2)).empty());
    CHECK(source.slice(source.line_span(3)) == "RUN b\rc");   // a lone carriage return is text
    CHECK(source.slice(source.line_span(4)) == "end");
    CHECK(source.line_span(0) == Span{source.size(), source.size()});
    CHECK(source.line_span(5) == Span{source.size(), source.size()});
}

TEST_CASE("positions and offsets are inverse") {
    Source source("x", "ab\n\ncd\r\n");
    for (std::uint32_t offset : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 8u}) CHECK(source.offset(source.position(offset)) == offset);
    CHECK(source.position(0) == Position{1, 1});
    CHECK(source.position(2) == Position{1, 3});   // the line end belongs to its line
    CHECK(source.position(3) == Position{2, 1});
    CHECK(source.position(8) == Position{4, 1});
    CHECK(source.line_of(8) == 4);
    CHECK(source.offset({1, 99}) == 2);
    CHECK(source.offset({3, 99}) == 6);
    CHECK(source.offset({99, 1}) == 8);
    CHECK(source.offset({1, 0}) == 0);
}

TEST_CASE("an empty source has one empty line") {
    Source source("x", "");
    CHECK(source.line_count() == 1);
    CHECK(source.line_span(1) == Span{0, 0});
    CHECK(source.position(0) == Position{1, 1});
    CHECK(source.bom() == 0);
}

TEST_CASE("a byte order mark counts as bytes") {
    Source source("x", "\xEF\xBB\xBF"
                       "FROM a\n");
    CHECK(source.bom() == 3);
    CHECK(source.position(3) == Position{1, 4});
    CHECK(Source("y", "\xEF\xBB").bom() == 0);
}

TEST_CASE("spans") {
    constexpr Span span{2, 5};
    CHECK(span.size() == 3);
    CHECK(span.contains(2u));
    CHECK_FALSE(span.contains(5u));
    CHECK(span.contains(Span{2, 5}));
    CHECK(span.touches(Span{5, 5}));
    CHECK_FALSE(span.overlaps(Span{5, 9}));
    CHECK(span.overlaps(Span{4, 9}));
    CHECK(cover(span, Span{7, 9}) == Span{2, 9});
}
