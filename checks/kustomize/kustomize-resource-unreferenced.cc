#include "analyzer/engine/context.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/text/glob.h"
#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_resource_unreferenced {

namespace {

// Applied by hand or by another program, which is why it lies there without being part of the build.
bool is_not_for_the_build(const kubernetes::Object& object) {
    constexpr std::string_view groups[] = {"kustomize.toolkit.fluxcd.io", "kind.x-k8s.io", "kubeadm.k8s.io", "k3s.io", "argoproj.io"};
    return std::find(std::begin(groups), std::end(groups), object.group()) != std::end(groups);
}

// The file is named nowhere in the text, not even in a comment that leaves it out on purpose.
bool is_named_in(std::string_view kustomization, std::string_view name) { return kustomization.find(name) != std::string_view::npos; }

void run(const kubernetes::Manifest& file, Reporter& report) {
    if (file.file_class() != kubernetes::FileClass::objects || file.objects().empty() || is_not_for_the_build(*file.objects().front())) return;
    const std::string_view name = base_name(file.source().path());
    for (std::string_view kustomization : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
        if (name == kustomization) return;
        const auto text = report.context().read(kustomization);
        if (!text) continue;
        for (const std::string& pattern : report.list("ignore-globs"))
            if (PathPattern(pattern).covers(name)) return;
        // An object of Flux by that name builds nothing.
        if (is_named_in(*text, name) || text->find("kustomize.toolkit.fluxcd.io/") != std::string::npos) return;
        const kubernetes::Object& first = *file.objects().front();
        report.at(first, first.head(),
                  std::string(kustomization) + " beside it does not name " + quote(name) + ": it is not part of the build; list it or remove it");
        return;
    }
}

constexpr Option options[] = {{.name = "ignore-globs", .what = "Files that may lie there without being listed."}};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: shop}
                 ^^^^ kustomization.yaml beside it does not name 'service.yaml': it is not part of the build; list it or remove it
)",
                                 .good = R"(
# Nothing to apply.
)",
                                 .files = {"base/kustomization.yaml=resources: [deployment.yaml]\n"},
                                 .path = "base/service.yaml"},
                                {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: shop}
                 ^^^^ kustomization.yml beside it does not name 'service.yaml': it is not part of the build; list it or remove it
)",
                                 .good = R"(
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop}
)",
                                 .config = "checks: {kustomize-resource-unreferenced: {ignore-globs: ['*-example.yaml']}}",
                                 .files = {"kustomization.yml=resources: []\n"},
                                 .path = "service.yaml"}};

}

extern constinit const Check kustomize_resource_unreferenced = {
    .id = "kustomize-resource-unreferenced",
    .title = "Manifest next to kustomization.yaml is not referenced.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Whoever edits the file expects the change to reach the cluster, but kustomize builds only what its file lists.",
    .options = options,
    .examples = examples,
    .run = on_manifests(run),
};

}
