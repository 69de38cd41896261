#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_dependency_unpinned {

namespace {

void run(yaml::Node chart, Reporter& report) {
    const bool unlocked = report.context().exists("Chart.lock") == false && report.context().exists("requirements.lock") == false;
    for (yaml::Node dependency : chart["dependencies"].items()) {
        const yaml::Node version = dependency["version"], repository = dependency["repository"];
        const std::string_view address = repository.text_or_empty();
        if (address.starts_with("http://"))
            report.at(repository, quote(address) + " is read without encryption: anyone on the way can change the chart; use https or oci");
        // A chart of the same repository changes with it.
        if (!unlocked || address.empty() || address.starts_with("file://") || version.is_placeholder()) continue;
        if (!version.is_set() || version.scalar().empty())
            report.at(dependency.head(), "any version of this chart will do; name one or commit a Chart.lock").field(dependency.path() + ".version");
        else if (is_range(version.scalar()))
            report.at(version, quote(version.scalar()) + " may be any of several versions; name one or commit a Chart.lock");
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- name: cache
  version: ^7.1.0
           ^^^^^^ '^7.1.0' may be any of several versions; name one or commit a Chart.lock
  repository: https://charts.example.org
- name: store
        ^^^^^ any version of this chart will do; name one or commit a Chart.lock
  repository: http://charts.example.org
              ^^^^^^^^^^^^^^^^^^^^^^^^^ 'http://charts.example.org' is read without encryption: anyone on the way can change the chart; use https or oci
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- name: cache
  version: 7.1.3
  repository: oci://charts.example.org/cache
- name: common
  version: "*"
  repository: file://../common
)",
                                 .path = "Chart.yaml"}};

}

extern constinit const Check helm_dependency_unpinned = {
    .id = "helm-dependency-unpinned",
    .title = "Chart dependency version is a range or its repository is not https.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Without a lock file each `helm dependency update` takes the newest chart of the range, so two builds of one commit may differ.",
    .standards = {"OWASP-K02"},
    .examples = examples,
    .run = on_charts<run>(),
};

}
