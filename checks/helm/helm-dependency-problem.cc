#include <map>
#include <string>

#include "analyzer/text/source.h"
#include "analyzer/yaml/stream.h"
#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_dependency_problem {

namespace {

void judge_doubles(yaml::Node dependencies, Reporter& report) {
    std::map<std::string_view, yaml::Node> seen;
    for (yaml::Node dependency : dependencies.items()) {
        const yaml::Node alias = dependency["alias"], name = alias.is_set() ? alias : dependency["name"];
        if (name.text_or_empty().empty()) continue;
        const auto [first, is_new] = seen.try_emplace(name.scalar(), name);
        if (!is_new)
            report.at(name, "two dependencies are called " + quote(name.scalar()) + ": their values and templates mix; give one an alias")
                .related(first->second.span(), "the first one");
    }
}

// A dependency without a repository lies in charts/, unpacked or not.
void judge_vendored(yaml::Node dependency, Reporter& report) {
    const std::string name(dependency["name"].text_or_empty());
    const std::string_view address = dependency["repository"].text_or_empty(), version = dependency["version"].text_or_empty();
    const Context& files = report.context();
    if (name.empty() || dependency["repository"].is_placeholder()) return;
    if (address.starts_with("file://")) {
        const std::string_view path = address.substr(7);
        if (!path.starts_with('/') && files.exists_around(path) == false)
            report.at(dependency["repository"], "the folder " + quote(path) + " does not exist: the dependency cannot be built");
    } else if (address.empty() && files.exists("charts/" + name) == false && !(is_range(version) && files.exists("charts") == true) &&
               files.exists("charts/" + name + "-" + std::string(version) + ".tgz") == false) {
        report.at(dependency["name"], quote(name) + " has no repository and is not in charts/: Helm cannot find it");
    }
}

// What Chart.lock says of a dependency must be what `helm dependency build` would find for it.
void judge_lock(yaml::Node dependencies, Reporter& report) {
    auto text = report.context().read("Chart.lock");
    if (!text) return;
    const Source source("Chart.lock", std::move(*text));
    const yaml::Stream stream(source);
    if (stream.documents().empty() || stream.documents().front().refused) return;
    std::multimap<std::string_view, yaml::Node> locked;
    for (yaml::Node entry : stream.documents().front().root["dependencies"].items()) locked.emplace(entry["name"].scalar(), entry);
    constexpr std::string_view advice = "; run helm dependency update";
    for (yaml::Node dependency : dependencies.items()) {
        const yaml::Node name = dependency["name"], wanted = dependency["version"];
        const auto found = locked.find(name.scalar());
        if (name.is_placeholder() || name.scalar().empty()) return;
        if (found == locked.end()) {
            report.at(name, "Chart.lock lacks " + quote(name.scalar()) + ", so it is out of date" + std::string(advice));
            continue;
        }
        const yaml::Node entry = found->second;
        locked.erase(found);
        const auto version = version_of(entry["version"].scalar());
        if (wanted.is_set() && !wanted.is_placeholder() && version && fits(*version, wanted.scalar()) == false)
            report.at(wanted,
                      "Chart.lock has version " + quote(entry["version"].scalar()) + ", which is none of " + quote(wanted.scalar()) + std::string(advice));
    }
    for (const auto& [name, entry] : locked)
        report.at(dependencies.key(), "Chart.lock has " + quote(name) + ", which is no dependency any more" + std::string(advice)).field("dependencies");
}

void run(yaml::Node chart, Reporter& report) {
    const yaml::Node dependencies = chart["dependencies"];
    if (dependencies.items().empty()) return;
    if (chart["apiVersion"].text_or_empty() == "v1")
        report.at(dependencies.key(), "dependencies stand in Chart.yaml since apiVersion v2 only; write apiVersion: v2").field("dependencies");
    judge_doubles(dependencies, report);
    for (yaml::Node dependency : dependencies.items()) judge_vendored(dependency, report);
    judge_lock(dependencies, report);
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
name: shop
version: 1.0.0
dependencies:
^^^^^^^^^^^^ dependencies stand in Chart.yaml since apiVersion v2 only; write apiVersion: v2
- name: cache
  version: 7.1.0
  repository: https://charts.example.org
- name: cache
        ^^^^^ two dependencies are called 'cache': their values and templates mix; give one an alias
  version: 7.1.0
  repository: https://charts.example.org
- name: common
        ^^^^^^ 'common' has no repository and is not in charts/: Helm cannot find it
  version: 1.0.0
- name: parts
  repository: file://../parts
              ^^^^^^^^^^^^^^^ the folder '../parts' does not exist: the dependency cannot be built
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- {name: cache, version: 7.1.0, repository: "https://charts.example.org"}
- {name: cache, alias: sessions, version: 7.1.0, repository: "https://charts.example.org"}
- {name: store, version: 1.0.0}
)",
                                 .files = {"shop/charts/store/Chart.yaml"},
                                 .path = "shop/Chart.yaml"},
                                {.bad = R"(
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
^^^^^^^^^^^^ Chart.lock has 'queue', which is no dependency any more; run helm dependency update
- name: cache
  version: ^8.0.0
           ^^^^^^ Chart.lock has version '7.1.0', which is none of '^8.0.0'; run helm dependency update
  repository: https://charts.example.org
- name: store
        ^^^^^ Chart.lock lacks 'store', so it is out of date; run helm dependency update
  version: 1.0.0
  repository: https://charts.example.org
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- {name: cache, version: ~7.1, repository: "https://charts.example.org"}
- {name: queue, version: ">= 2, < 4", repository: "https://charts.example.org"}
)",
                                 .files = {"Chart.lock=dependencies:\n- {name: cache, version: 7.1.0}\n- {name: queue, version: 3.0.1}\n"},
                                 .path = "Chart.yaml"}};

}

extern constinit const Check helm_dependency_problem = {
    .id = "helm-dependency-problem",
    .title = "Chart dependencies are inconsistent.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Helm stops at a dependency that it cannot find or whose lock does not fit, and of two with one name only one gets its values.",
    .aliases = {"helm-lint:validateDependencyInChartsDir", "helm-lint:validateDependencyInMetadata", "helm-lint:validateDependenciesUnique",
                "helm-lint:validateChartDependencies"},
    .examples = examples,
    .run = on_charts<run>(),
};

}
