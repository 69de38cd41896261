#include <map>
#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// Objects that a namespace with workloads should have of its own.

namespace plimsoll::checks::namespace_companions {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

std::set<std::string> homes_of(const Cluster& cluster, std::string_view kind) {
    std::set<std::string> homes;
    for (const Object* object : cluster.of_kind(kind)) homes.insert(kubernetes::home_of(*object));
    return homes;
}

std::set<std::string> homes_of_workloads(const Cluster& cluster) {
    std::set<std::string> homes;
    for (const Object* workload : cluster.workloads()) homes.insert(kubernetes::home_of(*workload));
    return homes;
}

bool is_system(std::string_view name) { return name.starts_with("kube-") || name == "default"; }

// Calls `each` for every Namespace of the set that holds workloads of the set.
template <typename Each>
void each_namespace(const Cluster& cluster, Each each) {
    if (cluster.partial() || cluster.of_kind("Namespace").empty()) return;
    const std::set<std::string> used = homes_of_workloads(cluster);
    for (const Object* space : cluster.of_kind("Namespace"))
        if (!is_system(space->name()) && used.contains(std::string(space->name()))) each(*space);
}

void no_companion(const Cluster& cluster, std::string_view kind, std::string_view message, Reporter& report) {
    const std::set<std::string> homes = homes_of(cluster, kind);
    each_namespace(cluster, [&](const Object& space) {
        if (!homes.contains(std::string(space.name()))) report.at(space, std::string(message));
    });
}

void limit_range(const Cluster& cluster, Reporter& report) {
    no_companion(cluster, "LimitRange", "no LimitRange here bounds what one container of this namespace may take", report);
}

void quota(const Cluster& cluster, Reporter& report) {
    no_companion(cluster, "ResourceQuota", "no ResourceQuota here bounds what this namespace may take", report);
}

void inventory(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    for (const std::string& kind : report.list("required-kinds")) {
        const std::set<std::string> homes = homes_of(cluster, kind);
        for (const Object* space : cluster.of_kind("Namespace"))
            if (!space->name().empty() && !is_system(space->name()) && !space->metadata()["name"].is_placeholder() &&
                !homes.contains(std::string(space->name())))
                report.at(*space, "namespace " + quote(space->name()) + " has no " + kind + " of its own");
    }
}

void mesh(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const std::set<std::string> istio = homes_of(cluster, "security.istio.io/AuthorizationPolicy"), servers = homes_of(cluster, "policy.linkerd.io/Server"),
                                linkerd = homes_of(cluster, "policy.linkerd.io/AuthorizationPolicy");
    for (const Object* space : cluster.of_kind("Namespace")) {
        const std::string name(space->name());
        if (name.empty() || is_system(name) || name == "istio-system") continue;
        const bool in_istio =
            space->label("istio-injection") == "enabled" || !space->label("istio.io/rev").empty() || space->label("istio.io/dataplane-mode") == "ambient";
        if (in_istio && !istio.contains(name) && !istio.contains("istio-system"))
            report.at(*space, "the namespace is in the mesh, but no AuthorizationPolicy says who may call what");
        if (space->annotation("linkerd.io/inject") == "enabled" && (!servers.contains(name) || !linkerd.contains(name)))
            report.at(*space, "the namespace is in the mesh, but no Server and AuthorizationPolicy say who may call what");
    }
}

constexpr Example range_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
                 ^^^^ no LimitRange here bounds what one container of this namespace may take
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                       .good = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                       .path = "app.yaml"}};

constexpr Example quota_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
                 ^^^^ no ResourceQuota here bounds what this namespace may take
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                       .good = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec: {hard: {pods: "10"}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                       .path = "app.yaml"}};

constexpr Example inventory_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
                 ^^^^ namespace 'shop' has no NetworkPolicy of its own
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec: {hard: {pods: "10"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
)",
                                           .good = R"(
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
)",
                                           .path = "app.yaml"}};

constexpr Example mesh_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
                 ^^^^ the namespace is in the mesh, but no AuthorizationPolicy says who may call what
)",
                                      .good = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: nobody, namespace: shop}
spec: {}
)",
                                      .path = "app.yaml"}};

constexpr Option inventory_options[] = {
    {.name = "required-kinds", .value = "ResourceQuota LimitRange NetworkPolicy", .what = "Kinds of which every namespace must have one."}};

constexpr Check table[] = {
    {
        .id = "limit-range-missing",
        .title = "A namespace has no LimitRange.",
        .category = Category::resources,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A LimitRange gives containers without requests and limits sensible ones, and keeps one container from taking a whole node.",
        .aliases = {"kics:4a20ebac-1060-4c81-95d1-1f7f620e983b"},
        .standards = {"NSA-net-resource-policies"},
        .examples = range_examples,
        .run = on_cluster(limit_range),
    },
    {
        .id = "mesh-authorization-missing",
        .title = "A namespace of the mesh has no authorisation policy.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Being in a mesh gives every workload an identity, but without a policy every identity may call everything.",
        .aliases = {"kyverno:require-authorizationpolicy", "kyverno:require-linkerd-server", "kyverno:check-linkerd-authorizationpolicy"},
        .examples = mesh_examples,
        .run = on_cluster(mesh),
    },
    {
        .id = "namespace-inventory-missing",
        .title = "A namespace lacks objects it must have.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Bounds and isolation are set for a whole namespace; one that is created without them leaves them to every workload.",
        .aliases = {"kyverno:namespace-inventory-check"},
        .options = inventory_options,
        .examples = inventory_examples,
        .run = on_cluster(inventory),
    },
    {
        .id = "resource-quota-missing",
        .title = "A namespace has no ResourceQuota.",
        .category = Category::resources,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Without a quota the workloads of one namespace can take all of the cluster.",
        .aliases = {"kics:48a5beba-e4c0-4584-a2aa-e6894e4cf424", "rhcop:COMBINE-00002", "kyverno:add-ns-quota"},
        .standards = {"NSA-net-resource-policies", "NIST-800-190-4.3.4"},
        .examples = quota_examples,
        .run = on_cluster(quota),
    },
};

}

extern constinit const std::span<const Check> namespace_companions = table;

}
