#include <algorithm>
#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of limits, quotas, classes, leases and nodes.

namespace plimsoll::checks::cluster_object_invalid {

using kubernetes::Object;
using yaml::Node;

static std::string entry_path(const Refusals& refusals, Node map, std::string_view key) { return server_path(refusals, map, "[" + std::string(key) + "]"); }

// ---- limit ranges -----------------------------------------------------------------------------------------------------

namespace {

// One amount may not be above another; the first is the one that the API server names.
struct Order {
    std::string_view low, high, named;
};
constexpr Order orders[] = {{"min", "max", "min"},
                            {"min", "defaultRequest", "defaultRequest"},
                            {"defaultRequest", "max", "defaultRequest"},
                            {"defaultRequest", "default", "defaultRequest"},
                            {"min", "default", "default"},
                            {"default", "max", "default"}};

}

// What is not written is taken from its neighbours before the API server looks.
static Node effective(Node limit, std::string_view field, std::string_view resource) {
    if (const Node own = limit[field][resource]; own.is_set()) return own;
    if (limit["type"].text() != "Container") return {};
    if (field == "default") return limit["max"][resource];
    if (field == "defaultRequest") {
        if (const Node amount = limit["default"][resource]; amount.is_set()) return amount;
        if (const Node amount = limit["min"][resource]; amount.is_set()) return amount;
        return limit["max"][resource];
    }
    return {};
}

static void judge_order(Node limit, std::string_view resource, Refusals& refusals) {
    for (const Order& order : orders) {
        const Node low = effective(limit, order.low, resource), high = effective(limit, order.high, resource);
        const auto less = kubernetes::quantity_milli(low), more = kubernetes::quantity_milli(high);
        if (!less || !more || *less <= *more || low == high) continue;
        const Node named = order.named == order.low ? low : high;
        // A default that follows from another amount is that amount's fault: the pair itself is named once.
        if (!limit[order.low][resource].is_set() || !limit[order.high][resource].is_set()) continue;
        refusals.wrong(named, std::string(order.low) + " of " + quote(resource) + " is above " + std::string(order.high) + "; change one of them")
            .field(refusals.as_server() ? server_path(refusals, limit, "") : entry_path(refusals, named.parent(), resource));
    }
}

static void judge_limit(Node limit, Refusals& refusals) {
    const Node type = limit["type"];
    if (!limit.is_mapping() || type.is_placeholder()) return;
    const std::string_view name = type.text_or_empty();
    if (!name.empty() && name.find('/') == std::string_view::npos)
        refusals.one_of(type, {"Pod", "Container", "PersistentVolumeClaim"});
    else
        refusals.qualified(type);
    if (name == "Pod")
        for (std::string_view field : {"default", "defaultRequest"})
            if (!limit[field].empty() && limit[field].is_mapping()) refusals.clash(limit[field], "a limit of pods has no defaults; remove this");
    std::unordered_set<std::string_view> seen;
    for (std::string_view field : {"min", "max", "default", "defaultRequest"})
        for (const yaml::Entry& entry : limit[field].entries())
            if (seen.insert(entry.key.scalar()).second) judge_order(limit, entry.key.scalar(), refusals);
    for (const yaml::Entry& entry : limit["maxLimitRequestRatio"].entries())
        if (const auto ratio = kubernetes::quantity_milli(entry.value); ratio && *ratio < 1000)
            refusals.wrong(entry.value, quote(entry.value.scalar()) + " is below 1, so no request would fit; use 1 or more")
                .field(entry_path(refusals, limit["maxLimitRequestRatio"], entry.key.scalar()));
}

// ---- quotas -----------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view quota_names[] = {"cpu",
                                            "memory",
                                            "ephemeral-storage",
                                            "requests.cpu",
                                            "requests.memory",
                                            "requests.storage",
                                            "requests.ephemeral-storage",
                                            "limits.cpu",
                                            "limits.memory",
                                            "limits.ephemeral-storage",
                                            "pods",
                                            "services",
                                            "services.nodeports",
                                            "services.loadbalancers",
                                            "replicationcontrollers",
                                            "resourcequotas",
                                            "secrets",
                                            "configmaps",
                                            "persistentvolumeclaims",
                                            "storage"};

bool quota_name(std::string_view name) {
    if (!kubernetes::is_qualified_name(name)) return false;
    return name.find('/') != std::string_view::npos || std::find(std::begin(quota_names), std::end(quota_names), name) != std::end(quota_names) ||
           name.starts_with("hugepages-") || name.starts_with("requests.hugepages-");
}

bool counted(std::string_view name) {
    const std::string_view whole[] = {"pods",           "services", "services.nodeports", "services.loadbalancers", "replicationcontrollers",
                                      "resourcequotas", "secrets",  "configmaps",         "persistentvolumeclaims"};
    return std::find(std::begin(whole), std::end(whole), name) != std::end(whole);
}

constexpr std::string_view scopes[] = {"BestEffort",           "NotBestEffort", "Terminating", "NotTerminating", "PriorityClass", "CrossNamespacePodAffinity",
                                       "VolumeAttributesClass"};

}

static void judge_hard(Node hard, Refusals& refusals) {
    for (const yaml::Entry& entry : hard.entries()) {
        const std::string_view name = entry.key.scalar();
        if (entry.key.is_placeholder()) continue;
        const auto amount = kubernetes::quantity_milli(entry.value);
        const std::string field = entry_path(refusals, hard, name);
        if (!quota_name(name))
            refusals.wrong(entry.key, quote(name) + " is nothing a quota counts; use cpu, memory, pods, count/RESOURCE.GROUP or the like").field(field);
        else if (amount && *amount < 0)
            refusals.wrong(entry.value, quote(entry.value.scalar()) + " is negative; use 0 or more").field(field);
        else if (amount && counted(name) && *amount % 1000 != 0)
            refusals.wrong(entry.value, quote(entry.value.scalar()) + " is not a whole number; objects cannot be split").field(field);
    }
}

static void judge_scopes(Node list, Refusals& refusals) {
    bool seen[std::size(scopes)] = {};
    for (Node scope : list.items()) {
        if (!scope.text()) continue;
        const auto found = std::find(std::begin(scopes), std::end(scopes), *scope.text());
        if (found == std::end(scopes))
            refusals.wrong(scope, quote(*scope.text()) + " is no scope of a quota; use BestEffort, Terminating or one of the others")
                .field(server_path(refusals, list, ""));
        else
            seen[found - std::begin(scopes)] = true;
    }
    for (std::size_t first : {std::size_t{0}, std::size_t{2}})
        if (seen[first] && seen[first + 1])
            refusals.clash(list, std::string(scopes[first]) + " and " + std::string(scopes[first + 1]) + " leave nothing to count; keep one");
}

// ---- classes, leases, nodes -------------------------------------------------------------------------------------------

static void run_priority(const Object& object, Reporter& report) {
    constexpr std::int64_t highest = 1000000000;
    Refusals refusals(object, report);
    const Node value = object["value"], name = object.metadata()["name"];
    const bool system = name.text() == "system-node-critical" || name.text() == "system-cluster-critical";
    // priority-preempts-critical speaks of high numbers in the other profiles.
    if (refusals.as_server() && !system && value.integer().value_or(0) > highest)
        refusals.wrong(value, "priorities above 1000000000 are kept for the system; use a lower one");
    if (name.text_or_empty().starts_with("system-") && !system)
        refusals.wrong(name, "names that start with 'system-' are kept for the system; use another one");
}

static void judge_taints(Node taints, Refusals& refusals) {
    constexpr std::size_t most = 500;
    if (taints.size() > most) return;
    std::size_t index = 0;
    for (Node taint : taints.items()) {
        // The API server looks for them in the metadata.
        const std::string field = "metadata.taints[" + std::to_string(index++) + "]";
        const Node effect = taint["effect"], key = taint["key"];
        if (effect.is_placeholder() || !taint.is_mapping()) continue;
        if (effect.text_or_empty().empty() && refusals.as_server())
            refusals.clash(effect ? effect : taint, "a taint needs an effect; add NoSchedule, PreferNoSchedule or NoExecute").field(field + ".effect");
        for (Node other : taints.items()) {
            if (other == taint) break;
            if (key.text() && other["key"].text() == key.text() && other["effect"].text() == effect.text()) {
                refusals.wrong(key, "another taint has the same key and effect; remove one").field(field);
                break;
            }
        }
    }
}

static void run(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    if (object.is("LimitRange"))
        for (Node limit : object.spec()["limits"].items()) judge_limit(limit, refusals);
    if (object.is("ResourceQuota")) {
        judge_hard(object.spec()["hard"], refusals);
        judge_scopes(object.spec()["scopes"], refusals);
    }
    if (object.is("PriorityClass")) run_priority(object, report);
    if (object.is("RuntimeClass")) {
        refusals.label(object["handler"]);
    }
    if (object.is("Lease")) refusals.at_least(object.spec()["leaseDurationSeconds"], 1);
    if (object.is("Lease")) refusals.at_least(object.spec()["leaseTransitions"], 0);
    if (object.is("Node")) judge_taints(object.spec()["taints"], refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec:
  limits:
  - {type: Container, min: {cpu: 2}, max: {cpu: 1}, maxLimitRequestRatio: {memory: 500m}}
                                 ^ min of 'cpu' is above max; change one of them
                                                                                   ^^^^ '500m' is below 1, so no request would fit; use 1 or more
  - {type: Pod, default: {cpu: 1}}
                ^^^^^^^ a limit of pods has no defaults; remove this
  - {type: Node, max: {cpu: 1}}
           ^^^^ 'Node' is not known here; use one of Pod, Container, PersistentVolumeClaim
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec:
  hard: {foo: 1, pods: "-1", secrets: 1500m}
         ^^^ 'foo' is nothing a quota counts; use cpu, memory, pods, count/RESOURCE.GROUP or the like
                       ^^^^ '-1' is negative; use 0 or more
                                      ^^^^^ '1500m' is not a whole number; objects cannot be split
  scopes: [BestEffort, NotBestEffort, Sometimes]
  ^^^^^^ BestEffort and NotBestEffort leave nothing to count; keep one
                                      ^^^^^^^^^ 'Sometimes' is no scope of a quota; use BestEffort, Terminating or one of the others
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: system-mine}
                 ^^^^^^^^^^^ names that start with 'system-' are kept for the system; use another one
value: 1
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: gVisor_1
         ^^^^^^^^ 'gVisor_1' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: leader}
spec: {leaseDurationSeconds: 0}
                             ^ '0' is out of range; use 1 or more
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {taints: [{key: a, effect: NoSchedule}, {key: a, effect: NoSchedule, value: b}]}
                                                    ^ another taint has the same key and effect; remove one
)",
     .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec:
  limits:
  - {type: Container, min: {cpu: 1}, max: {cpu: 2}, default: {cpu: 2}, defaultRequest: {cpu: 1}, maxLimitRequestRatio: {cpu: 2}}
  - {type: Pod, max: {cpu: "${CPU}"}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec:
  hard: {count/jobs.batch: 1, pods: 10, requests.nvidia.com/gpu: 4, limits.memory: 1Gi}
  scopes: [NotBestEffort, Terminating]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000000000
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: gvisor
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: highest}
value: 1000000001
       ^^^^^^^^^^ priorities above 1000000000 are kept for the system; use a lower one
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {taints: [{key: a}]}
                 ^^^ a taint needs an effect; add NoSchedule, PreferNoSchedule or NoExecute
)",
     .good = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: system-node-critical}
value: 2000001000
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check cluster_object_invalid = {
    .id = "cluster-object-invalid",
    .title = "Limit, quota, class, lease or node is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Amounts have an order and known names, scopes must leave something to count, and some names and numbers are kept for the system. The API server "
           "refuses the object.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"LimitRange", "ResourceQuota", "PriorityClass", "RuntimeClass", "Lease", "Node"}, run),
};

}
