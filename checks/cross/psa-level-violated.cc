#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::psa_level_violated {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::PodSecurityBreach;
using kubernetes::PodSecurityLevel;

// The controls at fault, each once, for a message.
std::string controls(const std::vector<PodSecurityBreach>& breaches, PodSecurityLevel level) {
    std::string text;
    std::string_view last;
    for (const PodSecurityBreach& breach : breaches) {
        const std::string_view named = level == PodSecurityLevel::restricted && !breach.restricted.empty() ? breach.restricted : breach.baseline;
        if (named.empty() || named == last) continue;
        last = named;
        text.append(text.empty() ? "" : ", ").append(named);
    }
    return text;
}

void judge(const Pod& pod, const Object& home, Reporter& report) {
    const yaml::Node enforce = home.labels()["pod-security.kubernetes.io/enforce"];
    const std::string_view name = enforce.text_or_empty();
    if (name != "baseline" && name != "restricted") return;
    const PodSecurityLevel level = name == "baseline" ? PodSecurityLevel::baseline : PodSecurityLevel::restricted;
    const std::string_view version = home.label("pod-security.kubernetes.io/enforce-version");
    const auto breaches =
        kubernetes::pod_security_breaches(pod, level, kubernetes::pod_security_minor(version.empty() ? report.text("default-version") : version));
    if (breaches.empty()) return;
    const PodSecurityBreach& first = breaches.front();
    const Span place = first.node ? first.node.span() : first.container ? first.container->holder(first.missing) : pod.holder(first.missing);
    Draft draft = report.at(*pod.object, place,
                            "namespace " + quote(home.name()) + " enforces " + std::string(name) + " and refuses these pods: " + controls(breaches, level));
    if (first.container) draft.container(*first.container);
    draft.related(home, enforce, "the level of the namespace");
}

void run(const Cluster& cluster, Reporter& report) {
    for (const Object* workload : cluster.workloads()) {
        const auto space = workload->declared_namespace();
        if (!space || space->empty()) continue;
        const Object* home = cluster.find(*workload, "Namespace", *space);
        if (!home || !home->labels()["pod-security.kubernetes.io/enforce"]) continue;
        for (const Pod& pod : workload->pods())
            if (!pod.partial && kubernetes::is_judged_by_pod_security(pod)) judge(pod, *home, report);
    }
}

constexpr Option options[] = {{.name = "default-version",
                               .type = Option::Type::text,
                               .value = "latest",
                               .what = "Version of the standards where the namespace has no enforce-version label."}};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostNetwork: true
               ^^^^ namespace 'shop' enforces baseline and refuses these pods: hostNamespaces
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                 .good = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: kube-system}
spec:
  hostNetwork: true
  containers: [{name: agent, image: "registry.example/agent:1.0"}]
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check psa_level_violated = {
    .id = "psa-level-violated",
    .title = "The namespace's Pod Security level refuses the pods.",
    .category = Category::reliability,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A workload is accepted whatever its namespace enforces; only its pods are refused, so all that shows is that none appear.",
    .standards = {"PSS-baseline", "PSS-restricted", "CIS-K8s-5.2.1"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
