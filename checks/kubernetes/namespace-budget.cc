#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::namespace_budget {

using kubernetes::Object;

static void append(std::string& list, std::string_view name) {
    if (!list.empty()) list += ", ";
    list += name;
}

static std::string lacking(yaml::Node limit) {
    std::string names;
    for (std::string_view field : {"max", "min", "default", "defaultRequest"})
        if (limit[field].empty()) append(names, field);
    return names;
}

static void run_limit_range(const Object& object, Reporter& report) {
    const yaml::Node limits = object.spec()["limits"];
    yaml::Node best;
    std::string names;
    for (yaml::Node limit : limits.items()) {
        // Defaults exist for containers only.
        if (limit["type"].text() != "Container" && !limit["type"].is_placeholder()) continue;
        std::string lacks = lacking(limit);
        if (lacks.empty()) return;
        if (!best || lacks.size() < names.size()) best = limit, names = std::move(lacks);
    }
    if (object.is_fragment()) return;
    if (best)
        report.at(best["type"], "this limit for containers lacks " + names + "; set them, so that a container without requests and limits gets some");
    else
        report.missing(object, "spec.limits", "no limit of type Container; add one with max, min, default and defaultRequest");
}

static void run_quota(const Object& object, Reporter& report) {
    const yaml::Node hard = object.spec()["hard"];
    if (object.is_fragment() || (hard.is_set() && !hard.is_mapping())) return;
    std::string names;
    for (std::string_view field : {"requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
        // cpu and memory are short for the requests.
        if (!hard[field].is_set() && !(field.starts_with("requests.") && hard[field.substr(9)].is_set())) append(names, field);
    if (!names.empty()) report.missing(object, "spec.hard", "nothing caps " + names + "; add them, so that one namespace cannot take the whole cluster");
}

static constexpr Example limit_range_examples[] = {{.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: memory}
spec:
  limits:
  - type: Container
          ^^^^^^^^^ this limit for containers lacks max, min; set them, so that a container without requests and limits gets some
    default: {memory: 256Mi}
    defaultRequest: {memory: 128Mi}
---
apiVersion: v1
kind: LimitRange
metadata: {name: claims}
spec:
  limits:
  ^^^^^^ no limit of type Container; add one with max, min, default and defaultRequest
  - type: PersistentVolumeClaim
    max: {storage: 10Gi}
)",
                                                    .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: memory}
spec:
  limits:
  - type: Container
    max: {memory: 1Gi}
    min: {memory: 16Mi}
    default: {memory: 256Mi}
    defaultRequest: {memory: 128Mi}
)",
                                                    .path = "app.yaml"}};

static constexpr Example quota_examples[] = {{.bad = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: team}
spec:
  hard:
  ^^^^ nothing caps limits.cpu, limits.memory; add them, so that one namespace cannot take the whole cluster
    cpu: "20"
    requests.memory: 64Gi
)",
                                              .good = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: team}
spec:
  hard:
    cpu: "20"
    requests.memory: 64Gi
    limits.cpu: "40"
    limits.memory: 64Gi
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "limit-range-incomplete",
     .title = "LimitRange lacks some of its fields.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "A LimitRange gives containers that ask for nothing their requests and limits, and turns away those that ask for too much. "
            "With some of its fields it does only a part of that.",
     .aliases = {"trivy:KSV-0039", "kics:4a20ebac-1060-4c81-95d1-1f7f620e983b"},
     .standards = {"NSA-net-resource-policies"},
     .examples = limit_range_examples,
     .run = on_objects({"LimitRange"}, run_limit_range)},
    {.id = "resource-quota-incomplete",
     .title = "ResourceQuota does not cap CPU and memory.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Whatever a quota does not name has no bound in the namespace. Requests decide what is reserved, limits what may be used; a cap needs both.",
     .aliases = {"trivy:KSV-0040"},
     .standards = {"NSA-net-resource-policies"},
     .examples = quota_examples,
     .run = on_objects({"ResourceQuota"}, run_quota)},
};

extern constinit const std::span<const Check> namespace_budget = table;

}
