#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/suppression.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

// Reports every sudo, ADD and shell-form CMD; enough to see what a suppression hides.
void find_sudo(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands())
        if (command->is("sudo")) report.at(command->name_span(), "sudo");
}
void find_add(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add)) report.at(add->name, "add");
}
void find_cmd(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* cmd : file.all(docker::Keyword::cmd)) report.at(cmd->name, "cmd");
}
void find_echo(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands())
        if (command->is("echo")) report.at(command->name_span(), "echo");
}

constexpr Check sudo{
    .id = "sudo-in-run",
    .title = "Test.",
    .aliases = {"hadolint:DL3004", "trivy:DS-0010", "checkov:CKV2_DOCKER_1", "kics:8ada6e80-0ade-439e-b176-0b28f6bce35a", "semgrep:no-sudo", "sonar:S1"},
    .run = on_every_dockerfile(find_sudo)};
constexpr Check add{.id = "add-instead-of-copy", .title = "Test.", .aliases = {"hadolint:DL3020", "trivy:DS-0005"}, .run = on_every_dockerfile(find_add)};
constexpr Check cmd{.id = "exec-form-recommended", .title = "Test.", .aliases = {"buildkit:JSONArgsRecommended"}, .run = on_every_dockerfile(find_cmd)};
constexpr Check echo{.id = "shell-echo", .title = "Test.", .aliases = {"hadolint:SC2086"}, .run = on_every_dockerfile(find_echo)};
constexpr Check off{.id = "strict-only", .title = "Test.", .profile = Profile::strict, .aliases = {"hadolint:DL3001"}, .run = on_every_dockerfile(find_sudo)};
constexpr Check unused{.id = "unused-suppression", .title = "Test."};
constexpr Check expired{.id = "suppression-expired", .title = "Test."};
constexpr Check malformed{.id = "suppression-malformed", .title = "Test."};

const Registry& registry() {
    static const Registry all({{&sudo, ""}, {&add, ""}, {&cmd, ""}, {&echo, ""}, {&off, ""}, {&unused, ""}, {&expired, ""}, {&malformed, ""}});
    return all;
}

// "line:check" of what is shown, in order; judgements as "line!kind".
std::string shown(const std::string& text, Settings settings = {}) {
    settings.today = "2026-01-01";
    const FileAnalysis analysis = analyze_text(nullptr, {"Dockerfile", FileKind::dockerfile, true, {}}, text, registry(), settings);
    std::string out;
    for (const Finding& finding : analysis.findings) {
        if (finding.silenced) continue;
        const std::string line = std::to_string(analysis.file.source->line_of(finding.span.begin));
        const bool judged = finding.check == &unused || finding.check == &expired || finding.check == &malformed;
        out += (out.empty() ? "" : " ") + line +
               (judged ? "!" + std::string(finding.check->id.substr(finding.check == &unused ? 0 : 12, 6)) : ":" + finding.message);
    }
    return out;
}

struct Row {
    const char* text;
    const char* shown;
};

void check_rows(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(shown(row.text) == row.shown);
    }
}

}

TEST_CASE("our own comments") {
    check_rows({
        {"FROM a\n# plimsoll: ignore[sudo-in-run] why\nRUN sudo a\nRUN sudo b\n", "4:sudo"},
        {"FROM a\n# plimsoll: ignore[DL3004, add-instead-of-copy] until=2026-06-30 why\n# more\n\nRUN sudo a\n", "2!unused"},
        {"FROM a\n# plimsoll: ignore[sudo-in-run] until=2025-12-31 why\nRUN sudo a\n", "2!expire 3:sudo"},
        {"FROM a\n# plimsoll: ignore[sudo-in-run] until=soon\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\n# plimsoll: ignore\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\n# plimsoll: ignore[sudo-in-run\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\n# plimsoll: ignore[no-such]\nRUN sudo a\n", "2!unused 3:sudo"},
        {"FROM a\n# plimsoll: ignore[strict-only]\nRUN true\n", ""},
        {"FROM a\n# plimsoll: ignore[*]\nRUN sudo a; echo $a\n", ""},
        {"# plimsoll: ignore-file[sudo-in-run]\nFROM a\nRUN sudo a\nADD a b\n", "4:add"},
        {"FROM a\n# plimsoll: ignore-start[sudo-in-run]\nRUN sudo a\nRUN sudo b\n# plimsoll: ignore-end[sudo-in-run]\nRUN sudo c\n", "6:sudo"},
        {"FROM a\n# plimsoll: ignore-start[sudo-in-run]\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\n# plimsoll: ignore-end[sudo-in-run]\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\nRUN sudo a && \\\n  # plimsoll: ignore[sudo-in-run] why\n  sudo b && \\\n  sudo c\n", "2:sudo 5:sudo"},
        {"FROM a\nRUN <<EOF\nsudo a\nsudo b # plimsoll: ignore[sudo-in-run]\n# plimsoll: ignore[sudo-in-run]\nsudo c\nEOF\n", "3:sudo"},
        {"FROM a\n# plimsoll is what we use\n# see plimsoll: no, that is prose\nRUN true\n", ""},
    });
}

TEST_CASE("hadolint's pragmas") {
    check_rows({
        {"FROM a\n# hadolint ignore=DL3004\nRUN sudo a\nRUN sudo b\n", "4:sudo"},
        {"FROM a\n#hadolint\tignore = DL3004 , SC2086 # why\nRUN sudo a; echo $b\n", ""},
        {"FROM a\n# hadolint ignore=DL3004\n# why\nRUN sudo a\n", "2!unused 4:sudo"},
        {"FROM a\n# hadolint ignore=DL3004\n\nRUN sudo a\n", "2!unused 4:sudo"},
        {"FROM a\nRUN sudo a\n# hadolint global ignore=DL3004\n", ""},
        {"FROM a\n# hadolint stage ignore=DL3004\nRUN sudo a\nFROM b\nRUN sudo c\n", "5:sudo"},
        {"# hadolint stage ignore=DL3004\nFROM a\nRUN sudo a\nFROM b\nRUN sudo c\n", "5:sudo"},
        {"FROM a\n# hadolint disable=DL3004\nRUN sudo a\n# hadolint ignore=dl3004\nRUN sudo b\n", "2!unused 3:sudo 4!malfor 5:sudo"},
        {"FROM a\n# hadolint ignore=DL3004 because\nRUN sudo a\n", "2!malfor 3:sudo"},
        {"FROM a\n# hadolint ignore=DL9999\nRUN true\n# hadolint ignore=DL3059\nRUN true\n# hadolint ignore=DL3001\nRUN true\n", "2!unused"},
        {"FROM a\n# hadolint is our linter, it knows DL3004\nRUN true\n", ""},
        {"FROM a\nLABEL n=\"# hadolint global ignore=DL3004\"\nRUN sudo printf \"# hadolint global ignore=DL3004\"\n", "3:sudo"},
        {"FROM a\nRUN <<EOF python3\n# hadolint global ignore=DL3004\nEOF\nRUN sudo a\n", "5:sudo"},
        {"FROM a\nRUN python3 <<EOF\n# hadolint global ignore=DL3004\nEOF\nRUN sudo a\n", "5:sudo"},
    });
    Settings void_pragmas;
    void_pragmas.hadolint_pragmas = false;
    CHECK(shown("FROM a\n# hadolint ignore=DL3004\nRUN sudo a\n", void_pragmas) == "3:sudo");
}

TEST_CASE("hadolint's shell pragma") {
    const Source source("Dockerfile", "# hadolint shell=bash\nFROM a\nRUN 1\n# hadolint shell=powershell\nRUN 2\nFROM b\nRUN 3\n");
    const docker::Dockerfile file(source, {});
    const auto runs = file.all(docker::Keyword::run);
    REQUIRE(runs.size() == 3);
    CHECK(file.shell_at(*runs[0]).dialect == shell::Dialect::bash);
    CHECK(file.shell_at(*runs[1]).dialect == shell::Dialect::powershell);
    CHECK(file.shell_at(*runs[2]).dialect == shell::Dialect::bash);
    docker::BuildOptions off;
    off.shell_pragmas = false;
    const docker::Dockerfile plain(source, off);
    CHECK(plain.shell_at(*plain.all(docker::Keyword::run)[0]).dialect == shell::Dialect::posix);
}

TEST_CASE("BuildKit's check directive") {
    check_rows({
        {"# check=skip=JSONArgsRecommended,StageNameCasing;error=true\nFROM a\nCMD a\nRUN sudo b\n", "4:sudo"},
        {"# check=skip=all\nFROM a\nCMD a\nRUN sudo b\n", "4:sudo"},
        {"# why\n# check=skip=JSONArgsRecommended\n\nFROM a\nCMD a\n", "2!unused 5:cmd"},
        {"FROM a\n# check=skip=JSONArgsRecommended why\nCMD a\n", ""},
        {"# x\n# check=skip=JSONArgsRecommended\n# y\nFROM a\nCMD a\nFROM b\nCMD b\n", "7:cmd"},
        {"# check=skip=JsonArgsRecommended\nFROM a\nCMD a\n", "1!unused 3:cmd"},
        {"FROM a\n# dockerfile-utils: ignore\nRUN sudo a\nRUN sudo b\n", "4:sudo"},
    });
}

TEST_CASE("ShellCheck's directives inside RUN") {
    check_rows({
        {"FROM a\nRUN <<EOF\n# shellcheck disable=SC2086\necho $a\necho $b\nEOF\n", ""},
        {"FROM a\nRUN <<EOF\necho $a\n# shellcheck disable=SC2086\nif true; then\necho $b\nfi\necho $c\nEOF\n", "3:echo 8:echo"},
        {"FROM a\nRUN true; echo $a; \\\n # shellcheck disable=2000-SC2100,SC2086 # why\n echo $b; echo $c\n", "2:echo 4:echo"},
        {"FROM a\n# shellcheck disable=SC2086\nRUN echo $a\n", "2!unused 3:echo"},
    });
}

TEST_CASE("scanners' comments") {
    check_rows({
        {"FROM a\n#trivy:ignore:DS010 trivy:ignore:avd-ds-0005\n# why\nRUN sudo a\nRUN sudo b\n", "2!unused 5:sudo"},
        {"FROM a\n# trivy:ignore:DS-0010:exp:2025-01-31\nRUN sudo a\n", "2!expire 3:sudo"},
        {"FROM a\n# trivy:ignore:*\nRUN sudo a\nCMD b\n", "4:cmd"},
        {"FROM a\n# trivy:ignore:DS-0010\n\nRUN sudo a\n", "2!unused 4:sudo"},
        {"FROM a\nRUN sudo a\nADD a b\n# checkov:skip=CKV2_DOCKER_1:why\n", "3:add"},
        {"FROM a\n# kics-scan ignore-line\nRUN sudo a\nRUN sudo b\n", "4:sudo"},
        {"# kics-scan disable=8ada6e80-0ade-439e-b176-0b28f6bce35a\nFROM a\nRUN sudo a\n", ""},
        {"# kics-scan ignore\nFROM a\nRUN sudo a\nADD a b\n", "4:add"},
        {"# kics-scan enable=8ada6e80-0ade-439e-b176-0b28f6bce35a\nFROM a\nRUN sudo a\n", "3:sudo"},
        {"FROM a\n# kics-scan ignore\nRUN sudo a\n", "2!unused 3:sudo"},
        {"# kics-scan ignore-block\nFROM a\nRUN sudo a\nFROM b\nRUN sudo b\n", "5:sudo"},
        {"FROM a\n# nosemgrep: dockerfile.no-sudo\nRUN sudo a\nRUN sudo b # nosemgrep\nRUN sudo c\n", "5:sudo"},
        {"FROM a\nRUN sudo a # NOSONAR\nRUN sudo b\n", "3:sudo"},
    });
}

TEST_CASE("rules of the configuration silence, locked checks do not give in to comments") {
    Settings settings;
    settings.ignore.push_back({{"hadolint:DL3020"}, {}, {}, "", "", "", "", "old", "", ".plimsoll.yaml:3", {}});
    settings.ignore.push_back({{"sudo-in-run"}, {}, {}, "", "", "", "", "", "2025-01-01", ".plimsoll.yaml:4", {}});
    settings.locked.push_back({"exec-form-recommended", ".plimsoll.yaml", ".plimsoll.yaml:9"});
    CHECK(shown("FROM a\nADD a b\nRUN sudo a\n# plimsoll: ignore[exec-form-recommended]\nCMD a\n", settings) == "3:sudo 4!unused 5:cmd");
}
