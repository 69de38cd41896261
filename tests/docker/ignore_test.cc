#include "tests/catch.h"

#include "analyzer/docker/ignore.h"

using plimsoll::docker::IgnoreFile;

TEST_CASE("ignore patterns") {
    struct Row {
        const char* patterns;
        const char* path;
        bool ignored;
    };
    const Row rows[] = {
        {"", "a", false},
        {"a", "a", true},
        {"a", "a/b/c", true},
        {"a", "ab", false},
        {"a", "x/a", false},
        {"/a", "a", true},
        {"./a/", "a/b", true},
        {"a/../b", "b", true},
        {"# a\n  b  \n", "b", true},
        {"#a", "#a", false},
        {"*", "a", true},
        {"*", "a/b", true},
        {"*.md", "README.md", true},
        {"*.md", "docs/README.md", false},
        {"*/temp*", "some/temporary.txt", true},
        {"*/temp*", "some/dir/temp", false},
        {"temp?", "tempa", true},
        {"temp?", "temp", false},
        {"te?p", "te\xC3\xA4p", true},
        {"**/*.go", "a.go", true},
        {"**/*.go", "x/y/a.go", true},
        {"**/*.go", "x/y/a.gox", false},
        {"**/node_modules", "a/node_modules/b.js", true},
        {"**/node_modules", "a/xnode_modules/b.js", false},
        {"**node_modules", "a/xnode_modules/b.js", true},
        {"a/**", "a", false},
        {"a/**", "a/b", true},
        {"a/**/z", "a/z", true},
        {"a/**/z", "a/b/c/z", true},
        {"a/**/z", "a/bz", false},
        {"**", "any/thing", true},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[^a-c]x", "dx", true},
        {"[^a-c]x", "ax", false},
        {"[a", "a", false},
        {"a\\*", "a*", true},
        {"a\\*", "ab", false},
        {"*\n!README.md", "README.md", false},
        {"*\n!README.md", "other", true},
        {"*\n!docs", "docs/a/b", false},
        {"*\n! docs", "docs", false},
        {"!a\na", "a", true},
        {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
        {"*.md\n!README*.md\nREADME-secret.md", "README-x.md", false},
        {"*.c\r\n*.h\r\n", "a.c", true},
        {"\xEF\xBB\xBF"
         "a",
         "a", true},
        {".git", ".git/config", true},
        {"a.b", "axb", false},
    };
    for (const Row& row : rows) {
        INFO(row.patterns << " on " << row.path);
        CHECK(IgnoreFile(row.patterns).ignores(row.path) == row.ignored);
    }
}

TEST_CASE("patterns are kept cleaned") {
    IgnoreFile file("/a//b/\n# c\n!./d\n\n!\n");
    REQUIRE(file.patterns().size() == 2);
    CHECK(file.patterns()[0].text == "a/b");
    CHECK_FALSE(file.patterns()[0].negated);
    CHECK(file.patterns()[1].text == "d");
    CHECK(file.patterns()[1].negated);
    CHECK(file.has_exceptions());
    CHECK_FALSE(IgnoreFile("a\n").has_exceptions());
}

TEST_CASE("hostile patterns take linear time") {
    std::string pattern, path;
    for (int i = 0; i < 200; ++i) pattern += "**/*a";
    for (int i = 0; i < 10000; ++i) path += "aa/";
    CHECK_FALSE(IgnoreFile(pattern + "b").ignores(path + "c"));
}
