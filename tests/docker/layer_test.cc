#include "analyzer/docker/layer.h"

#include "tests/catch.h"

using namespace plimsoll;
using namespace plimsoll::docker;

namespace {

struct Sample {
    Source source;
    Dockerfile file;
    explicit Sample(std::string text) : source("Dockerfile", "FROM a\n" + std::move(text)), file(source, {}) {}
    const Command& command(std::size_t i) const { return file.commands()[i]; }
};

}

TEST_CASE("rm and find empty a folder") {
    const std::pair<std::string, bool> rows[] = {
        {"rm -rf /var/lib/apt/lists/*", true},
        {"rm -rf /var/lib/apt/lists", true},
        {"rm -r /var/lib/apt/", true},
        {"rm -rf /tmp/* /var/lib/apt/lists/*", true},
        {"rm -rf /var/lib/{apt,dpkg}/lists", true},
        {"rm -rf $ROOT/var/lib/apt/lists/*", true},
        {"rm -rf /var/lib/apt/list*", true},
        {"find /var/lib/apt/lists -type f -delete", true},
        {"rm -rf /tmp/*", false},
        {"rm -rf '/var/lib/apt/lists/*'", false},
        {"rm -rf /var/lib/apt/lists2", false},
        {"ls /var/lib/apt/lists/*", false},
        {"find /var/lib/apt/lists -type f", false},
        {"rm -rf /var/lib/dpkg/*", false},
    };
    for (const auto& [code, wanted] : rows) {
        INFO(code);
        Sample sample("RUN " + code + "\n");
        CHECK(removes(*sample.command(0).command, "/var/lib/apt/lists") == wanted);
    }
}

TEST_CASE("words are worth what the RUN and the file assign") {
    Sample sample("ARG A=1\nENV B=\"x y\"\nRUN C=$A-2 && echo $C ${B} $D $(ls) '$A'\n");
    const Command& echo = sample.command(1);
    CHECK(value_of(echo->words[1], echo, sample.file) == "1-2");
    CHECK(arguments_of(echo->words[2], echo, sample.file).size() == 2);
    CHECK(!value_of(echo->words[3], echo, sample.file));
    CHECK(!value_of(echo->words[4], echo, sample.file));
    CHECK(value_of(echo->words[5], echo, sample.file) == "$A");
}

TEST_CASE("a variable has the value of its last assignment") {
    Sample sample("RUN p='a b' && p=\"$p c\" && p+=\" d\" && echo $p && p=e\n");
    const Command& echo = sample.command(3);
    CHECK(value_of(echo->words[1], echo, sample.file) == "a b c d");
}

TEST_CASE("a command is added where it keeps the answer") {
    auto fixed = [](std::string text) {
        Sample sample(std::move(text));
        std::optional<Edit> edit = and_then(sample.file, sample.file.instructions()[1], "c");
        return edit ? apply(sample.source.text(), {*edit}).substr(7) : std::string();
    };
    CHECK(fixed("RUN a && b\n") == "RUN a && b && c\n");
    CHECK(fixed("RUN a \\\n    && b\n") == "RUN a \\\n    && b \\\n    && c\n");
    CHECK(fixed("RUN a && \\\n  b\n") == "RUN a && \\\n  b && \\\n  c\n");
    CHECK(fixed("RUN a;\n").empty());
    CHECK(fixed("RUN a &\n").empty());
    CHECK(fixed("RUN [\"a\"]\n").empty());
    CHECK(fixed("RUN <<E\na\nE\n").empty());
}
