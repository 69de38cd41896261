#include <array>
#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// Containers and claims against the LimitRanges and ResourceQuotas of their namespace.

namespace plimsoll::checks::namespace_limits {

namespace {

using kubernetes::Cluster;
using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::quantity_milli;

using ByHome = std::map<std::string, std::vector<const Object*>, std::less<>>;

ByHome by_home(const Cluster& cluster, std::string_view kind) {
    ByHome found;
    for (const Object* object : cluster.of_kind(kind)) found[kubernetes::home_of(*object)].push_back(object);
    return found;
}

const std::vector<const Object*>& those_of(const ByHome& all, const Object& object) {
    static const std::vector<const Object*> none;
    const auto found = all.find(kubernetes::home_of(object));
    return found == all.end() ? none : found->second;
}

// What admission fills in; the API server derives the defaults from one another the same way.
yaml::Node default_limit(yaml::Node range, std::string_view resource) {
    const yaml::Node own = range["default"][resource];
    return own ? own : range["max"][resource];
}
yaml::Node default_request(yaml::Node range, std::string_view resource) {
    if (const yaml::Node own = range["defaultRequest"][resource]) return own;
    const yaml::Node limit = default_limit(range, resource);
    return limit ? limit : range["min"][resource];
}

class RangeCheck {
public:
    RangeCheck(const Object& range, Reporter& report) : range_(range), report_(report) {}

    void container(const Container& container, yaml::Node item) {
        for (std::string_view resource : {"cpu", "memory", "ephemeral-storage"}) {
            const yaml::Node limit = container.limit(resource), request = container["resources"]["requests"][resource];
            bounds(container, item, resource, limit);
            if (request) bounds(container, item, resource, request);
            const auto asked = quantity_milli(request), lent = quantity_milli(default_limit(item, resource));
            if (!limit && asked && lent && *asked > *lent)
                say(container, request,
                    "the request is above the default limit of " + std::string(default_limit(item, resource).scalar()) +
                        " that the LimitRange sets; set a limit of its own");
            ratio(container, item, resource, limit ? limit : default_limit(item, resource),
                  container.request(resource) ? container.request(resource) : default_request(item, resource), limit ? limit : request);
        }
    }
    void claim(const Object& object, yaml::Node storage, yaml::Node item) {
        const auto asked = quantity_milli(storage);
        if (!asked) return;
        if (const yaml::Node most = item["max"]["storage"]; quantity_milli(most) && *asked > *quantity_milli(most))
            say(object, storage, "the claim is above the LimitRange's max of " + std::string(most.scalar()));
        else if (const yaml::Node least = item["min"]["storage"]; quantity_milli(least) && *asked < *quantity_milli(least))
            say(object, storage, "the claim is below the LimitRange's min of " + std::string(least.scalar()));
    }

private:
    void bounds(const Container& container, yaml::Node item, std::string_view resource, yaml::Node value) {
        const auto amount = quantity_milli(value);
        if (!amount) return;
        const yaml::Node most = item["max"][resource], least = item["min"][resource];
        if (const auto bound = quantity_milli(most); bound && *amount > *bound)
            say(container, value, std::string(resource) + " is above the LimitRange's max of " + std::string(most.scalar()));
        else if (const auto floor = quantity_milli(least); floor && *amount < *floor)
            say(container, value, std::string(resource) + " is below the LimitRange's min of " + std::string(least.scalar()));
    }
    void ratio(const Container& container, yaml::Node item, std::string_view resource, yaml::Node limit, yaml::Node request, yaml::Node place) {
        const yaml::Node most = item["maxLimitRequestRatio"][resource];
        const auto upper = quantity_milli(limit), lower = quantity_milli(request), bound = quantity_milli(most);
        if (!upper || !lower || !bound || *lower <= 0 || !place) return;
        if (static_cast<double>(*upper) * 1000 > static_cast<double>(*lower) * static_cast<double>(*bound))
            say(container, place,
                "the " + std::string(resource) + " limit is more than " + std::string(most.scalar()) + " times the request, which the LimitRange forbids");
    }
    void say(const Container& container, yaml::Node place, std::string message) { say(*container.pod->object, place, std::move(message)).container(container); }
    Draft say(const Object& object, yaml::Node place, std::string message) {
        return report_.at(object, place, std::move(message)).related(range_, range_.head(), "the LimitRange");
    }

    const Object& range_;
    Reporter& report_;
};

void ranges(const Cluster& cluster, Reporter& report) {
    const ByHome all = by_home(cluster, "LimitRange");
    if (all.empty()) return;
    const auto each_item = [&](const Object& object, std::string_view type, auto use) {
        for (const Object* range : those_of(all, object))
            for (yaml::Node item : range->at("spec.limits").items())
                if (item["type"].text_or_empty() == type) use(RangeCheck(*range, report), item);
    };
    for (const Object* workload : cluster.workloads()) {
        for (const Pod& pod : workload->pods())
            for (const Container& container : pod.containers)
                if (!container.is_ephemeral()) each_item(*workload, "Container", [&](RangeCheck check, yaml::Node item) { check.container(container, item); });
        for (yaml::Node claim : workload->at("spec.volumeClaimTemplates").items())
            each_item(*workload, "PersistentVolumeClaim",
                      [&](RangeCheck check, yaml::Node item) { check.claim(*workload, claim.at("spec.resources.requests.storage"), item); });
    }
    for (const Object* claim : cluster.of_kind("PersistentVolumeClaim"))
        each_item(*claim, "PersistentVolumeClaim",
                  [&](RangeCheck check, yaml::Node item) { check.claim(*claim, claim->at("spec.resources.requests.storage"), item); });
}

// What a quota on a resource makes every container set.
struct Demand {
    std::string_view hard, resource;
    bool limit;
};
constexpr std::array<Demand, 6> demands = {{{"requests.cpu", "cpu", false},
                                            {"cpu", "cpu", false},
                                            {"requests.memory", "memory", false},
                                            {"memory", "memory", false},
                                            {"limits.cpu", "cpu", true},
                                            {"limits.memory", "memory", true}}};

bool supplied(const std::vector<const Object*>& limits, const Demand& demand) {
    for (const Object* range : limits)
        for (yaml::Node item : range->at("spec.limits").items())
            if (item["type"].text_or_empty() == "Container" && (demand.limit ? default_limit(item, demand.resource) : default_request(item, demand.resource)))
                return true;
    return false;
}

// The values that the container lacks, for a message; "" when it has all.
std::string lacking(const Container& container, yaml::Node hard, const std::vector<const Object*>& limits) {
    std::string lacks;
    for (const Demand& demand : demands) {
        if (!hard[demand.hard].is_set() || supplied(limits, demand)) continue;
        if ((demand.limit ? container.limit(demand.resource) : container.request(demand.resource)).is_set()) continue;
        lacks += (lacks.empty() ? "" : ", ") + std::string(demand.limit ? "limits." : "requests.") + std::string(demand.resource);
    }
    return lacks;
}

void requirements(const Cluster& cluster, Reporter& report) {
    const ByHome quotas = by_home(cluster, "ResourceQuota"), limits = by_home(cluster, "LimitRange");
    if (quotas.empty() || cluster.partial()) return;
    for (const Object* workload : cluster.workloads())
        for (const Object* quota : those_of(quotas, *workload)) {
            if (quota->at("spec.scopes").is_set() || quota->at("spec.scopeSelector").is_set()) continue;
            for (const Pod& pod : workload->pods()) {
                if (pod.partial || workload->is_fragment() || pod["resources"].is_set()) continue;
                for (const Container& container : pod.containers) {
                    if (container.is_ephemeral()) continue;
                    const std::string lacks = lacking(container, quota->at("spec.hard"), those_of(limits, *workload));
                    if (lacks.empty()) continue;
                    report.at(*workload, container.holder("resources"), "the namespace's quota makes every container set " + lacks + "; its pods are refused")
                        .container(container)
                        .related(*quota, quota->at("spec.hard").key(), "the ResourceQuota");
                }
            }
        }
}

constexpr Example range_examples[] = {{.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: Container, max: {memory: 1Gi}, default: {cpu: 500m}, maxLimitRequestRatio: {memory: "4"}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    resources: {limits: {memory: 2Gi}, requests: {memory: 1Gi, cpu: 2}}
                                 ^^^ memory is above the LimitRange's max of 1Gi
                                                                    ^ the request is above the default limit of 500m that the LimitRange sets; set a limit of its own
  - name: cache
    image: registry.example/cache:1.0
    resources: {limits: {memory: 512Mi}, requests: {memory: 64Mi}}
                                 ^^^^^ the memory limit is more than 4 times the request, which the LimitRange forbids
)",
                                       .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: Container, max: {memory: 1Gi}, default: {cpu: 500m}, maxLimitRequestRatio: {memory: "4"}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    resources: {limits: {memory: 1Gi, cpu: 2}, requests: {memory: 1Gi, cpu: 2}}
)",
                                       .path = "app.yaml"},
                                      {.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec: {limits: [{type: PersistentVolumeClaim, min: {storage: 1Gi}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Mi}}}
                                                                     ^^^^^ the claim is below the LimitRange's min of 1Gi
)",
                                       .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: bounds, namespace: shop}
spec: {limits: [{type: PersistentVolumeClaim, min: {storage: 1Gi}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: blog}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Mi}}}
)",
                                       .path = "app.yaml"}};

constexpr Example requirement_examples[] = {{.bad = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec: {hard: {requests.cpu: "10", limits.memory: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
          ^^^ the namespace's quota makes every container set requests.cpu, limits.memory; its pods are refused
    image: registry.example/web:1.0
)",
                                             .good = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec: {hard: {requests.cpu: "10", limits.memory: 10Gi}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec: {limits: [{type: Container, default: {cpu: "1", memory: 1Gi}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
)",
                                             .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "limit-range-violated",
        .title = "A container or claim is outside the namespace's LimitRange.",
        .category = Category::reliability,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Admission refuses every pod and claim outside the bounds of a LimitRange. The workload itself is accepted, so all that shows is that no "
               "pods appear.",
        .examples = range_examples,
        .run = on_cluster(ranges),
    },
    {
        .id = "quota-requires-missing-resources",
        .title = "The namespace's quota demands requests or limits that a container lacks.",
        .category = Category::reliability,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Where a ResourceQuota counts a request or limit, admission refuses every pod with a container that does not set it, unless a LimitRange "
               "fills it in.",
        .examples = requirement_examples,
        .run = on_cluster(requirements),
    },
};

}

extern constinit const std::span<const Check> namespace_limits = table;

}
