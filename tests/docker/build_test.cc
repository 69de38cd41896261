#include "tests/catch.h"

#include "analyzer/docker/dockerfile.h"

using namespace plimsoll;
using namespace plimsoll::docker;

namespace {

using Value = std::optional<std::string>;

struct Parsed {
    explicit Parsed(std::string text, BuildOptions options = {}) : source("Dockerfile", std::move(text)), file(source, options) {}
    const Stage& stage(std::size_t index) const { return file.stages().at(index); }
    // The instruction of this position.
    const Instruction& at(std::size_t index) const { return file.instructions().at(index); }
    // The first LABEL's value: where the tests of variables look.
    Value label() const {
        const Instruction& label = *file.all(Keyword::label).at(0);
        return file.expand(label.pairs.at(0).value, label);
    }
    std::vector<std::string> commands() const {
        std::vector<std::string> names;
        for (const Command& command : file.commands()) names.emplace_back(command->name());
        return names;
    }

    Source source;
    Dockerfile file;
};

using NameList = std::vector<std::string>;

}

TEST_CASE("stages, their bases and parents") {
    Parsed p("ARG BASE=debian:12\nFROM $BASE AS Build\nFROM scratch\nFROM BUILD as two\nFROM two\nFROM ${NONE:-alpine:3}\nFROM x:${OPEN}\n");
    REQUIRE(p.file.stages().size() == 6);
    CHECK(p.stage(0).key == "build");
    CHECK(p.stage(0).label() == "Build");
    CHECK(p.stage(0).base_value == Value("debian:12"));
    CHECK(p.stage(0).image->tag_value() == "12");
    CHECK(p.stage(1).scratch);
    CHECK(p.stage(1).label() == "1");
    CHECK_FALSE(p.stage(1).image);
    CHECK(p.stage(2).parent == &p.stage(0));
    CHECK(p.stage(3).parent == &p.stage(2));
    CHECK(p.stage(3).chain().size() == 3);
    CHECK(p.stage(3).root_image()->familiar() == "debian");
    CHECK(p.stage(4).base_value == Value("alpine:3"));
    CHECK(p.stage(5).base_value == Value("x:"));
    CHECK_FALSE(p.stage(5).image);
    CHECK(p.file.target() == &p.stage(5));
    CHECK(p.file.before_first_from().size() == 1);
    CHECK(p.at(0).stage == nullptr);
    CHECK(p.at(1).stage == &p.stage(0));
}

TEST_CASE("the value of FROM") {
    struct Row {
        const char* text;
        Value value;
    };
    const Row rows[] = {
        {"FROM alpine", "alpine"},
        {"ARG T\nFROM alpine:$T", std::nullopt},
        {"ARG T\nFROM alpine:${T:-3}", "alpine:3"},
        {"ARG T=1\nARG T\nFROM alpine:$T", "alpine:1"},
        {"ARG T=1\nARG U=$T.2\nFROM alpine:$U", "alpine:1.2"},
        {"ARG T=1 U=$T.3\nFROM alpine:$U", "alpine:1.3"},
        {"ARG GIVEN=1\nFROM alpine:$GIVEN", "alpine:given"},
        {"FROM alpine:${GIVEN:-3}", "alpine:3"},
        {"FROM alpine:$TARGETARCH", std::nullopt},
        {"ARG t=1\nFROM alpine:$T", "alpine:"},
        {"FROM \"alpine:3\"", "alpine:3"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        Parsed p(row.text, {{{"GIVEN", "first"}, {"GIVEN", "given"}}, ""});
        CHECK(p.stage(0).base_value == row.value);
    }
}

TEST_CASE("values of variables in a stage") {
    struct Row {
        const char* text;
        Value value;
    };
    const Row rows[] = {
        {"FROM a\nLABEL x=$V", std::nullopt},
        {"FROM scratch\nLABEL x=[$V]", "[]"},
        {"FROM a\nARG V=1\nLABEL x=$V", "1"},
        {"FROM a\nARG V\nLABEL x=$V", std::nullopt},
        {"FROM scratch\nARG V\nLABEL x=$V", std::nullopt},
        {"FROM scratch\nARG V\nLABEL x=${V:-2}", "2"},
        {"FROM a\nARG V\nLABEL x=${V:-2}", std::nullopt},
        {"ARG V=1\nFROM a\nLABEL x=$V", std::nullopt},
        {"ARG V=1\nFROM a\nARG V\nLABEL x=$V", "1"},
        {"ARG V=1\nFROM a\nARG V=2\nLABEL x=$V", "2"},
        {"FROM a\nENV V=1\nLABEL x=$V", "1"},
        {"FROM a\nENV V one two\nLABEL x=$V", "one two"},
        {"FROM a\nENV V=\"1 2\" W=3\nLABEL x=$V$W", "1 23"},
        {"FROM a\nARG V=1\nENV V=2\nLABEL x=$V", "2"},
        {"FROM a\nENV V=2\nARG V\nLABEL x=$V", "2"},
        {"FROM a\nENV V=old\nENV V=new W=$V\nLABEL x=$W", "old"},
        {"FROM a\nARG V=1 W=$V\nLABEL x=$W", "1"},
        {"FROM a\nLABEL x=$V\nENV V=1", std::nullopt},
        {"FROM a\nENV V=$V:/bin\nLABEL x=$V", std::nullopt},
        {"FROM scratch\nENV V=$V:/bin\nLABEL x=$V", ":/bin"},
        {"FROM a AS p\nENV V=1\nFROM p\nLABEL x=$V", "1"},
        {"FROM a AS p\nARG V=1\nFROM p\nLABEL x=$V", "1"},
        {"FROM a AS p\nENV V=1\nARG V=2\nFROM p\nLABEL x=$V", "1"},
        {"FROM a AS p\nARG V=1\nFROM a\nLABEL x=$V", std::nullopt},
        {"FROM a\nARG GIVEN=1\nLABEL x=$GIVEN", "given"},
        {"FROM scratch\nLABEL x=[$GIVEN]", "[]"},
        {"FROM a\nARG TARGETARCH\nLABEL x=$TARGETARCH", std::nullopt},
        {"FROM a\nONBUILD ENV V=1\nLABEL x=$V", std::nullopt},
        {"FROM a\nLABEL x='$V'", "$V"},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(Parsed(row.text, {{{"GIVEN", "given"}}, ""}).label() == row.value);
    }
}

TEST_CASE("what kind of variable a name is") {
    using Kind = Variable::Kind;
    Parsed p("ARG G=1\nFROM a AS p\nARG A=1\nENV E=2\nFROM p\nLABEL x=1\nFROM scratch\nLABEL x=1\n");
    const Instruction &child = p.at(5), &scratch = p.at(7), &from = p.at(1);
    CHECK(p.file.lookup("A", child).kind == Kind::arg);
    CHECK(p.file.lookup("A", child).inherited);
    CHECK(p.file.lookup("A", child).set_by == &p.at(2));
    CHECK(p.file.lookup("E", child).kind == Kind::env);
    CHECK(p.file.lookup("E", p.at(3)).kind == Kind::unknown);
    CHECK(p.file.lookup("E", child).name == "E");
    CHECK(p.file.lookup("G", child).kind == Kind::unknown);
    CHECK(p.file.lookup("G", from).kind == Kind::arg);
    CHECK(p.file.lookup("G", from).value == Value("1"));
    CHECK(p.file.lookup("NONE", from).kind == Kind::undefined);
    CHECK(p.file.lookup("TARGETOS", from).kind == Kind::predefined);
    CHECK(p.file.lookup("TARGETOS", scratch).kind == Kind::undefined);
    CHECK(p.file.lookup("NONE", scratch).kind == Kind::undefined);
    CHECK(p.file.lookup("https_proxy", scratch).kind == Kind::predefined);
    CHECK(p.file.lookup("PATH", child).kind == Kind::predefined);
}

TEST_CASE("the user in force") {
    struct Row {
        const char* text;
        Value value;
        bool root;
    };
    const Row rows[] = {
        {"FROM a", std::nullopt, false},
        {"FROM a\nUSER root", "root", true},
        {"FROM a\nUSER \"root\"", "root", true},
        {"FROM a\nUSER 0:0", "0", true},
        {"FROM a\nUSER root:app", "root", true},
        {"FROM a\nUSER root\nUSER app", "app", false},
        {"FROM a\nUSER $WHO", std::nullopt, false},
        {"FROM a\nUSER ${WHO:-1000}", std::nullopt, false},
        {"FROM scratch\nUSER ${WHO:-1000}", "1000", false},
        {"FROM a\nARG WHO=root\nUSER $WHO", "root", true},
        {"FROM a\nARG U=1 G=2\nUSER ${U:-3}:$G", "1", false},
        {"FROM a\nUSER 5:$G", "5", false},
        {"FROM a\nARG BOTH=0:7\nUSER $BOTH", "0", true},
        {"FROM a AS p\nUSER app\nFROM P", "app", false},
        {"FROM a AS p\nUSER app\nFROM a", std::nullopt, false},
        {"FROM a\nONBUILD USER app", std::nullopt, false},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        Parsed p(row.text);
        UserInfo user = p.file.target()->user();
        CHECK(user.value == row.value);
        CHECK(user.is_root() == row.root);
    }
    Parsed p("FROM a AS p\nUSER one\nFROM p\nRUN x\nUSER two:g\nRUN y\n");
    CHECK(p.stage(1).user_before(p.at(3)).value == Value("one"));
    CHECK(p.stage(1).user_before(p.at(4)).value == Value("one"));
    CHECK(p.stage(1).user_before(p.at(5)).value == Value("two"));
    CHECK(p.stage(1).user_before(p.at(5)).name == "two");
}

TEST_CASE("the working directory") {
    struct Row {
        const char* text;
        Value value;
    };
    const Row rows[] = {
        {"FROM a\nRUN x", std::nullopt},
        {"FROM scratch\nRUN x", "/"},
        {"FROM a\nWORKDIR app\nRUN x", std::nullopt},
        {"FROM a\nWORKDIR /app\nWORKDIR src/./x/..\nRUN x", "/app/src"},
        {"FROM a\nWORKDIR /app/\nRUN x", "/app"},
        {"FROM a\nWORKDIR \"/a b\"\nRUN x", "/a b"},
        {"FROM a\nENV D=/d\nWORKDIR $D/e\nRUN x", "/d/e"},
        {"FROM a\nWORKDIR /a\nWORKDIR $D\nRUN x", std::nullopt},
        {"FROM a\nWORKDIR /a\nWORKDIR $D\nWORKDIR /b\nRUN x", "/b"},
        {"FROM a AS p\nWORKDIR /p\nFROM p\nWORKDIR q\nRUN x", "/p/q"},
        {"# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:1809\nWORKDIR C:\\app\nWORKDIR sub\\x\nRUN x", "C:/app/sub/x"},
        {"FROM a\nRUN x\nWORKDIR /late", std::nullopt},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        Parsed p(row.text);
        CHECK(p.file.workdir_before(*p.file.all(Keyword::run).at(0)) == row.value);
    }
}

TEST_CASE("the shell of a RUN") {
    using shell::Dialect;
    struct Row {
        const char* text;
        Dialect dialect;
        bool pipefail, errexit;
    };
    const Row rows[] = {
        {"FROM a\nRUN x", Dialect::posix, false, false},
        {"FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN x", Dialect::bash, true, false},
        {"FROM a\nSHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN x", Dialect::bash, true, true},
        {"FROM a\nSHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN x", Dialect::ash, true, true},
        {"FROM a\nSHELL [\"/usr/bin/env\", \"bash\", \"-c\"]\nRUN x", Dialect::bash, false, false},
        {"FROM a\nSHELL [\"pwsh\", \"-Command\"]\nRUN x", Dialect::powershell, false, false},
        {"FROM a\nRUN x\nSHELL [\"/bin/bash\", \"-c\"]", Dialect::posix, false, false},
        {"FROM a AS p\nSHELL [\"/bin/bash\", \"-c\"]\nFROM p\nRUN x", Dialect::bash, false, false},
        {"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN x", Dialect::cmd, false, false},
        {"FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\nRUN x", Dialect::cmd, false, false},
        {"FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN x", Dialect::posix, false, false},
        {"FROM --platform=windows/amd64 a\nRUN x", Dialect::cmd, false, false},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        Parsed p(row.text);
        ShellInfo shell = p.file.shell_at(*p.file.all(Keyword::run).at(0));
        CHECK(shell.dialect == row.dialect);
        CHECK(shell.pipefail == row.pipefail);
        CHECK(shell.errexit == row.errexit);
    }
}

TEST_CASE("which stages are used, and how") {
    Parsed p("FROM a AS one\nFROM a AS two\nFROM a AS three\nFROM a AS unused\nCOPY --from=2 /x /x\nFROM two\nCOPY --from=ONE /x /x\nCOPY --from=two /x /x\n"
             "RUN --mount=type=bind,from=one,target=/x cp /x /y\n");
    CHECK(p.file.use_of(p.stage(0)) == Use::copy);
    CHECK(p.file.use_of(p.stage(1)) == Use::from);
    CHECK(p.file.use_of(p.stage(2)) == Use::copy);
    CHECK(p.file.use_of(p.stage(3)) == Use::none);
    CHECK(p.file.reaches_target(p.stage(0)));
    CHECK(p.file.reaches_target(p.stage(4)));
    CHECK_FALSE(p.file.reaches_target(p.stage(2)));
    CHECK(p.file.in_result(p.stage(1)));
    CHECK_FALSE(p.file.in_result(p.stage(0)));
    CHECK(p.file.stage_named("Two") == &p.stage(1));
    CHECK(p.file.stage_named("2") == &p.stage(2));
    CHECK(p.file.stage_named("9") == nullptr);
    CHECK(p.file.stage_named("99999999999999999999999") == nullptr);
    CHECK(p.file.stage_named_before("two", p.stage(1)) == nullptr);
}

TEST_CASE("--from reaches stages further down, as the builder looks names up among all stages") {
    Parsed p("FROM a AS one\nCOPY --from=two /x /x\nRUN --mount=type=bind,from=one,target=/x true\nFROM a AS two\nFROM one\n");
    CHECK(p.file.use_of(p.stage(0)) == Use::from);
    CHECK(p.file.use_of(p.stage(1)) == Use::copy);
    CHECK(p.file.reaches_target(p.stage(1)));
    Parsed circle("FROM a AS one\nCOPY --from=1 /x /x\nFROM a AS two\nCOPY --from=one /x /x\n");
    CHECK(circle.file.reaches_target(circle.stage(0)));
    Parsed self("FROM a AS one\nCOPY --from=one /x /x\nFROM a\n");
    CHECK(self.file.use_of(self.stage(0)) == Use::none);
}

TEST_CASE("the target and stages of one name") {
    const char* text = "FROM a AS x\nFROM b AS x\nFROM x AS y\nFROM c\n";
    CHECK(Parsed(text).stage(2).parent->index == 1);
    CHECK(Parsed(text).file.target()->index == 3);
    CHECK(Parsed(text, {{}, "Y"}).file.target()->index == 2);
    CHECK(Parsed(text, {{}, "0"}).file.target()->index == 0);
    CHECK(Parsed(text, {{}, "none"}).file.target()->index == 3);
    Parsed y(text, {{}, "y"});
    CHECK_FALSE(y.file.reaches_target(y.stage(3)));
    CHECK(y.file.in_result(y.stage(1)));
    CHECK(Parsed("").file.target() == nullptr);
}

TEST_CASE("commands of RUN") {
    struct Row {
        const char* text;
        NameList commands;
    };
    const Row rows[] = {
        {"RUN apt-get update && apt-get install -y x", {"apt-get", "apt-get"}},
        {"RUN a \\\n  # why\n  && b", {"a", "b"}},
        {"RUN [\"a\", \"b\"]", {"a"}},
        {"RUN [\"sh\", \"-c\", \"a; b\"]", {"sh", "a", "b"}},
        {"RUN [\"bash\", \"-exo\", \"pipefail\", \"-c\", \"a; b\"]", {"bash", "a", "b"}},
        {"RUN [\"sh\", \"-c\", \"a \\\"b\\\"\"]", {"sh"}},
        {"ONBUILD RUN a", {"a"}},
        {"RUN <<EOF\na\nb\nEOF", {"a", "b"}},
        {"RUN <<-EOF\n\ta\n\t\tb\n\tEOF", {"a", "b"}},
        {"RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF", {}},
        {"RUN <<EOF\n#!/bin/bash -e\na\nEOF", {"a"}},
        {"RUN bash <<EOF\na\nb\nEOF", {"bash", "a", "b"}},
        {"RUN sudo bash -s <<'EOF'\na\nEOF", {"sudo", "bash", "a"}},
        {"RUN python3 <<EOF\nimport os\nEOF", {"python3"}},
        {"RUN cat <<EOF > /x\nrm y\nEOF", {"cat"}},
        {"SHELL [\"pwsh\", \"-Command\"]\nRUN a; b", {}},
        {"CMD a", {}},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(Parsed(std::string("FROM base\n") + row.text + "\n").commands() == row.commands);
    }
}

TEST_CASE("commands know their instruction") {
    Parsed p("FROM a\nRUN one && two\nRUN three\nONBUILD RUN four\n");
    CHECK(p.file.commands_of(p.at(1)).size() == 2);
    REQUIRE(p.file.commands_of(p.at(2)).size() == 1);
    CHECK(p.file.commands_of(p.at(2))[0]->name() == "three");
    CHECK(&p.file.commands_of(p.at(2))[0].instruction() == &p.at(2));
    REQUIRE(p.file.commands_of(*p.at(3).trigger).size() == 1);
    CHECK(p.file.commands_of(*p.at(3).trigger)[0]->name() == "four");
    CHECK(p.file.commands()[3].stage() == &p.stage(0));
    CHECK(p.source.slice(p.file.commands()[1]->span) == "two");
}

TEST_CASE("shell code of the other instructions") {
    struct Row {
        const char* text;
        NameList scripts;
        bool exec;
    };
    const Row rows[] = {
        {"CMD run it", {"run it"}, false},
        {"ENTRYPOINT exec \\\n  it", {"exec   it"}, false},
        {"HEALTHCHECK --interval=5s CMD curl -f x || exit 1", {"curl -f x || exit 1"}, false},
        {"HEALTHCHECK cmd  a", {"a"}, false},
        {"HEALTHCHECK NONE", {}, false},
        {"HEALTHCHECK CMD [\"a\", \"b\"]", {""}, true},
        {"CMD [\"a\"]", {""}, true},
        {"CMD [\"sh\", \"-c\", \"a b\"]", {"", "a b"}, true},
        {"COPY <<EOF /x\na\nEOF", {}, false},
        {"USER x", {}, false},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        Parsed p(std::string("FROM base\n") + row.text + "\n");
        NameList scripts;
        for (const ShellCode* code : p.file.codes_of(p.at(1))) scripts.push_back(code->script->joined());
        CHECK(scripts == row.scripts);
        if (!scripts.empty()) CHECK(p.file.shell_codes().front().exec == row.exec);
    }
}

TEST_CASE("a shebang and an interpreter say which shell runs a heredoc") {
    Parsed p("FROM a\nRUN <<EOF\n#!/bin/bash -e\nx\nEOF\nRUN zsh <<EOF\ny\nEOF\nRUN <<EOF\n#!/usr/bin/env python3\nEOF\n");
    auto code = [&](std::size_t index) { return p.file.codes_of(p.at(index)).back(); };
    CHECK(code(1)->shell.dialect == shell::Dialect::bash);
    CHECK(code(1)->shell.errexit);
    CHECK(code(1)->heredoc == &p.at(1).heredocs.at(0));
    CHECK(code(2)->shell.dialect == shell::Dialect::zsh);
    CHECK(code(3)->shell.dialect == shell::Dialect::other);
    CHECK(code(3)->shell.name == "python3");
}

TEST_CASE("doubling variables and long chains stay small") {
    std::string text = "FROM scratch AS s\nENV V=0123456789\n";
    for (int i = 0; i < 200; ++i) text += "ENV V=$V$V\n";
    CHECK_FALSE(Parsed(text + "LABEL x=$V\n").label());
    std::string chain = "FROM scratch AS s0\n";
    for (int i = 1; i < 2000; ++i) chain += "FROM s" + std::to_string(i - 1) + " AS s" + std::to_string(i) + "\nENV A=$NONE\n";
    CHECK(Parsed(chain + "USER app\n").file.target()->user().value == Value("app"));
}
