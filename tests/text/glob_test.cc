#include "tests/catch.h"

#include <string>

#include "analyzer/text/glob.h"

using namespace plimsoll;

namespace {

struct Row {
    const char* pattern;
    const char* text;
    bool matches;
};

}

TEST_CASE("globs follow git's wildmatch") {
    const Row rows[] = {
        {"foo", "foo", true},
        {"foo", "foobar", false},
        {"", "", true},
        {"", "a", false},
        {"???", "foo", true},
        {"??", "foo", false},
        {"?", "/", false},
        {"a?b", "a/b", false},
        {"*", "foo", true},
        {"*", "", true},
        {"*", "a/b", false},
        {"f*", "foo", true},
        {"*f", "foo", false},
        {"*foo*", "aafoobb", true},
        {"*ob*a*r*", "foobar", true},
        {"*ab", "aaaaaaabababab", true},
        {"foo\\*", "foo*", true},
        {"foo\\*bar", "foobar", false},
        {"f\\\\oo", "f\\oo", true},
        {"foo\\", "foo", false},
        {"foo\\", "foo\\", false},
        {"*[al]?", "ball", true},
        {"[ten]", "ten", false},
        {"**[!te]", "ten", true},
        {"**[!ten]", "ten", false},
        {"t[a-g]n", "ten", true},
        {"t[!a-g]n", "ten", false},
        {"t[!a-g]n", "ton", true},
        {"t[^a-g]n", "ton", true},
        {"a[]]b", "a]b", true},
        {"a[]-]b", "a-b", true},
        {"a[]-]b", "a]b", true},
        {"a[]a-]b", "aab", true},
        {"]", "]", true},
        {"[\\]]", "]", true},
        {"[\\\\-^]", "]", true},
        {"[a-]", "-", true},
        {"[--0]", ".", true},
        {"[--0]", "/", false},
        {"[!a]", "/", false},
        {"[[:alpha:]][[:digit:]][[:upper:]]", "a1B", true},
        {"[[:digit:][:upper:]]", "a", false},
        {"[![:space:]]", "x", true},
        {"[[:nonsense:]]", "n", false},
        {"[[:]", ":", true},
        {"[a-c[:digit:]x-z]", "5", true},
        {"[a-c[:digit:]x-z]", "d", false},
        {"a[", "a[", false},
        {"[", "[", false},
        {"[!", "ab", false},
        {"[a-", "a", false},
        {"foo*bar", "foo/baz/bar", false},
        {"foo**bar", "foo/baz/bar", false},
        {"foo**bar", "foobazbar", true},
        {"foo/**/bar", "foo/baz/bar", true},
        {"foo/**/bar", "foo/b/a/z/bar", true},
        {"foo/**/bar", "foo/bar", true},
        {"foo/**/bar", "fooxbar", false},
        {"foo/**/**/bar", "foo/bar", true},
        {"foo/**/**/bar", "foo/b/a/z/bar", true},
        {"foo/**/bar", "foo/xbar", false},
        {"**/foo", "foo", true},
        {"**/foo", "a/b/foo", true},
        {"**/foo", "a/bfoo", false},
        {"**/*", "a/b", true},
        {"foo/**", "foo/a/b", true},
        {"foo/**", "foo", false},
        {"**", "a/b/c", true},
        {"***", "a/b", true},
        {"a/***/b", "a/x/y/b", true},
        {"**/**/**", "a", true},
        {"**/b/**", "a/b/c", true},
        {"**/b/**", "a/b", false},
        {"*/*.c", "a/b.c", true},
        {"*/*.c", "a/x/b.c", false},
        {"\xC3\xA9*", "\xC3\xA9t\xC3\xA9", true},
        {"*.\xC3\xA9", "x.\xC3\xA9", true},
        {"[\x80-\xFF]", "\xC3", true},
    };
    for (const Row& row : rows) {
        INFO("'" << row.pattern << "' on '" << row.text << "'");
        CHECK(Glob(row.pattern).matches(row.text) == row.matches);
    }
}

TEST_CASE("many stars take no exponential time") {
    std::string stars, folders;
    for (int i = 0; i < 60; ++i) stars += "a*", folders += "**/a*/";
    CHECK_FALSE(Glob(stars + "b").matches(std::string(5000, 'a')));
    std::string path;
    for (int i = 0; i < 1000; ++i) path += "aaa/";
    CHECK_FALSE(Glob(folders + "b").matches(path + "c"));
    CHECK(Glob(folders + "c").matches(path + "c"));
}

TEST_CASE("lines of an ignore file") {
    struct Line {
        const char* line;
        const char* path;
        bool is_folder, matches;
    };
    const Line rows[] = {
        {"foo", "foo", false, true},        {"foo", "a/b/foo", false, true},  {"foo", "foo/a", false, false},
        {"/foo", "foo", false, true},       {"/foo", "a/foo", false, false},  {"a/foo", "a/foo", false, true},
        {"a/foo", "x/a/foo", false, false}, {"foo/", "foo", false, false},    {"foo/", "foo", true, true},
        {"foo/", "a/foo", true, true},      {"/foo/", "a/foo", true, false},  {"*.log", "a/b.log", false, true},
        {"a/*", "a/b", false, true},        {"a/*", "a/b/c", false, false},   {"foo  ", "foo", false, true},
        {"foo\\ ", "foo ", false, true},    {"foo\\  ", "foo ", false, true}, {"foo\\ ", "foo", false, false},
        {"foo\t", "foo", false, false},     {"\\#a", "#a", false, true},      {"\\!a", "!a", false, true},
        {"**/foo", "a/foo", false, true},   {"/", "a", true, false},          {"**/", "a/b", true, true},
    };
    for (const Line& row : rows) {
        INFO("'" << row.line << "' on '" << row.path << "'");
        CHECK(PathPattern(row.line).matches(row.path, row.is_folder) == row.matches);
    }
    CHECK(PathPattern("!a").negated);
    CHECK(PathPattern("!a").matches("a", false));
    CHECK_FALSE(PathPattern("\\!a").negated);
    CHECK(PathPattern("vendor").covers("a/vendor/b/Dockerfile"));
    CHECK(PathPattern("vendor/").covers("vendor/Dockerfile"));
    CHECK_FALSE(PathPattern("vendor/").covers("vendor"));
    CHECK(PathPattern("a/*").covers("a/b/c"));
    CHECK_FALSE(PathPattern("/b").covers("a/b"));
}
