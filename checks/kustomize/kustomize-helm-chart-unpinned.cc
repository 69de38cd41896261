#include "checks/helm/version.h"
#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_helm_chart_unpinned {

namespace {

// The fields of helmCharts, and their names in the older helmChartInflationGenerator.
struct Names {
    std::string_view name, version, repository;
};

void judge(yaml::Node chart, const Names& names, Reporter& report) {
    const yaml::Node version = chart[names.version], repository = chart[names.repository];
    const std::string_view address = repository.text_or_empty(), name = chart[names.name].text_or_empty();
    if (address.starts_with("http://"))
        report.at(repository, quote(address) + " is read without encryption: anyone on the way can change the chart; use https or oci");
    // Without a repository the chart lies in the repository itself.
    if (address.empty() || version.is_placeholder()) return;
    if (!version.is_set() || version.scalar().empty())
        report.at(chart.head(), "chart " + quote(name) + " has no version: the newest one is built; name one")
            .field(chart.path() + "." + std::string(names.version));
    else if (is_range(version.scalar()))
        report.at(version, quote(version.scalar()) + " may be any of several versions of chart " + quote(name) + "; name one");
}

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    for (yaml::Node chart : root["helmCharts"].items()) judge(chart, {"name", "version", "repo"}, report);
    for (yaml::Node chart : root["helmChartInflationGenerator"].items()) judge(chart, {"chartName", "chartVersion", "chartRepo"}, report);
}

constexpr Example examples[] = {{.bad = R"(
helmCharts:
- name: cache
        ^^^^^ chart 'cache' has no version: the newest one is built; name one
  repo: https://charts.example.org
- name: store
  repo: http://charts.example.org
        ^^^^^^^^^^^^^^^^^^^^^^^^^ 'http://charts.example.org' is read without encryption: anyone on the way can change the chart; use https or oci
  version: ^1.2.0
           ^^^^^^ '^1.2.0' may be any of several versions of chart 'store'; name one
)",
                                 .good = R"(
helmCharts:
- name: cache
  repo: https://charts.example.org
  version: 1.4.2
- name: local
)",
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_helm_chart_unpinned = {
    .id = "kustomize-helm-chart-unpinned",
    .title = "helmCharts entry has no version.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Without one version two builds of the same commit may give different objects.",
    .standards = {"OWASP-K02"},
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
