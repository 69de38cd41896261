#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::dns_config_options {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const std::string_view name = report.text("name");
    const std::string_view value = report.text("value");
    if (pod.partial) return;
    for (yaml::Node option : pod.at("dnsConfig.options").items())
        if (option["name"].text() == name && (value.empty() || option["value"].scalar() == value)) return;
    report.missing(pod, "dnsConfig.options",
                   "the DNS option " + std::string(name) + (value.empty() ? "" : ":" + std::string(value)) + " is not set; add it to dnsConfig.options");
}

static constexpr Option options[] = {{.name = "name", .type = Option::Type::text, .value = "ndots", .what = "the option"},
                                     {.name = "value", .type = Option::Type::text, .value = "2", .what = "its value; any when empty"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the DNS option ndots:2 is not set; add it to dnsConfig.options
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsConfig:
    options: [{name: ndots, value: "2"}]
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check dns_config_options = {
    .id = "dns-config-options",
    .title = "Pod DNS options are not tuned.",
    .category = Category::efficiency,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "With the default of five dots, each look-up of an outside name first tries every search domain of the cluster: four "
           "useless queries for one.",
    .aliases = {"kube-linter:dnsconfig-options", "kyverno:add-ndots", "kyverno:dns-policy-and-dns-config"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
