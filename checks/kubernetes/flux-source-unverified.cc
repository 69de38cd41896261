#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::flux_source_unverified {

static bool allowed(std::string_view url, const Reporter& report) {
    const std::vector<std::string>& list = report.list("allow");
    return std::any_of(list.begin(), list.end(), [&](const std::string& prefix) { return url.starts_with(prefix); });
}

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node url = object.at("spec.url");
    const std::optional<std::string_view> text = url.text();
    if (text && !url.is_placeholder()) {
        if (!report.list("allow").empty() && !allowed(*text, report))
            report.at(url, quote(*text) + " is not among the sources of this project");
        else if (text->starts_with("http://") || text->starts_with("git://"))
            report.at(url, "anyone on the way can change what comes from " + quote(*text) + "; use https or ssh");
    }
    const bool verifies = object.kind() == "GitRepository" || object.kind() == "OCIRepository";
    if (verifies && !object.at("spec.verify").is_set() && !object.is_fragment())
        report.missing(object, "spec.verify", "signatures of this source are not verified; add spec.verify").only({"kyverno:verify-git-repositories"});
    if (const yaml::Node insecure = object.at("spec.insecure"); insecure.is_true()) report.at(insecure, "the source is read without TLS; remove insecure");
}

static constexpr Option options[] = {{.name = "allow", .what = "what the addresses of sources may begin with; any when empty"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop}
spec:
^^^^ signatures of this source are not verified; add spec.verify
  url: http://git.example.com/shop
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ anyone on the way can change what comes from 'http://git.example.com/shop'; use https or ssh
)",
                                        .good = R"(
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop}
spec:
  url: ssh://git@git.example.com/shop
  verify: {mode: HEAD, secretRef: {name: keys}}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check flux_source_unverified = {
    .id = "flux-source-unverified",
    .title = "Flux source is outside the allow list or unverified.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "What a source delivers is applied to the cluster with Flux's permissions. Without TLS and signatures, whoever controls "
           "the source or the way to it controls the cluster.",
    .aliases = {"kyverno:verify-flux-sources", "kyverno:verify-git-repositories"},
    .options = options,
    .examples = examples,
    .run = on_objects({"source.toolkit.fluxcd.io/GitRepository", "source.toolkit.fluxcd.io/HelmRepository", "source.toolkit.fluxcd.io/OCIRepository",
                       "source.toolkit.fluxcd.io/Bucket"},
                      run),
};

}
