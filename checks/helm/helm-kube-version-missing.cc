#include <string>

#include "analyzer/engine/config.h"
#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_kube_version_missing {

namespace {

void run(yaml::Node chart, Reporter& report) {
    const yaml::Node wanted = chart["kubeVersion"];
    if (!wanted.is_set() || wanted.scalar().empty())
        return (void)at_chart(chart, report, "the chart does not say which Kubernetes it needs; set kubeVersion").field("kubeVersion");
    const auto target = version_of(report.settings().kubernetes_version);
    if (!target || wanted.is_placeholder()) return;
    if (fits(*target, wanted.scalar()) == false)
        report.at(wanted,
                  "Kubernetes " + report.settings().kubernetes_version + " does not fit " + quote(wanted.scalar()) + ": Helm refuses to install the chart");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v2
name: shop
      ^^^^ the chart does not say which Kubernetes it needs; set kubeVersion
version: 1.0.0
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
kubeVersion: ">= 1.25.0-0"
)",
                                 .path = "Chart.yaml"},
                                {.bad = R"(
apiVersion: v2
name: shop
version: 1.0.0
kubeVersion: ">=1.19.0-0 <1.30.0-0"
             ^^^^^^^^^^^^^^^^^^^^^^ Kubernetes 1.31 does not fit '>=1.19.0-0 <1.30.0-0': Helm refuses to install the chart
)",
                                 .good = R"(
apiVersion: v2
name: shop
version: 1.0.0
kubeVersion: "~1.29 || ^1.31"
)",
                                 .config = "kubernetes-version: '1.31'",
                                 .path = "Chart.yaml"}};

}

extern constinit const Check helm_kube_version_missing = {
    .id = "helm-kube-version-missing",
    .title = "Chart declares no kubeVersion, or one that the target does not fit.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "With kubeVersion Helm stops before it installs objects that the cluster does not know.",
    .aliases = {"chart-verifier:has-kubeversion"},
    .examples = examples,
    .run = on_charts<run>(),
};

}
