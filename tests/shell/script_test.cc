#include "analyzer/shell/script.h"

#include "tests/catch.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace plimsoll;
using namespace plimsoll::shell;

namespace {

// A script over a whole text; a backslash before a newline is cut out as the Dockerfile reader does it.
struct Sample {
    Source source;
    Script script;
    explicit Sample(std::string text, Dialect dialect = Dialect::bash)
        : source("Dockerfile", std::move(text)), script({&source, pieces(source.text()), dialect}) {}

    static std::vector<Span> pieces(std::string_view text) {
        std::vector<Span> out;
        std::uint32_t from = 0;
        for (std::size_t at = text.find("\\\n"); at != std::string_view::npos; at = text.find("\\\n", at + 1)) {
            out.push_back({from, static_cast<std::uint32_t>(at)});
            from = static_cast<std::uint32_t>(at) + 2;
        }
        out.push_back({from, static_cast<std::uint32_t>(text.size())});
        return out;
    }
    const Command& operator[](std::size_t i) const { return script.commands().at(i); }
    std::string slice(Span span) const { return std::string(source.slice(span)); }
};

// The words of all commands: "a b|c".
std::string outline(const Script& script) {
    std::string out;
    for (const Command& command : script.commands()) {
        if (command.words.empty()) continue;
        if (!out.empty()) out += '|';
        for (std::size_t i = 0; i < command.words.size(); ++i) out += (i ? " " : "") + command.words[i].value;
    }
    return out;
}

}

TEST_CASE("commands are found wherever they stand") {
    const std::pair<std::string, std::string> rows[] = {
        {"a b && c; d || e\nf & g", "a b|c|d|e|f|g"},
        {"if a; then b; elif c; then d; else e; fi", "a|b|c|d|e"},
        {"while ! a; do b; done; until c; do d; done", "a|b|c|d"},
        {"for i in x $(a) y; do b $i; done && c", "a|b $i|c"},
        {"for ((i=0; i<3; i++)); do a; done", "a"},
        {"case $x in (a|b) c;; *) d && e;& esac; f", "c|d|e|f"},
        {"f() { a; }; function g { b; }; f", "a|b|f"},
        {"( a; b ) && { c; d; } > x", "a|b|c|d"},
        {"a $(b | c) `d` <(e) \"$(f \"$(g)\")\"", "a $(b | c) `d` <(e) $(f \"$(g)\")|b|c|d|e|f $(g)|g"},
        {"x=$(a) && export Y=1 Z", "a|export Y=1 Z"},
        {"[ -f a ] && [[ $b =~ ^(c|d)$ ]] || e", "[ -f a ]|[[ $b =~ ^(c|d)$ ]]|e"},
        {"echo $((1 + $(a))) ${b:-$(c)}", "echo $((1 + $(a))) ${b:-$(c)}|a|c"},
        {"((if a; then b; fi) && false)", "a|b|false"},
        {"a && `# why` b", "a|`# why` b"},
        {"a # b; c\nd", "a|d"},
        {"if a; then (b; fi; c", "a|b|c"},
        {"a ) b; fi; c", "a|b|c"},
        {"cat <<EOF | b\nno $(c) #`d`\nEOF\ne", "cat|b|c|d|e"},
        {"cat <<'EOF'\nno $(c)\nEOF\ne", "cat|e"},
        {"cat <<-E\n\tx\n\tE\ne", "cat|e"},
        {"A='x\\' b; c", "b|c"},
    };
    for (const auto& [text, expected] : rows) CHECK(text + " -> " + outline(Sample(text).script) == text + " -> " + expected);
}

TEST_CASE("wrappers show what they run") {
    const std::pair<std::string, std::string> rows[] = {
        {"sudo -u me -E apt-get update", "sudo -u me -E apt-get update|apt-get update"},
        {"env -i A=1 make", "env -i A=1 make|make"},
        {"timeout -k 5 10 nice -n 3 a", "timeout -k 5 10 nice -n 3 a|nice -n 3 a|a"},
        {"x | xargs -n 1 -0 rm -f", "x|xargs -n 1 -0 rm -f|rm -f"},
        {"gosu me a b", "gosu me a b|a b"},
        {"command -v curl", "command -v curl"},
        {"sh -ec 'a; b | c'; d", "sh -ec a; b | c|a|b|c|d"},
        {"bash -o pipefail -c \"a $(b)\"", "bash -o pipefail -c a $(b)|a $(b)|b"},
        {"su - me -c 'a && b'", "su - me -c a && b|a|b"},
        {"bash script.sh -c", "bash script.sh -c"},
    };
    for (const auto& [text, expected] : rows) CHECK(text + " -> " + outline(Sample(text).script) == text + " -> " + expected);
}

TEST_CASE("a wrapper and its command know one another") {
    Sample sample("sudo A=1 bash -c 'a; b'");
    REQUIRE(sample.script.commands().size() == 4);
    CHECK(sample[0].inner == 1u);
    CHECK(sample[1].wrapper == 0u);
    CHECK(sample[1].inner == 2u);
    CHECK(sample[3].wrapper == 1u);
    REQUIRE(sample[1].assigns("A"));
    CHECK(sample[1].assigns("A")->value == "1");
    CHECK(sample.slice(sample[1].span) == "A=1 bash -c 'a; b'");
    CHECK(sample.slice(sample[3].span) == "b");
}

TEST_CASE("joints and places in the list") {
    Sample sample("! a | b && c; if d; then e; fi || (f & g) |& h");
    auto joints = [&](std::size_t i) { return std::pair(sample[i].before, sample[i].joint); };
    CHECK(joints(0) == std::pair(Joint::end, Joint::pipe));
    CHECK(joints(1) == std::pair(Joint::pipe, Joint::and_then));
    CHECK(joints(2) == std::pair(Joint::and_then, Joint::semicolon));
    CHECK(joints(3) == std::pair(Joint::end, Joint::semicolon));
    CHECK(joints(5) == std::pair(Joint::end, Joint::background));
    CHECK(joints(6) == std::pair(Joint::background, Joint::end));
    CHECK(joints(7) == std::pair(Joint::pipe_all, Joint::end));
    CHECK(sample[0].negated);
    CHECK(sample[1].negated);
    CHECK_FALSE(sample[2].negated);
    CHECK(sample[0].pipeline == sample[1].pipeline);
    CHECK(sample[1].pipeline != sample[2].pipeline);
    CHECK(sample[3].condition);
    CHECK_FALSE(sample[4].condition);
    CHECK(sample[5].in_subshell);
    CHECK_FALSE(sample[7].in_subshell);
}

TEST_CASE("redirections belong to their own command") {
    Sample sample("a && b 2>/dev/null >> log c 2>&1 <<< \"x y\" | d &> e");
    REQUIRE(sample.script.commands().size() == 3);
    CHECK(sample[0].redirects.empty());
    REQUIRE(sample[1].redirects.size() == 4);
    CHECK(sample[1].redirects[0].op == "2>");
    CHECK(sample[1].redirects[0].target == "/dev/null");
    CHECK(sample[1].redirects[1].op == ">>");
    CHECK(sample[1].redirects[2].op == "2>&");
    CHECK(sample[1].redirects[2].target == "1");
    CHECK(sample[1].redirects[3].op == "<<<");
    CHECK(sample[1].redirects[3].target == "x y");
    CHECK(sample[1].words.size() == 2);
    CHECK(sample.slice(sample[1].span) == "b 2>/dev/null >> log c");
    CHECK(sample[2].redirects.at(0).op == "&>");
}

TEST_CASE("values of words") {
    struct Row {
        const char *text, *value;
        bool literal, quoted;
    };
    const Row rows[] = {
        {"plain-1.2", "plain-1.2", true, false},
        {"'a b'\"c d\"e", "a bc de", true, true},
        {"a\\ b\\$c", "a b$c", true, false},
        {"\"a\\\"b\\n\"", "a\"b\\n", true, true},
        {"$'a\\tb\\''", "a\tb'", true, true},
        {"\"$x\"", "$x", false, true},
        {"--a=${b:-c d}", "--a=${b:-c d}", false, false},
        {"*.list", "*.list", false, false},
        {"'*'", "*", true, true},
        {"a[0-9]", "a[0-9]", false, false},
        {"{a,b}", "{a,b}", false, false},
        {"{}", "{}", true, false},
        {"~/a", "~/a", false, false},
        {"a~b", "a~b", true, false},
        {"a#b", "a#b", true, false},
        {"5$", "5$", true, false},
    };
    for (const Row& row : rows) {
        Sample sample(std::string("echo ") + row.text);
        INFO(row.text);
        REQUIRE(sample[0].words.size() == 2);
        const Word& word = sample[0].words[1];
        CHECK(word.value == row.value);
        CHECK(word.literal == row.literal);
        CHECK(word.quoted == row.quoted);
        CHECK(sample.slice(word.span()) == row.text);
    }
}

TEST_CASE("spans are bytes of the file across continuations") {
    Sample sample("apt-get \\\n  install -y \\\n  cu\\\nrl > /dev/null && \\\n  b");
    REQUIRE(sample.script.commands().size() == 2);
    CHECK(sample.slice(sample[0].span) == "apt-get \\\n  install -y \\\n  cu\\\nrl");
    CHECK(sample[0].words.back().value == "curl");
    CHECK(sample[0].words.back().span() == Span{27, 33});
    CHECK(sample[0].name_span() == Span{0, 7});
    CHECK(sample[0].words[1].span() == Span{12, 19});
    CHECK(sample.slice(sample[1].span) == "b");
    CHECK(sample.script.joined() == "apt-get   install -y   curl > /dev/null &&   b");
}

TEST_CASE("nodes of commands and words") {
    Sample sample("a 'b' && c || X=1 d");
    CHECK(sample.script.node_of(sample[0]).is(Kind::command));
    CHECK(sample.script.node_of(sample[0].words[0]).is(Kind::word));
    CHECK(sample.script.node_of(sample[0].words[1]).is(Kind::raw_string));
    CHECK(sample.script.node_of(sample[2]).is(Kind::command));
    CHECK(sample.script.node_of(sample[2].assignments.at(0)).is(Kind::assignment));
    Node list = sample.script.root().first_child();
    CHECK(list.is(Kind::list));
    CHECK(list.children().size() == 5);   // lists are not nested in lists
    CHECK(list.named_children().size() == 3);
    CHECK(list.first_child().next().text() == "&&");
    CHECK(sample.script.node_of(sample[2].words[0]).ancestor(Kind::list) == list);
    CHECK(sample.script.command_of(sample.script.node_of(sample[1].words[0])) == &sample[1]);
    CHECK_FALSE(sample.script.root().has_error());
}

TEST_CASE("options and sub-commands") {
    Sample sample("/usr/bin/curl -fsSL --output=x -- -k && git -C d clone u && apk --no-cache add b");
    CHECK(sample[0].is("curl"));
    CHECK(sample[0].option("s"));
    CHECK(sample[0].option("output"));
    CHECK(sample[0].option("--output"));
    CHECK_FALSE(sample[0].option("k"));
    CHECK_FALSE(sample[0].has_any({"x", "out"}));
    CHECK(sample[1].is("git", "clone"));
    CHECK(sample[2].is("apk", "add"));
    CHECK(sample[2].is("apk", "install"));
}

TEST_CASE("exec form is one command and its wrapped one") {
    Source source("Dockerfile", R"(["sudo", "apt-get", "a b"])");
    std::vector<Text> words{{"sudo", {2, 6}}, {"apt-get", {10, 17}}, {"a b", {21, 24}}};
    Script script(source, words);
    REQUIRE(script.commands().size() == 2);
    CHECK(script.commands()[1].is("apt-get", "a b"));
    CHECK(script.commands()[1].span == Span{10, 24});
    CHECK_FALSE(script.root());
}

TEST_CASE("any bytes end soon") {
    const std::string pieces[] = {"(",
                                  "$((",
                                  "$(",
                                  "${",
                                  "\"",
                                  "'",
                                  "`",
                                  "`#`",
                                  "if ",
                                  "a=(",
                                  "f()",
                                  "a && ",
                                  "a>x&&",
                                  "[[ ( ",
                                  "a <<A\n",
                                  "<",
                                  "a|",
                                  "sudo ",
                                  ";;",
                                  "{ ",
                                  "! ",
                                  std::string(1, '\0'),
                                  "case x in a) ",
                                  "\\"};
    for (const std::string& piece : pieces) {
        std::string text;
        while (text.size() < 20000) text += piece;
        Sample sample(text);
        for (const Command& command : sample.script.commands())
            if (command.span.end > text.size()) FAIL(piece);
    }
    SUCCEED();
}

TEST_CASE("nesting is cut, not followed for ever") {
    std::string deep;
    for (int i = 0; i < 600; ++i) deep += "$(a ";
    Sample sample(deep);
    CHECK(sample.script.truncated());
    CHECK(sample.script.commands().size() >= 490);
    std::string fine = "a";
    for (int i = 0; i < 5000; ++i) fine += " && a";
    CHECK_FALSE(Sample(fine).script.truncated());
}

TEST_CASE("shells without sh grammar are not parsed") {
    Sample sample("Write-Host 'a'; b", Dialect::powershell);
    CHECK(sample.script.commands().empty());
    CHECK_FALSE(sample.script.root());
    CHECK(dialect_of("/bin/bash") == Dialect::bash);
    CHECK(dialect_of("C:\\Windows\\System32\\cmd.exe") == Dialect::cmd);
    CHECK(dialect_of("PowerShell") == Dialect::powershell);
    CHECK(dialect_of("/usr/bin/python3") == Dialect::other);
}
