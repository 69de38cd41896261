#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "checks/dockerfile/images.h"

namespace plimsoll::checks::workload_image_untrusted_registry {

// A pattern names a registry ("ghcr.io", "*.example.org") or goes on with a path, of which it takes whole segments ("docker.io/library").
static bool covers(std::string_view pattern, std::string_view registry, std::string_view whole) {
    if (wildcard(pattern, registry) || wildcard(pattern, whole)) return true;
    if (pattern.ends_with('/')) pattern.remove_suffix(1);
    return whole.starts_with(pattern) && whole.size() > pattern.size() && whole[pattern.size()] == '/';
}

static bool any_covers(const std::vector<std::string>& patterns, std::string_view registry, std::string_view whole) {
    for (const std::string& pattern : patterns)
        if (covers(pattern, registry, whole)) return true;
    return false;
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const std::vector<std::string>&allow = report.list("allow"), &deny = report.list("deny"), &global = report.settings().trusted_registries;
    const bool limited = !allow.empty() || !global.empty();
    if (!limited && deny.empty()) return;
    const std::optional<docker::Reference> image = container.image();
    if (!image) return;
    const std::string registry = image->registry(), whole = registry + '/' + image->repository();
    const Span place = container.image_part(image->domain.empty() ? docker::Reference::Part{0, image->name_end()} : image->domain);
    if (any_covers(deny, registry, whole))
        report.at(place, "images of " + quote(registry) + " are ruled out by the configuration; take the image from a trusted registry");
    else if (limited && !any_covers(allow, registry, whole) && !any_covers(global, registry, whole))
        report.at(place, "registry " + quote(registry) + " is not among the trusted ones; take the image from one that is");
}

static constexpr Option options[] = {
    {.name = "allow",
     .value = {},
     .what =
         "Registries or repositories that images may come from, besides the trusted-registries of the configuration; a '*' at either end stands for anything."},
    {.name = "deny", .value = {}, .what = "Registries or repositories that no image may come from."},
};

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29
           ^^^^^ registry 'docker.io' is not among the trusted ones; take the image from one that is
  - name: lookalike
    image: registry.example.org.evil.test/web:4
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ registry 'registry.example.org.evil.test' is not among the trusted ones; take the image from one that is
  - name: old
    image: registry.example.org/old/web:4
           ^^^^^^^^^^^^^^^^^^^^ images of 'registry.example.org' are ruled out by the configuration; take the image from a trusted registry
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example.org/nginx:1.29
  - name: older
    image: registry.example.org/older/web:4
)",
     .config = "checks:\n  workload-image-untrusted-registry:\n    allow: [registry.example.org]\n    deny: [registry.example.org/old]\n",
     .path = "app.yaml"}};

extern constinit const Check workload_image_untrusted_registry = {
    .id = "workload-image-untrusted-registry",
    .title = "Container image comes from a registry outside the allow list.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Scans, signatures and access rules hold for the registries that are looked after. An image from anywhere else runs with the same rights and none "
           "of that.",
    .aliases = {"trivy:KSV-0032", "trivy:KSV-0033", "trivy:KSV-0034", "trivy:KSV-0035", "trivy:KSV-0125", "kubescape:C-0001", "kubescape:C-0078",
                "marvin:M-200", "popeye:113", "kyverno:restrict-image-registries", "kyverno:advanced-restrict-image-registries", "kyverno:allowed-image-repos",
                "gatekeeper:allowedrepos", "gatekeeper:allowedreposv2", "gatekeeper:disallowedrepos", "rhcop:OCP_BESTPRACT-00004"},
    .standards = {"CIS-K8s-5.5.1", "NIST-800-190-4.1.5", "OWASP-K02"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
