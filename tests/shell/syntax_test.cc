#include "analyzer/shell/syntax.h"

#include "tests/catch.h"

#include <string>

#include "analyzer/shell/parts.h"

using namespace plimsoll;
using namespace plimsoll::shell;

namespace {

// "CODE@text CODE@text" of the problems of a script.
std::string problems(const std::string& code, Dialect dialect = Dialect::bash) {
    Source source("Dockerfile", code);
    Script script({&source, {{0, source.size()}}, dialect});
    std::string out;
    for (const SyntaxProblem& problem : syntax_problems(script))
        out += (out.empty() ? "" : " ") + std::string(problem.code) + "@" + std::string(source.slice(problem.span));
    return out;
}

std::string beyond_posix(const std::string& code) {
    Source source("Dockerfile", code);
    Script script({&source, {{0, source.size()}}, Dialect::posix});
    std::string out;
    for (const Bashism& found : bashisms(script)) out += (out.empty() ? "" : " ") + std::string(found.code);
    return out;
}

}

TEST_CASE("code that sh or bash accepts has no syntax problem", "[shell]") {
    for (const char* code : {"",
                             "a && b || c; d & e",
                             "if a; then (b) fi",
                             "while a; do { b; } done",
                             "for x do y; done",
                             "for ((i=0;i<3;i++)); do a; done",
                             "case $x in a|b) c;; (d) e ;& *) ;; esac",
                             "f() { a; }; f",
                             "function f { a; }",
                             "a=(b c) d+=(e) f",
                             "[[ $a =~ ^(x|y)$ && -f z ]]",
                             "((if [ -f a ]; then b; fi) && false)",
                             "echo \"$(echo \"a)\" `b 'c'`)\"",
                             "a <<E\n'\nE\nb",
                             "diff <(a) <(b) >&2 2>&1",
                             "! a | b",
                             "echo then fi done }",
                             "a \\( b \\)",
                             "echo ${a:-'}'} \"${b%'}'}\"",
                             "ls !(a|b)",
                             "a # 'b",
                             "{ a; } >b 2>&1",
                             "a $((1 + (2))) $(( (3) ))",
                             "x=$(case a in b) c;; esac)",
                             "declare -a x=(a b)",
                             "time { a; }",
                             "a\r\nb\r\n"})
        CHECK(problems(code) == "");
    CHECK(problems("a (b)", Dialect::powershell) == "");
}

TEST_CASE("a syntax problem points at the token the shell stops at", "[shell]") {
    CHECK(problems("a && && b") == "SC1133@&&");
    CHECK(problems("a &&") == "SC1072@&&");
    CHECK(problems("a |") == "SC1072@|");
    CHECK(problems("if a; then b") == "SC1072@if");
    CHECK(problems("if a; then fi") == "SC1072@fi");
    CHECK(problems("a; fi") == "SC1089@fi");
    CHECK(problems("a)") == "SC1070@)");
    CHECK(problems("(a") == "SC1072@(");
    CHECK(problems("echo a (b)") == "SC1088@(");
    CHECK(problems("echo a(b)") == "SC1036@(");
    CHECK(problems("f(x) { a; }") == "SC1065@(");
    CHECK(problems("{ a; } b") == "SC1141@b");
    CHECK(problems("a &; b") == "SC1045@&;");
    CHECK(problems("for x in a; do b done") == "SC1010@done");
    CHECK(problems("If a; then b; fi") == "SC1081@If");
    CHECK(problems("for $x in a; do b; done") == "SC1086@$x");
    CHECK(problems("echo 'a\\''") == "SC1078@'");
    CHECK(problems("echo \"a") == "SC1078@\"");
    CHECK(problems("a >") == "SC1072@>");
    CHECK(problems("echo $(a") == "SC1072@$(");
    CHECK(problems("echo ${a") == "SC1072@${");
    CHECK(problems("for x in a; do b; done#c") == "SC1099@#");
}

TEST_CASE("deep nesting is given up, not refused", "[shell]") {
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "$(";
    CHECK(problems(deep) == "");
}

TEST_CASE("what POSIX sh does not know", "[shell]") {
    CHECK(beyond_posix("[ a = b ] && echo ${x#y} \"{a,b}\" {} a{b}c $((1)) 2>&1") == "");
    CHECK(beyond_posix("[[ a ]]; a &>b; a=(b); echo {a,b} ${x//a/b}") == "SC3010 SC3020 SC3030 SC3009 SC3060");
    CHECK(beyond_posix("a=(b) (") == "");
}

TEST_CASE("parts of a word", "[shell]") {
    std::string word = "a\"$(b \"c\" ')')\"'d'$e\\\"f";
    std::string out;
    for (const Part& part : parts_of(word)) out += "[" + word.substr(part.begin, part.end - part.begin) + "]";
    CHECK(out == "[a][\"$(b \"c\" ')')\"]['d'][$e][\\\"f]");
    CHECK(parts_of("\"$a\"").front().one_expansion);
    CHECK_FALSE(parts_of("\"$a b\"").front().one_expansion);
}
