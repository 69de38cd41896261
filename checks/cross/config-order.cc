#include <algorithm>
#include <cstdlib>
#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// When configuration reaches the pods that use it.

namespace plimsoll::checks::config_order {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::PodReference;
using Use = PodReference::Use;

// A changed configuration shows in the template, or something restarts the pods.
bool is_restarted(const Object& workload, const Pod& pod) {
    for (yaml::Node annotations : {pod.annotations(), workload.annotations()})
        for (const yaml::Entry& annotation : annotations.entries())
            for (std::string_view sign : {"checksum", "sha256", "hash", "reloader", "rollme", "config-version"})
                if (annotation.key.scalar().find(sign) != std::string_view::npos) return true;
    return false;
}

// The suffix of Kustomize's generators: ten letters and digits of this alphabet.
bool has_hash(std::string_view name) {
    const std::size_t dash = name.rfind('-');
    return dash != std::string_view::npos && name.size() - dash == 11 && name.find_first_not_of("bcdfghkmt2456789", dash + 1) == std::string_view::npos;
}

void no_rollout(const Cluster& cluster, Reporter& report) {
    for (const Object* workload : cluster.workloads()) {
        if (!workload->is("Deployment") && !workload->is("StatefulSet") && !workload->is("DaemonSet")) continue;
        for (const Pod& pod : workload->pods()) {
            if (pod.partial || is_restarted(*workload, pod)) continue;
            for (const PodReference& reference : kubernetes::references_of(pod)) {
                if (reference.use == Use::file || reference.use == Use::account || (reference.kind != "ConfigMap" && reference.kind != "Secret")) continue;
                const Object* config = cluster.find(*workload, reference.kind, reference.name.scalar());
                if (!config || has_hash(reference.name.scalar()) || (*config)["immutable"].is_true()) continue;
                report
                    .at(*workload, reference.name,
                        "the pods keep the old values of " + quote(reference.name.scalar()) + " until they are restarted; put a checksum into the template")
                    .related(*config, config->head(), "the " + std::string(reference.kind));
                break;
            }
        }
    }
}

// When an object is created: hooks before the rest, the rest, hooks after it; weights or waves within.
struct Turn {
    int phase = 0;
    long weight = 0;
    bool operator>(const Turn& other) const { return phase != other.phase ? phase > other.phase : weight > other.weight; }
};

long number(std::string_view text) { return std::strtol(std::string(text).c_str(), nullptr, 10); }

// nullopt for objects that are created at other times.
std::optional<Turn> turn_of(const Object& object) {
    const std::string_view hook = object.annotation("helm.sh/hook"), sync = object.annotation("argocd.argoproj.io/hook");
    if (hook.find("pre-install") != std::string_view::npos) return Turn{-1, number(object.annotation("helm.sh/hook-weight"))};
    if (hook.find("post-install") != std::string_view::npos) return Turn{1, number(object.annotation("helm.sh/hook-weight"))};
    if (!hook.empty()) return std::nullopt;
    if (sync == "PreSync") return Turn{-1, number(object.annotation("argocd.argoproj.io/sync-wave"))};
    if (sync == "PostSync") return Turn{1, number(object.annotation("argocd.argoproj.io/sync-wave"))};
    if (!sync.empty() && sync != "Sync") return std::nullopt;
    return Turn{0, number(object.annotation("argocd.argoproj.io/sync-wave"))};
}

void order(const Cluster& cluster, Reporter& report) {
    for (const Object* workload : cluster.workloads()) {
        const auto mine = turn_of(*workload);
        if (!mine) continue;
        for (const Pod& pod : workload->pods())
            for (const PodReference& reference : kubernetes::references_of(pod)) {
                const Object* target = cluster.find(*workload, reference.kind, reference.name.scalar());
                if (!target || kubernetes::home_of(*target) != kubernetes::home_of(*workload)) continue;
                const auto theirs = turn_of(*target);
                if (!theirs || !(*theirs > *mine)) continue;
                report
                    .at(*workload, reference.name,
                        std::string(reference.kind) + " " + quote(reference.name.scalar()) + " is created later than what uses it here")
                    .related(*target, target->head(), "created later");
            }
    }
}

constexpr Example rollout_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0", envFrom: [{configMapRef: {name: settings}}]}]
                                                                                                  ^^^^^^^^ the pods keep the old values of 'settings' until they are restarted; put a checksum into the template
)",
                                         .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checksum/config: 0a1b2c}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0", envFrom: [{configMapRef: {name: settings}}]}]
)",
                                         .path = "app.yaml"}};

constexpr Example order_examples[] = {{.bad = R"(
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {url: x}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "registry.example/web:1.0", envFrom: [{secretRef: {name: db}}]}]
                                                                                                   ^^ Secret 'db' is created later than what uses it here
)",
                                       .good = R"(
apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "-5"}}
stringData: {url: x}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "registry.example/web:1.0", envFrom: [{secretRef: {name: db}}]}]
)",
                                       .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "config-change-no-rollout",
        .title = "A change of configuration does not restart the pods.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Variables, and files mounted with subPath, are read once when a container starts. Without a trace of the configuration in the template an "
               "update changes nothing until something else restarts the pods.",
        .examples = rollout_examples,
        .run = on_cluster(no_rollout),
    },
    {
        .id = "sync-order-conflict",
        .title = "An object is used before it is created.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Hooks and sync waves run in order and wait for each other: a pod of an early one that needs an object of a later one never starts, and the "
               "later one never comes.",
        .examples = order_examples,
        .run = on_cluster(order),
    },
};

}

extern constinit const std::span<const Check> config_order = table;

}
