#include "analyzer/engine/analyze.h"
#include "analyzer/engine/project.h"
#include "tests/catch.h"
#include "tests/set_fixture.h"

using namespace plimsoll;

namespace {

struct Tree {
    Registry registry{{{&lonely_service, "cross"}}};
    MemoryFileSystem files;

    Report check(const std::vector<std::string>& paths, bool complete = false) const {
        const Configuration configuration(files, registry, {});
        AnalyzeOptions options;
        options.complete = complete;
        return analyze(files, discover(files, paths, configuration).inputs, registry, configuration, options);
    }
};

std::vector<std::string> messages(const Report& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) out.push_back(std::string(finding.path) + ": " + finding.message);
    return out;
}

using Messages = std::vector<std::string>;

}

TEST_CASE("a file that is named alone is judged with the repository around it", "[project]") {
    Tree tree;
    tree.files.set(".git/HEAD", "");
    tree.files.set("app/service.yaml", service_text);
    tree.files.set("other/pod.yaml", pod_text("db"));
    CHECK(messages(tree.check({"app/service.yaml"})) == Messages{"app/service.yaml: no pod has these labels"});
    tree.files.set("pods/pod.yaml", pod_text("web"));
    const Report report = tree.check({"app/service.yaml"});
    CHECK(messages(report) == Messages{"app/service.yaml: reaches a host"});
    CHECK(report.files.size() == 1);
    CHECK(report.summary.total == 1);
    REQUIRE(report.findings[0].related.size() == 1);
    const Source* other = report.source(report.findings[0].related[0].path);
    REQUIRE(other);
    CHECK(other->slice(report.findings[0].related[0].span) == "true");
    CHECK(messages(tree.check({"."})) == messages(report));
}

TEST_CASE("what git ignores is no part of the project", "[project]") {
    Tree tree;
    tree.files.set(".git/HEAD", "");
    tree.files.set(".gitignore", "build/\n");
    tree.files.set("service.yaml", service_text);
    tree.files.set("build/pod.yaml", pod_text("web"));
    CHECK(messages(tree.check({"service.yaml"})) == Messages{"service.yaml: no pod has these labels"});
}

TEST_CASE("outside of a repository nothing is missing for certain", "[project]") {
    Tree tree;
    tree.files.set("a/service.yaml", service_text);
    CHECK(messages(tree.check({"a/service.yaml"})).empty());
    CHECK(messages(tree.check({"a/service.yaml"}, true)) == Messages{"a/service.yaml: no pod has these labels"});
    CHECK(messages(tree.check({"a"})) == Messages{"a/service.yaml: no pod has these labels"});
    tree.files.set("a/pod.yaml", pod_text("web"));
    tree.files.set("a/deeper/pod.yaml", pod_text("web"));
    CHECK(messages(tree.check({"a/service.yaml"})) == Messages{"a/service.yaml: reaches a host"});
}

TEST_CASE("a neighbour that cannot be read leaves the answer open", "[project]") {
    Tree tree;
    tree.files.set(".git/HEAD", "");
    tree.files.set("service.yaml", service_text);
    tree.files.set("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n");
    CHECK(messages(tree.check({"service.yaml"})).empty());
    CHECK(messages(tree.check({"."})).empty());
}

TEST_CASE("a neighbour that is very large is not read", "[project]") {
    const std::string filler = "# " + std::string(9U << 20, 'x') + "\n";
    Tree tree;
    tree.files.set(".git/HEAD", "");
    tree.files.set("service.yaml", service_text);
    tree.files.set("data.json", "[]" + std::string(9U << 20, ' '));
    CHECK(messages(tree.check({"service.yaml"})) == Messages{"service.yaml: no pod has these labels"});
    tree.files.set("pod.yaml", filler + pod_text("web"));
    CHECK(messages(tree.check({"service.yaml"})).empty());
    CHECK(messages(tree.check({"."})) == Messages{"service.yaml: reaches a host"});
}

TEST_CASE("files of one set may live under different rules", "[project]") {
    Tree tree;
    tree.files.set("a/service.yaml", service_text);
    tree.files.set("b/service.yaml", service_text);
    tree.files.set("a/.plimsoll.yaml", "checks:\n  lonely-service: off\n");
    CHECK(messages(tree.check({"."})) == Messages{"b/service.yaml: no pod has these labels"});
    tree.files.set("a/.plimsoll.yaml", "external: ['Service/none']\n");
    CHECK(messages(tree.check({"."})).size() == 2);
}
