#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_deprecated_field {

namespace {

struct Field {
    std::string_view name, instead;
    std::string_view renamed = {};   // what the field can be called without any other change, when that one is not there yet
};
constexpr Field fields[] = {
    {"bases", "resources", "resources"},           {"commonLabels", "labels with includeSelectors: true"},           {"imageTags", "images"},
    {"patchesJson6902", "patches", "patches"},     {"patchesStrategicMerge", "patches with a path or a patch each"}, {"vars", "replacements"},
    {"helmChartInflationGenerator", "helmCharts"},
};

// A strategic merge patch that stands in the list becomes {path: FILE}; only files can be told from here.
std::optional<std::vector<Edit>> merge_patches(const kubernetes::Manifest& file, yaml::Node root, yaml::Node list) {
    if (root.has("patches") || list.in_flow() || list.has_anchor() || list.items().empty()) return std::nullopt;
    const auto rename = yaml::rename_key(file.source(), list, "patches");
    if (!rename) return std::nullopt;
    std::vector<Edit> edits = {*rename};
    for (yaml::Node item : list.items()) {
        if (!item.text() || item.scalar().find('\n') != std::string_view::npos || item.is_alias() || item.has_anchor()) return std::nullopt;
        edits.push_back({{item.span().begin, item.span().begin}, "path: "});
    }
    return edits;
}

void judge(const kubernetes::Manifest& file, yaml::Node root, const Field& field, Reporter& report) {
    const yaml::Node value = root[field.name];
    if (!value) return;
    Draft draft = report.at(value.key(), std::string(field.name) + " is deprecated; use " + std::string(field.instead)).field(std::string(field.name));
    const std::string title = "Use " + std::string(field.instead);
    if (!field.renamed.empty() && !root.has(field.renamed)) draft.fix(title, Safety::safe, yaml::rename_key(file.source(), value, field.renamed));
    if (field.name == "patchesStrategicMerge")
        if (auto edits = merge_patches(file, root, value)) draft.fix("Use patches", Safety::safe, std::move(*edits));
}

void run(const kubernetes::Manifest& file, yaml::Node root, Reporter& report) {
    for (const Field& field : fields) judge(file, root, field, report);
}

constexpr Example examples[] = {{.bad = R"(
bases:
^^^^^ bases is deprecated; use resources
- ../base
patchesStrategicMerge:
^^^^^^^^^^^^^^^^^^^^^ patchesStrategicMerge is deprecated; use patches with a path or a patch each
- replicas.yaml
- memory.yaml
)",
                                 .good = R"(
resources:
- ../base
patches:
- path: replicas.yaml
- path: memory.yaml
)",
                                 .path = "kustomization.yaml"},
                                {.bad = R"(
resources: [app.yaml]
bases: [../base]
^^^^^ bases is deprecated; use resources
commonLabels: {app: shop}
^^^^^^^^^^^^ commonLabels is deprecated; use labels with includeSelectors: true
)",
                                 .good = R"(
resources: [app.yaml, ../base]
labels:
- pairs: {app: shop}
  includeSelectors: true
)",
                                 .path = "kustomization.yaml",
                                 .fixed = false}};

}

extern constinit const Check kustomize_deprecated_field = {
    .id = "kustomize-deprecated-field",
    .title = "kustomization uses a deprecated field.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "These fields are read by today's kustomize with a warning and are to go with the next version of the kustomization's schema.",
    .aliases = {"kustomize:CheckDeprecatedFields"},
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
