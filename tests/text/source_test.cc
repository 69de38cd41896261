#include "tests/catch.h"

#include <string>
#include <vector>

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

TEST_CASE("places in a long source are those of a plain count") {
    std::string text;
    for (unsigned i = 0, seed = 7; i < 300; ++i) {
        seed = seed * 1103515245 + 12345;
        text.append(i % 40 == 0 ? 3000 : seed >> 16 & 63, 'x').append(i % 7 ? "\n" : "\r\n");
    }
    for (const std::string& tail : {std::string(), std::string("end"), std::string(2048 - text.size() % 1024, 'y')}) {
        const Source source("x", text + tail);
        std::vector<std::uint32_t> starts = {0};
        for (std::uint32_t at = 0; at < source.size(); ++at)
            if (source.text()[at] == '\n') starts.push_back(at + 1);
        REQUIRE(source.line_count() == starts.size());
        for (std::uint32_t line = 1; line <= starts.size(); ++line) {
            const std::uint32_t begin = starts[line - 1], next = line < starts.size() ? starts[line] : source.size() + 1;
            REQUIRE(source.line_span(line).begin == begin);
            REQUIRE(source.offset({line, 1}) == begin);
            for (std::uint32_t at : {begin, (begin + next) / 2, next - 1}) REQUIRE(source.position(at) == Position{line, at - begin + 1});
        }
    }
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
