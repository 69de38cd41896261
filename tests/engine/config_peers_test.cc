#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/suppression.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

constexpr Check pid{
    .id = "pid", .title = "Test.", .severity = Severity::critical, .aliases = {"kube-linter:host-pid", "polaris:hostPIDSet", "checkov:CKV_K8S_17"}};
constexpr Check limits{
    .id = "limits",
    .title = "Test.",
    .profile = Profile::strict,
    .aliases = {"kube-linter:unset-cpu-requirements", "polaris:cpuLimitsMissing", "polaris:cpuRequestsMissing", "checkov:CKV_K8S_11", "checkov:CKV_K8S_10"}};
constexpr Check root{.id = "root", .title = "Test.", .aliases = {"checkov:CKV_DOCKER_8"}};
constexpr Check ours{.id = "ours", .title = "Test."};

const Registry& registry() {
    static const Registry all({{&pid, "kubernetes"}, {&limits, "kubernetes"}, {&root, "dockerfile"}, {&ours, "kubernetes"}});
    return all;
}

struct Project {
    MemoryFileSystem files;
    std::unique_ptr<Configuration> configuration;

    explicit Project(std::initializer_list<std::pair<std::string, std::string>> content) {
        files.set(".git/HEAD", "");
        for (const auto& [path, text] : content) files.set(path, text);
        configuration = std::make_unique<Configuration>(files, registry(), Overrides{});
    }
    std::string shown(const std::string& path = "a/pod.yaml") { return configuration->describe(path); }
    std::string problems() {
        configuration->for_file("a/pod.yaml");
        std::string out;
        for (const ConfigProblem& problem : configuration->problems()) out += problem.path + ":" + std::to_string(problem.line) + ": " + problem.message + "\n";
        return out;
    }
    // The checks whose finding on an object is shown, when each carries these aliases.
    std::string left(std::initializer_list<std::pair<const Check*, std::vector<std::string_view>>> found, const std::string& path = "a/pod.yaml",
                     const std::string& name = "web", const std::string& container = "app") {
        std::vector<Finding> findings;
        for (const auto& [check, aliases] : found) {
            Finding finding;
            finding.check = check;
            finding.path = path;
            finding.aliases = AliasSet(aliases);
            finding.object = std::make_shared<const ObjectName>(ObjectName{"v1", "Pod", "shop", name});
            finding.part = container;
            findings.push_back(std::move(finding));
        }
        std::vector<Suppression> none;
        silence(findings, none, configuration->for_file(path), registry());
        std::string out;
        for (const Finding& finding : findings)
            if (!finding.silenced) out += std::string(finding.check->id) + " ";
        return out;
    }
};

}

TEST_CASE(".kube-linter.yaml") {
    Project project({{".kube-linter.yaml", "checks:\n  doNotAutoAddDefaults: true\n  include: [unset-cpu-requirements]\n  exclude: ['host pid', host-pid]\n"
                                           "  ignorePaths: ['/**/vendor/**', gen/*.yaml, ~/x, /srv/x]\ncustomChecks:\n- name: own\n"}});
    CHECK(project.problems() == "");
    CHECK(project.shown() == "a/pod.yaml\n  reads .kube-linter.yaml\n  profile: recommended    (default)\n"
                             "  not read: 'host pid' in 'exclude' is no id of a check    (.kube-linter.yaml:4)\n"
                             "  not read: '~/x' in 'ignorePaths' lies elsewhere    (.kube-linter.yaml:5)\n"
                             "  not read: '/srv/x' in 'ignorePaths' is a path of one machine    (.kube-linter.yaml:5)\n"
                             "  not read: customChecks of KubeLinter    (.kube-linter.yaml:6)\n"
                             "  checks limits: on    (.kube-linter.yaml:3)\n"
                             "  ignore: kube-linter:* but kube-linter:unset-cpu-requirements    (.kube-linter.yaml:2)\n"
                             "  ignore: kube-linter:host-pid    (.kube-linter.yaml:4)\n"
                             "  ignore: kube-linter:* in **/vendor/**, /gen/*.yaml    (.kube-linter.yaml:5)\n");
    CHECK(project.configuration->for_file("a/pod.yaml").enabled(limits));
    CHECK(project.left({{&pid, {"kube-linter:host-pid"}}, {&limits, {"kube-linter:unset-cpu-requirements"}}, {&ours, {}}}) == "limits ours ");
    for (const char* path : {"x/vendor/y/pod.yaml", "gen/a.yaml"})
        CHECK(project.left({{&limits, {"kube-linter:unset-cpu-requirements"}}, {&ours, {}}}, path) == "ours ");
}

TEST_CASE("KubeLinter's checks, all of them") {
    Project project({{".kube-linter.yml", "checks: {addAllBuiltIn: true, doNotAutoAddDefaults: true, exclude: [host-pid]}\n"}});
    CHECK(project.shown() == "a/pod.yaml\n  reads .kube-linter.yml\n  profile: recommended    (default)\n  checks limits: on    (.kube-linter.yml:1)\n"
                             "  checks pid: on    (.kube-linter.yml:1)\n  ignore: kube-linter:host-pid    (.kube-linter.yml:1)\n");
    CHECK(Project({{".kube-linter.yml", "checks: [a]"}}).problems() == ".kube-linter.yml:1: 'checks' must be a mapping\n");
}

TEST_CASE("Polaris configuration") {
    Project project({{"polaris.yaml", "checks:\n  cpuLimitsMissing: warning\n  cpuRequestsMissing: danger\n  hostPIDSet: ignore\n"
                                      "exemptions:\n- {namespace: shop, controllerNames: [dns, proxy], containerNames: [side], rules: [cpuLimitsMissing]}\n"
                                      "- controllerNames: [legacy]\n"}});
    CHECK(project.problems() == "");
    CHECK(project.shown() == "a/pod.yaml\n  reads polaris.yaml\n  profile: recommended    (default)\n  checks limits: high    (polaris.yaml:3)\n"
                             "  ignore: polaris:hostPIDSet    (polaris.yaml:4)\n"
                             "  ignore: polaris:cpuLimitsMissing, name dns*, namespace shop, container side*    (polaris.yaml:6)\n"
                             "  ignore: polaris:cpuLimitsMissing, name proxy*, namespace shop, container side*    (polaris.yaml:6)\n"
                             "  ignore: polaris:*, name legacy*    (polaris.yaml:7)\n");
    CHECK(project.left({{&pid, {"polaris:hostPIDSet"}}, {&limits, {"polaris:cpuLimitsMissing"}}}) == "limits ");
    CHECK(project.left({{&limits, {"polaris:cpuLimitsMissing"}}}, "a/pod.yaml", "dns-1", "sidecar") == "");
    CHECK(project.left({{&limits, {"polaris:cpuLimitsMissing"}}}, "a/pod.yaml", "dns-1") == "limits ");
    CHECK(project.left({{&limits, {"polaris:cpuLimitsMissing"}}, {&ours, {}}}, "a/pod.yaml", "legacy-2") == "ours ");
}

TEST_CASE("what Polaris would not do") {
    const char* off = "disallowExemptions: true\nexemptions: [{controllerNames: [web]}]\n";
    CHECK(Project({{".polaris.yaml", off}}).left({{&pid, {"polaris:hostPIDSet"}}}) == "pid ");
    CHECK(Project({{".polaris.yaml", "checks: {hostPIDSet: bad}\nexemptions: [{}]"}}).problems() ==
          ".polaris.yaml:1: 'hostPIDSet' must be ignore, warning or danger\n"
          ".polaris.yaml:2: an exemption needs a namespace, controllerNames, containerNames or rules\n");
    // The manifest that runs Polaris, and a template of it.
    CHECK(Project({{"polaris.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  checks: x\n"}}).shown() ==
          "a/pod.yaml\n  no configuration file\n  profile: recommended    (default)\n");
    CHECK(Project({{"polaris.yaml", "{{- if .Values.on }}\nkind: Pod\nchecks:\n{{ end }}\n"}}).problems() == "");
    // The nearest one that is a configuration counts.
    CHECK(Project({{"a/polaris.yaml", "kind: Pod"}, {"polaris.yaml", "checks: {hostPIDSet: ignore}"}}).left({{&pid, {"polaris:hostPIDSet"}}}) == "");
}

TEST_CASE(".checkov.yaml") {
    Project project({{".checkov.yaml", "check: [CKV_K8S_1*]\nskip-check: [CKV_K8S_10, HIGH]\nskip-path:\n- vendor/\n- ^/?gen\n- \\.cache/.*\\.yaml$\n"
                                       "soft-fail: true\nsoft-fail-on: [CKV_K8S_1]\ncompact: true\nframework: [kubernetes]\n"}});
    CHECK(project.problems() == "");
    CHECK(project.configuration->fail_on() == "never");
    CHECK(project.shown() == "a/pod.yaml\n  reads .checkov.yaml\n  profile: recommended    (default)\n  fail-on: never    (.checkov.yaml:7)\n"
                             "  not read: severities in 'skip-check' of Checkov    (.checkov.yaml:2)\n"
                             "  not read: the expression '^/?gen' in 'skip-path'    (.checkov.yaml:4)\n"
                             "  not read: soft-fail-on of Checkov    (.checkov.yaml:8)\n"
                             "  checks limits: on    (.checkov.yaml:1)\n  checks pid: on    (.checkov.yaml:1)\n"
                             "  ignore: checkov:* but checkov:CKV_K8S_10, checkov:CKV_K8S_11, checkov:CKV_K8S_17    (.checkov.yaml:1)\n"
                             "  ignore: checkov:CKV_K8S_10    (.checkov.yaml:2)\n"
                             "  ignore: checkov:* in **/*vendor/, **/*.cache/*.yaml    (.checkov.yaml:4)\n"
                             "  ignore: checkov:CKV_DOCKER_8    (.checkov.yaml:10)\n");
    CHECK(project.left({{&pid, {"checkov:CKV_K8S_17"}}, {&limits, {"checkov:CKV_K8S_10"}}, {&root, {"checkov:CKV_DOCKER_8"}}, {&ours, {}}}) == "pid ours ");
    for (const char* path : {"x/vendor/pod.yaml", "my.cache/a.yaml"}) CHECK(project.left({{&pid, {"checkov:CKV_K8S_17"}}}, path) == "");
    CHECK(project.left({{&pid, {"checkov:CKV_K8S_17"}}}, "gen/pod.yaml") == "pid ");
}
