#include "analyzer/engine/kubernetes_check.h"
#include "component_images.h"

namespace plimsoll::checks::known_vulnerable_component_version {

namespace {

// Releases of `image` from `from` on and before `fixed` have the hole.
struct Hole {
    std::string_view image, from, fixed, what;
    std::string_view peer = {};   // the peer's rule about this very hole
};

constexpr Hole holes[] = {
    {"ingress-nginx/controller", "0.0.0", "1.11.5", "CVE-2025-1974: any pod may run code in the controller"},
    {"ingress-nginx/controller", "1.12.0", "1.12.1", "CVE-2025-1974: any pod may run code in the controller"},
    {"argoproj/argocd", "0.0.0", "2.1.9", "CVE-2022-24348: charts may read files of other applications", "kubescape:C-0081"},
    {"argoproj/argocd", "2.2.0", "2.2.4", "CVE-2022-24348: charts may read files of other applications", "kubescape:C-0081"},
    {"grafana/grafana", "8.0.0", "8.0.7", "CVE-2021-43798: anybody may read files of the server", "kubescape:C-0090"},
    {"grafana/grafana", "8.1.0", "8.1.8", "CVE-2021-43798: anybody may read files of the server", "kubescape:C-0090"},
    {"grafana/grafana", "8.2.0", "8.2.7", "CVE-2021-43798: anybody may read files of the server", "kubescape:C-0090"},
    {"grafana/grafana", "8.3.0", "8.3.1", "CVE-2021-43798: anybody may read files of the server", "kubescape:C-0090"},
    {"kyverno/kyverno", "1.8.3", "1.8.5", "CVE-2022-47633: the check of image signatures can be bypassed", "kubescape:C-0091"},
};

// The tag of the image text; empty without.
std::string_view tag_of(std::string_view text) {
    text = text.substr(0, text.find('@'));
    const std::size_t colon = text.rfind(':'), slash = text.rfind('/');
    return colon == std::string_view::npos || (slash != std::string_view::npos && slash > colon) ? std::string_view() : text.substr(colon + 1);
}

}

static void tell(yaml::Node image, std::string_view tag, std::string_view fixed, std::string_view what, std::string_view peer, Reporter& report) {
    const std::size_t begin = static_cast<std::size_t>(tag.data() - image.scalar().data());
    report.at(image.place(begin, begin + tag.size()), "release " + quote(tag) + " has " + std::string(what) + "; use " + std::string(fixed) + " or later")
        .only({peer});
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const yaml::Node image = container.image_node();
    if (image.is_placeholder()) return;
    const std::string_view tag = tag_of(image.text_or_empty());
    const Release release = release_of(tag);
    if (!release.known) return;
    const std::string_view path = image_path(image.scalar());
    for (const Hole& hole : holes)
        if (ends_in_segments(path, hole.image) && release >= release_of(hole.from) && release < release_of(hole.fixed))
            return tell(image, tag, hole.fixed, hole.what, hole.peer, report);
    for (const std::string& row : report.list("table")) {
        const std::size_t less = row.find('<');
        if (less == std::string::npos || !ends_in_segments(path, std::string_view(row).substr(0, less))) continue;
        const std::string_view fixed = std::string_view(row).substr(less + 1);
        if (release < release_of(fixed)) return tell(image, tag, fixed, "holes that are named in the configuration", {}, report);
    }
}

static constexpr Option options[] = {
    {.name = "table", .value = {}, .what = "Further components, as REPOSITORY<FIXED: releases before FIXED are reported."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: grafana}
spec:
  containers:
  - name: grafana
    image: docker.io/grafana/grafana:8.2.4
                                     ^^^^^ release '8.2.4' has CVE-2021-43798: anybody may read files of the server; use 8.2.7 or later
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: grafana}
spec:
  containers:
  - name: grafana
    image: docker.io/grafana/grafana:8.2.7
  - name: other
    image: example.org/grafana:8.2.4
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: shop
    image: example.org/shop:v1.9
                            ^^^^ release 'v1.9' has holes that are named in the configuration; use 1.10 or later
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: shop
    image: example.org/shop:v1.10
)",
                                        .config = "checks:\n  known-vulnerable-component-version:\n    table: [\"shop<1.10\"]\n",
                                        .path = "app.yaml"}};

extern constinit const Check known_vulnerable_component_version = {
    .id = "known-vulnerable-component-version",
    .title = "Image is a known-vulnerable release of a common component.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::strict,
    .why =
        "These releases have holes for which attacks are public and automated. The list is short on purpose: it names components that stand at the edge of a "
        "cluster or hold rights over it, and does not replace a scan of the image.",
    .aliases = {"kubescape:C-0081", "kubescape:C-0090", "kubescape:C-0091", "kyverno:mitigate-log4shell", "kyverno:verify-image-cve-2022-42889"},
    .standards = {"OWASP-K10"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
