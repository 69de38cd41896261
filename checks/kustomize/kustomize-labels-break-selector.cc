#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_labels_break_selector {

namespace {

constexpr std::string_view volatile_labels[] = {"version", "app.kubernetes.io/version", "helm.sh/chart", "chart", "commit", "revision", "git-sha", "build"};

// Whether it changes objects that another kustomization makes.
bool is_overlay(yaml::Node root) {
    if (!root["bases"].items().empty()) return true;
    for (yaml::Node item : root["resources"].items()) {
        const std::string_view path = item.text_or_empty();
        if (!path.empty() && !is_remote(path) && !path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".json")) return true;
    }
    return false;
}

void judge(yaml::Node labels, bool overlay, Reporter& report) {
    bool said = false;
    for (const yaml::Entry entry : labels.entries()) {
        const std::string_view name = entry.key.scalar();
        if (std::find(std::begin(volatile_labels), std::end(volatile_labels), name) == std::end(volatile_labels)) continue;
        report.at(entry.key, "label " + quote(name) + " goes into selectors, which cannot change: the next value cannot be applied; leave selectors out")
            .field(entry.value.path());
        said = true;
    }
    if (overlay && !said && !labels.empty() && labels.key())
        report.at(labels.key(), "these labels go into the selectors of the base too, which cannot change on what runs already; leave selectors out")
            .severity(Severity::low)
            .field(labels.path());
}

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    const bool overlay = is_overlay(root);
    judge(root["commonLabels"], overlay, report);
    for (yaml::Node item : root["labels"].items())
        if (item["includeSelectors"].is_true()) judge(item["pairs"], overlay, report);
}

constexpr Example examples[] = {{.bad = R"(
resources: [app.yaml]
commonLabels:
  app: shop
  version: "7"
  ^^^^^^^ label 'version' goes into selectors, which cannot change: the next value cannot be applied; leave selectors out
)",
                                 .good = R"(
resources: [app.yaml]
commonLabels: {app: shop}
labels:
- pairs: {version: "7"}
)",
                                 .path = "kustomization.yaml"},
                                {.bad = R"(
resources: [../base]
labels:
- pairs: {tier: production}
  ^^^^^ these labels go into the selectors of the base too, which cannot change on what runs already; leave selectors out
  includeSelectors: true
)",
                                 .good = R"(
resources: [../base]
labels:
- pairs: {tier: production}
  includeTemplates: true
)",
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_labels_break_selector = {
    .id = "kustomize-labels-break-selector",
    .title = "Labels transformer changes immutable selectors.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why =
        "The API server refuses an update that changes a workload's selector. Labels that kustomize writes into selectors must be there from the first day and "
        "never change; `labels` with includeTemplates writes them everywhere else.",
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
