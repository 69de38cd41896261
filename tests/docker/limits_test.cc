#include "analyzer/docker/limits.h"

#include "analyzer/docker/dockerfile.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    out.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

}

TEST_CASE("an ordinary file is read in full") {
    const Source source("Dockerfile", "FROM a\nRUN <<EOF\nmake\nEOF\n");
    CHECK(docker::unread_parts(docker::Dockerfile(source, {})).empty());
}

TEST_CASE("a line is read up to its limit and the lines behind it in full") {
    const std::string line = "ENV " + repeated("a=b ", docker::line_limit / 2);
    const Source source("Dockerfile", "FROM a\n" + line + "\nRUN make\n");
    const docker::Dockerfile file(source, {});
    REQUIRE(file.instructions().size() == 3);
    CHECK(file.instructions()[1].pairs.size() < docker::line_limit / 4 + 2);
    CHECK_FALSE(file.instructions()[1].error);
    CHECK(file.commands().size() == 1);
    REQUIRE(docker::unread_parts(file).size() == 1);
    CHECK(docker::unread_parts(file)[0].begin == 7 + docker::line_limit);
}

TEST_CASE("half an array is no array") {
    const Source source("Dockerfile", "FROM a\nCMD [" + repeated("\"a\",", docker::line_limit / 2) + "\"b\"]\n");
    const docker::Dockerfile file(source, {});
    CHECK(file.instructions()[1].words.empty());
    CHECK_FALSE(file.instructions()[1].error);
    CHECK(file.shell_codes().empty());
}

TEST_CASE("instructions behind the limit are left out") {
    const Source source("Dockerfile", "FROM a\n" + repeated("RUN a\n", docker::instruction_limit));
    const docker::Dockerfile file(source, {});
    CHECK(file.instructions().size() == docker::instruction_limit);
    REQUIRE(docker::unread_parts(file).size() == 1);
    CHECK(docker::unread_parts(file)[0] == Span{source.size() - 7, source.size()});
}

TEST_CASE("one script and all scripts together have a limit") {
    const std::string run = "RUN <<EOF\n" + repeated("make all\n", 100'000) + "EOF\n";
    const Source one("Dockerfile", "FROM a\n" + run + "RUN b\n");
    const docker::Dockerfile file(one, {});
    REQUIRE(file.shell_codes().size() == 2);
    CHECK(file.shell_codes()[0].script->truncated());
    CHECK(file.shell_codes()[1].script->commands().size() == 1);
    const Source many("Dockerfile", "FROM a\n" + repeated(run, 8) + "COPY a b\n");
    const docker::Dockerfile large(many, {});
    CHECK(large.shell_codes().size() < 8);
    REQUIRE(docker::unread_parts(large).size() == 1);
    CHECK(docker::unread_parts(large)[0].end == many.size());
    CHECK(large.instructions().size() == 10);
}
