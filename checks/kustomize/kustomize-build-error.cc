#include <set>

#include "analyzer/engine/context.h"
#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_build_error {

namespace {

bool is_inline(std::string_view text) {
    return text.find('\n') != std::string_view::npos || text.find(": ") != std::string_view::npos || text.starts_with('{');
}

class Judge {
public:
    explicit Judge(Reporter& report) : report_(report) {}

    void all(yaml::Node root) {
        for (std::string_view field : accumulated_fields) accumulated(root[field]);
        for (std::string_view field : {"crds", "configurations", "patchesStrategicMerge", "generators", "transformers", "validators"})
            for (yaml::Node item : root[field].items()) path(item);
        for (std::string_view field : {"patches", "patchesJson6902", "replacements"})
            for (yaml::Node item : root[field].items()) path(item["path"]);
        // Files of a secretGenerator are rightly not in the repository.
        for (yaml::Node item : root["configMapGenerator"].items()) generator(item);
        path(root["openapi"]["path"]);
        for (yaml::Node chart : root["helmCharts"].items()) {
            path(chart["valuesFile"]);
            for (yaml::Node item : chart["additionalValuesFiles"].items()) path(item);
        }
    }

private:
    // Nothing is said where it cannot be known: input without files around it, remote places, placeholders.
    bool is_missing(std::string_view name) const { return report_.context().exists_around(name) == false; }

    static std::optional<std::string_view> local(yaml::Node node) {
        const auto text = node.text();
        if (!text || text->empty() || is_remote(*text) || is_inline(*text)) return std::nullopt;
        return text;
    }

    void path(yaml::Node node) {
        const auto name = local(node);
        if (name && is_missing(*name)) report_.at(node, quote(*name) + " does not exist: the build fails; correct the path or add the file");
    }

    void accumulated(yaml::Node list) {
        std::set<std::string_view> seen;
        for (yaml::Node item : list.items()) {
            const auto name = local(item);
            if (!name) continue;
            if (!seen.insert(*name).second) {
                report_.at(item, quote(*name) + " is listed twice: the build fails because its objects are there already; remove one");
            } else if (is_missing(*name)) {
                path(item);
            } else if (is_folder(*name) && !has_kustomization(*name)) {
                report_.at(item, "the folder " + quote(*name) + " has no kustomization.yaml: the build fails; name its files or add one");
            }
        }
    }

    // Of what exists: only folders may lie outside.
    bool is_folder(std::string_view name) const { return !is_file_name(name) && !report_.context().read(name); }
    static bool is_file_name(std::string_view name) {
        return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json") || name.ends_with("Kustomization");
    }
    bool has_kustomization(std::string_view folder) const {
        for (std::string_view name : {"/kustomization.yaml", "/kustomization.yml", "/Kustomization"})
            if (!is_missing(std::string(folder).append(name))) return true;
        return false;
    }

    void generator(yaml::Node item) {
        for (yaml::Node file : item["files"].items()) {
            const auto text = local(file);
            if (!text) continue;
            const std::size_t equals = text->find('=');
            const std::string_view name = text->substr(equals == std::string_view::npos ? 0 : equals + 1);
            if (!name.empty() && is_missing(name)) report_.at(file, quote(name) + " does not exist: the build fails; correct the path or add the file");
        }
        for (yaml::Node file : item["envs"].items()) path(file);
        path(item["env"]);
    }

    Reporter& report_;
};

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) { Judge(report).all(root); }

constexpr Example examples[] = {{.bad = R"(
resources:
- pod.yaml
- missing.yaml
  ^^^^^^^^^^^^ 'missing.yaml' does not exist: the build fails; correct the path or add the file
- pod.yaml
  ^^^^^^^^ 'pod.yaml' is listed twice: the build fails because its objects are there already; remove one
- parts
  ^^^^^ the folder 'parts' has no kustomization.yaml: the build fails; name its files or add one
- ../base
patches:
- path: patch.yaml
        ^^^^^^^^^^ 'patch.yaml' does not exist: the build fails; correct the path or add the file
configMapGenerator:
- name: settings
  files: [app.conf=settings.conf]
          ^^^^^^^^^^^^^^^^^^^^^^ 'settings.conf' does not exist: the build fails; correct the path or add the file
)",
                                 .good = R"(
resources:
- pod.yaml
- ../base
- extra
- https://github.com/example/app//config?ref=v1.2.0
patchesStrategicMerge:
- |
  kind: Pod
secretGenerator:
- name: access
  envs: [access.env]
)",
                                 .files = {"shop/pod.yaml", "shop/parts/a.yaml", "shop/extra=kind: Pod", "base/kustomization.yaml"},
                                 .path = "shop/kustomization.yaml"}};

}

extern constinit const Check kustomize_build_error = {
    .id = "kustomize-build-error",
    .title = "kustomize build fails.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "kustomize stops at the first file that is not there, and then nothing of the overlay is applied.",
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
