#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

constexpr Option options[] = {{"allow", Option::Type::list, "", ""}, {"limit", Option::Type::number, "3", ""}, {"loud", Option::Type::flag, "false", ""}};
constexpr Check bug{.id = "a-bug", .title = "Test.", .severity = Severity::high, .profile = Profile::bugs};
constexpr Check habit{.id = "b-habit", .title = "Test.", .profile = Profile::recommended, .aliases = {"hadolint:DL3008", "trivy:DS-0002"}, .options = options};
constexpr Check opinion{.id = "c-opinion",
                        .title = "Test.",
                        .category = Category::style,
                        .severity = Severity::low,
                        .profile = Profile::strict,
                        .aliases = {"hadolint:DL3057"},
                        .standards = {"CIS-Docker-4.6"}};

const Registry& registry() {
    static const Registry all({{&bug, "dockerfile"}, {&habit, "dockerfile"}, {&opinion, "dockerfile"}});
    return all;
}

struct Project {
    MemoryFileSystem files;
    std::unique_ptr<Configuration> configuration;

    Project(std::initializer_list<std::pair<std::string, std::string>> content, Overrides overrides = {}) {
        files.set(".git/HEAD", "");
        for (const auto& [path, text] : content) files.set(path, text);
        configuration = std::make_unique<Configuration>(files, registry(), std::move(overrides));
    }
    const Settings& of(const std::string& path) { return configuration->for_file(path); }
    // Ids of what runs on a file.
    std::string running(const std::string& path) {
        std::string out;
        for (const RegisteredCheck& entry : registry().all())
            if (of(path).enabled(*entry.check)) out += entry.check->id.front();
        return out;
    }
    std::string problems(const std::string& path = "Dockerfile") {
        of(path);
        std::string out;
        for (const ConfigProblem& problem : configuration->problems()) out += problem.path + ":" + std::to_string(problem.line) + ": " + problem.message + "\n";
        return out;
    }
};

}

TEST_CASE("profiles choose the checks") {
    struct Row {
        const char* profile;
        const char* running;
    };
    for (const Row& row :
         {Row{"bugs", "a"}, {"recommended", "ab"}, {"strict", "abc"}, {"cis-docker", "c"}, {"hadolint", "bc"}, {"trivy", "b"}, {"api-server", ""}}) {
        Project project({{".plimsoll.yaml", std::string("profile: ") + row.profile}});
        INFO(row.profile);
        CHECK(project.running("Dockerfile") == row.running);
        CHECK(project.problems() == "");
    }
}

TEST_CASE("checks are switched and set up by id") {
    Project project({{".plimsoll.yaml",
                      "checks:\n  a-bug: off\n  c-opinion: high\n  b-habit:\n    severity: critical\n    allow: [x, y]\n    limit: 7\n    loud: true\n"}});
    CHECK(project.running("Dockerfile") == "bc");
    const Settings& settings = project.of("Dockerfile");
    CHECK(settings.severity_of(opinion) == Severity::high);
    CHECK(settings.severity_of(habit) == Severity::critical);
    CHECK(settings.severity_of(bug) == Severity::high);
    REQUIRE(settings.option(habit, "allow"));
    CHECK(*settings.option(habit, "allow") == std::vector<std::string>{"x", "y"});
    CHECK(*settings.option(habit, "limit") == std::vector<std::string>{"7"});
    CHECK(*settings.option(habit, "loud") == std::vector<std::string>{"true"});
    CHECK(settings.option(bug, "allow") == nullptr);
    CHECK(settings.checks.at("a-bug").from == ".plimsoll.yaml:2");
    CHECK(project.problems() == "");
}

TEST_CASE("what is wrong is said with line and proposal") {
    struct Row {
        const char* text;
        const char* problem;
    };
    const Row rows[] = {
        {"profil: strict", ":1: unknown setting 'profil'; did you mean 'profile'?"},
        {"\nprofile: strikt", ":2: unknown profile 'strikt'; did you mean 'strict'?"},
        {"checks:\n  b-habbit: off", ":2: no check is called 'b-habbit'; did you mean 'b-habit'?"},
        {"checks:\n  b-habit: hihg", ":2: unknown severity 'hihg'; did you mean 'high'?"},
        {"checks:\n  b-habit:\n    alow: [x]", ":3: unknown option 'alow'; did you mean 'allow'?"},
        {"checks:\n  b-habit: {limit: many}", ":2: 'limit' must be a whole number"},
        {"checks: [a-bug]", ":1: 'checks' must be a mapping of checks to settings"},
        {"ignore:\n- checks: [a-bug]\n  until: 2026-02-30", ":3: 'until' needs a date like 2026-12-31, not '2026-02-30'"},
        {"ignore:\n- paths: [x]", ":2: an entry of 'ignore' needs 'checks' (\"*\" for all)"},
        {"overrides:\n- profile: bugs", ":2: an entry of 'overrides' needs 'paths'"},
        {"overrides:\n- paths: [x]\n  exclude: [y]", ":3: unknown setting 'exclude'"},
        {"extends: base.yaml", ":1: 'extends' names 'base.yaml', which does not exist"},
        {"extends: .plimsoll.yaml", ":1: 'extends' comes back to '.plimsoll.yaml'"},
        {"strict-labels: perhaps", ":1: 'strict-labels' must be true or false"},
        {"label-schema: {a: erl}", ":1: unknown label type 'erl'; did you mean 'url'?"},
        {"fail-on: hgh", ":1: unknown severity 'hgh' for 'fail-on'; did you mean 'high'?"},
        {"build-args: [A]", ":1: build argument 'A' must look like NAME=VALUE"},
        {"locked: [DL9999]", ":1: no check is called 'DL9999'"},
        {"- a", ":1: must be a mapping of settings"},
        {"profile: bugs\nprofile: strict", ":2: setting 'profile' is given twice"},
        {"a\xff: b", ":1: is not UTF-8"},
    };
    for (const Row& row : rows) {
        Project project({{".plimsoll.yaml", row.text}});
        INFO(row.text);
        CHECK(project.problems().starts_with(std::string(".plimsoll.yaml") + row.problem));
    }
}

TEST_CASE("placeholders are pairs of marks") {
    Project good({{".plimsoll.yaml", "placeholders: ['@@ @@', '%( )s']\n"}});
    CHECK(good.of("app.yaml").placeholders == std::vector<std::string>{"@@ @@", "%( )s"});
    CHECK(good.problems("app.yaml").empty());
    for (const char* wrong : {"'@@'", "'a b c'", "' x'", "'x '"}) {
        Project bad({{".plimsoll.yaml", "profile: strict\nplaceholders: ['@@ @@', " + std::string(wrong) + "]\n"}});
        CHECK(bad.of("app.yaml").placeholders.empty());
        CHECK(bad.problems("app.yaml").starts_with(".plimsoll.yaml:2: "));
        CHECK(bad.problems("app.yaml").find("is no pair of marks") != std::string::npos);
    }
}

TEST_CASE("broken or hostile YAML is one complaint") {
    for (std::string text :
         {std::string("a: [b"), std::string("\t- : :"), std::string(5000, '['), std::string(100, '-'), std::string("a: &x [*x]"), std::string("a\0b", 3)}) {
        Project project({{".plimsoll.yaml", text}, {".hadolint.yaml", text}});
        CHECK(project.problems() != "");
        CHECK(project.running("Dockerfile") == "ab");
    }
}

TEST_CASE("the nearest file up to the git root counts") {
    Project project({{".plimsoll.yaml", "profile: bugs"}, {"a/.plimsoll.yml", "profile: strict"}, {"a/sub/.git/HEAD", ""}, {"a/b/Dockerfile", ""}});
    CHECK(project.running("Dockerfile") == "a");
    CHECK(project.running("x/y/Dockerfile") == "a");
    CHECK(project.running("a/Dockerfile") == "abc");
    CHECK(project.running("a/b/Dockerfile") == "abc");
    CHECK(project.running("a/sub/Dockerfile") == "ab");
    CHECK(&project.of("x/y/Dockerfile") == &project.of("Dockerfile"));
    CHECK(project.running("/elsewhere/Dockerfile") == "ab");
}

TEST_CASE("extends and overrides") {
    Project project({{"base/common.yaml", "profile: strict\nchecks: {a-bug: off}\nbuild-args: {V: 1}\n"},
                     {".plimsoll.yaml", "extends: [base/common.yaml]\nchecks: {b-habit: off}\nbuild-args: {V: 2, W: ''}\noverrides:\n- paths: [legacy/**, "
                                        "'*.old']\n  profile: bugs\n  checks: {a-bug: on}\n"}});
    CHECK(project.problems() == "");
    CHECK(project.running("Dockerfile") == "c");
    CHECK(project.running("legacy/x/Dockerfile") == "a");
    CHECK(project.running("deep/Dockerfile.old") == "a");
    CHECK(project.of("Dockerfile").build.arguments.back() == std::pair<std::string, std::string>{"W", ""});
}

TEST_CASE("the command line wins") {
    Overrides overrides;
    overrides.profile = "strict";
    overrides.ignore = {"c-opinion", "DL3008"};
    overrides.build_arguments = {{"V", "3"}};
    Project project({{".plimsoll.yaml", "profile: bugs\nbuild-args: {V: 1}\n"}}, overrides);
    CHECK(project.running("Dockerfile") == "ab");
    CHECK(project.of("Dockerfile").build.arguments.back().second == "3");
    REQUIRE(project.of("Dockerfile").ignore.size() == 1);
    CHECK(project.of("Dockerfile").ignore[0].checks[0] == "hadolint:DL3008");

    Overrides select;
    select.select = {"style", "DS-0002"};
    CHECK(Project({{".plimsoll.yaml", "checks: {b-habit: off}"}}, select).running("Dockerfile") == "bc");
    Overrides wrong;
    wrong.select = {"b-habitt"};
    CHECK(Project({}, wrong).problems() == "command line:0: no check is called 'b-habitt'; did you mean 'b-habit'?\n");
    Overrides none;
    none.no_config = true;
    CHECK(Project({{".plimsoll.yaml", "profile: bugs"}, {".hadolint.yaml", "["}}, none).problems() == "");
    Overrides other;
    other.config_path = "ci/rules.yaml";
    CHECK(Project({{".plimsoll.yaml", "profile: bugs"}, {"ci/rules.yaml", "profile: strict"}}, other).running("a/Dockerfile") == "abc");
}

TEST_CASE(".hadolint.yaml") {
    Project project({{".hadolint.yaml", "ignored: [DL3008]\noverride:\n  error: [DL3057]\n  style: [DL3057]\ntrustedRegistries: [docker.io]\nlabel-schema: "
                                        "{author: text}\nstrict-labels: true\n"
                                        "failure-threshold: warning\ndisable-ignore-pragma: true\nno-color: true\n"},
                     {"sub/.plimsoll.yaml", "trusted-registries: [quay.io]\nfail-on: never\n"}});
    CHECK(project.problems() == "");
    const Settings& settings = project.of("Dockerfile");
    REQUIRE(settings.ignore.size() == 1);
    CHECK(settings.ignore[0].checks == std::vector<std::string>{"hadolint:DL3008"});
    CHECK(project.running("Dockerfile") == "abc");
    CHECK(settings.severity_of(opinion) == Severity::high);
    CHECK(settings.trusted_registries == std::vector<std::string>{"docker.io"});
    CHECK(settings.strict_labels);
    CHECK_FALSE(settings.hadolint_pragmas);
    CHECK(project.configuration->fail_on() == "medium");
    CHECK(project.of("sub/Dockerfile").trusted_registries == std::vector<std::string>{"quay.io"});
    CHECK(project.of("sub/Dockerfile").severity_of(opinion) == Severity::high);
    CHECK(Project({{".hadolint.yaml", "no-fail: true"}}).configuration->fail_on() == "never");
    CHECK(Project({{".hadolint.yaml", ""}}).problems() == "");
    CHECK(Project({{".hadolint.yaml", "ignored: [DL3002\n  - : :\n"}}).problems().starts_with(".hadolint.yaml:"));
}

TEST_CASE("lists of scanners") {
    Project project({{".trivyignore", "# policy\nDS-0002 exp:2026-03-01\n\nAVD-DS-0026\n"},
                     {".trivyignore.yaml", "misconfigurations:\n- id: AVD-DS-0001\n  paths: [legacy/**]\n  statement: old\n"},
                     {".dockleignore", "CIS-DI-0001\n"},
                     {".checkov.yaml", "skip-check: [CKV_DOCKER_2, 'ckv_docker_3,CKV_DOCKER_4']\n"}});
    CHECK(project.problems() == "");
    std::string all;
    for (const IgnoreRule& rule : project.of("Dockerfile").ignore)
        all += rule.checks[0] + rule.until + (rule.applies_to("legacy/Dockerfile") ? "+" : "-") + (rule.applies_to("Dockerfile") ? "+ " : "- ");
    CHECK(
        all ==
        "checkov:CKV_DOCKER_2++ checkov:CKV_DOCKER_3++ checkov:CKV_DOCKER_4++ dockle:CIS-DI-0001++ trivy:DS-0001+- trivy:DS-00022026-03-01++ trivy:DS-0026++ ");
}

TEST_CASE("locked checks stay on below") {
    Project project(
        {{".plimsoll.yaml", "checks: {c-opinion: critical}\nlocked: [c-opinion]\n"}, {"a/.plimsoll.yaml", "checks:\n  c-opinion: off\n  b-habit: off\n"}});
    CHECK(project.running("a/Dockerfile") == "ac");
    CHECK(project.of("a/Dockerfile").severity_of(opinion) == Severity::critical);
    CHECK(project.problems("a/Dockerfile") == "a/.plimsoll.yaml:2: check 'c-opinion' is locked by .plimsoll.yaml:2 and cannot be switched off\n");
}

TEST_CASE("exclude takes paths below its own folder") {
    Project project({{".plimsoll.yaml", "exclude: [vendor/, '*.bak', '!keep.bak']"}, {"a/.plimsoll.yaml", "exclude: [/gen]"}});
    for (const char* path : {"vendor/Dockerfile", "x/vendor/y/Dockerfile", "x/Dockerfile.bak", "a/gen"}) CHECK(project.configuration->excluded(path));
    for (const char* path : {"Dockerfile", "keep.bak", "gen", "a/x/gen", "a/y.bak"}) CHECK_FALSE(project.configuration->excluded(path));
}

TEST_CASE("--show-config names the file of every setting") {
    Project project({{".plimsoll.yaml", "profile: strict\nchecks: {b-habit: {allow: [x]}}\n"}, {".hadolint.yaml", "ignored: [DL3008]"}});
    CHECK(project.configuration->describe("Dockerfile") ==
          "Dockerfile\n  reads .hadolint.yaml\n  reads .plimsoll.yaml\n  profile: strict    (.plimsoll.yaml:1)\n  checks b-habit: allow = x    "
          "(.plimsoll.yaml:2)\n  ignore: hadolint:DL3008    (.hadolint.yaml:1)\n");
}
