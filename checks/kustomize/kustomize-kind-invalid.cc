#include "analyzer/engine/context.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/text/distance.h"
#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_kind_invalid {

namespace {

constexpr std::string_view kustomization_version = "kustomize.config.k8s.io/v1beta1", component_version = "kustomize.config.k8s.io/v1alpha1";

constexpr std::string_view known_fields[] = {
    "apiVersion",
    "bases",
    "buildMetadata",
    "commonAnnotations",
    "commonLabels",
    "components",
    "configMapGenerator",
    "configurations",
    "crds",
    "generatorOptions",
    "generators",
    "helmChartInflationGenerator",
    "helmCharts",
    "helmGlobals",
    "imageTags",
    "images",
    "kind",
    "labels",
    "metadata",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "openapi",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "replicas",
    "resources",
    "secretGenerator",
    "sortOptions",
    "transformers",
    "validators",
    "vars",
};

void judge_kind(const kubernetes::Manifest& file, yaml::Node root, Reporter& report) {
    const yaml::Node kind = root["kind"], version = root["apiVersion"];
    if (kind.is_placeholder() || version.is_placeholder()) return;
    const std::string_view name = kind.text_or_empty();
    if (kind.is_set() && name != "Kustomization" && name != "Component") {
        report.at(kind, quote(kind.scalar()) + " is no kind of a kustomization: kustomize refuses it; write Kustomization")
            .fix("Write Kustomization", Safety::safe, yaml::replace_scalar(file.source(), kind, "Kustomization"));
        return;
    }
    const std::string_view right = name == "Component" ? component_version : kustomization_version;
    if (version.is_set() && version.scalar() != right)
        report
            .at(version,
                quote(version.scalar()) + " is not the version of a " + (name.empty() ? "Kustomization" : std::string(name)) + "; write " + std::string(right))
            .fix("Write " + std::string(right), Safety::safe, yaml::replace_scalar(file.source(), version, right));
}

void judge_fields(yaml::Node root, Reporter& report) {
    for (const yaml::Entry entry : root.entries()) {
        const std::string_view name = entry.key.scalar();
        if (name.empty() || std::find(std::begin(known_fields), std::end(known_fields), name) != std::end(known_fields)) continue;
        const std::string_view near = nearest_name(name, known_fields);
        report
            .at(entry.key,
                "a kustomization has no field " + quote(name) + ": the build fails" + (near.empty() ? "" : "; did you mean " + std::string(near) + "?"))
            .field(std::string(name));
    }
}

// kustomize refuses a folder with two of them; said once, at the name it would look for first.
void judge_neighbours(const kubernetes::Manifest& file, yaml::Node root, Reporter& report) {
    static constexpr std::string_view names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
    const auto own = std::find(std::begin(names), std::end(names), base_name(file.source().path()));
    if (own == std::end(names)) return;
    for (auto name = std::begin(names); name != std::end(names); ++name) {
        if (name == own || report.context().exists(*name) != true) continue;
        if (name < own) return;
        report.at(root.head(), std::string(*name) + " lies beside it: kustomize refuses a folder with two kustomizations; remove one").field("");
    }
}

bool is_named_kustomization(std::string_view path) {
    const std::string_view name = base_name(path);
    return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

void run(const kubernetes::Manifest& file, Reporter& report) {
    const bool named = is_named_kustomization(file.source().path());
    if (file.file_class() != kubernetes::FileClass::kustomization && !named) return;
    bool first = true;
    for (const yaml::Document& document : file.stream().documents()) {
        const yaml::Node root = document.root;
        // Flux's own object of that kind is applied, not built.
        if (!root.is_mapping() || root["apiVersion"].text_or_empty().starts_with("kustomize.toolkit.fluxcd.io/")) continue;
        judge_kind(file, root, report);
        const std::string_view kind = root["kind"].text_or_empty();
        if (kind.empty() || kind == "Kustomization" || kind == "Component") judge_fields(root, report);
        if (first) judge_neighbours(file, root, report);
        first = false;
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: kustomize.config.k8s.io/v1
            ^^^^^^^^^^^^^^^^^^^^^^^^^^ 'kustomize.config.k8s.io/v1' is not the version of a Kustomization; write kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [app.yaml]
)",
                                 .good = R"(
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [app.yaml]
)",
                                 .path = "kustomization.yaml"},
                                {.bad = R"(
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Kustomize
      ^^^^^^^^^ 'Kustomize' is no kind of a kustomization: kustomize refuses it; write Kustomization
)",
                                 .good = R"(
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
)",
                                 .path = "kustomization.yaml",
                                 .fixed = false},
                                {.bad = R"(
resource:
^^^^^^^^ a kustomization has no field 'resource': the build fails; did you mean resources?
^^^^^^^^ kustomization.yml lies beside it: kustomize refuses a folder with two kustomizations; remove one
- app.yaml
)",
                                 .good = R"(
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: ./apps}
)",
                                 .files = {"kustomization.yml"},
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_kind_invalid = {
    .id = "kustomize-kind-invalid",
    .title = "kustomization kind, apiVersion or field is wrong.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .fix = Safety::safe,
    .why = "kustomize reads its file strictly: another kind or version, or a field it does not know, ends the build.",
    .aliases = {"kustomize:EnforceFields"},
    .examples = examples,
    .run = on_manifests(run),
};

}
