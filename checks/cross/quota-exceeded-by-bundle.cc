#include <algorithm>
#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

namespace plimsoll::checks::quota_exceeded_by_bundle {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

// Pods that a workload keeps at once; 0 where that is not a matter of a number. Updates add their surge.
std::int64_t pods_of(const Object& workload, bool surge) {
    if (workload.is("Pod")) return 1;
    if (workload.is("Job")) return workload.at("spec.parallelism").integer().value_or(1);
    std::int64_t count = kubernetes::replicas_of(workload).value_or(0);
    if (count < 0 || count > 1'000'000) return 0;
    const yaml::Node strategy = workload.at("spec.strategy");
    if (surge && count > 0 && workload.is("Deployment") && strategy["type"].text_or_empty() != "Recreate") {
        const yaml::Node most = strategy["rollingUpdate"]["maxSurge"];
        count += most.is_set() ? kubernetes::count_or_percent(most, count, true).value_or(0) : (count + 3) / 4;
    }
    return count;
}

// What one pod counts for: the sum of its containers, or the greatest init container.
double amount_of(const Pod& pod, std::string_view resource, bool limit) {
    double sum = 0, init = 0;
    for (const kubernetes::Container& container : pod.containers) {
        const auto amount = kubernetes::quantity_milli(limit ? container.limit(resource) : container.request(resource));
        if (!amount) continue;
        if (container.is_init())
            init = std::max(init, static_cast<double>(*amount));
        else
            sum += static_cast<double>(*amount);
    }
    return std::max(sum, init);
}

using ByHome = std::map<std::string, std::vector<const Object*>>;

double total(const std::vector<const Object*>& workloads, std::string_view hard, bool surge) {
    const bool limit = hard.starts_with("limits."), pods = hard == "pods" || hard == "count/pods";
    const std::string_view resource = hard.substr(hard.find('.') + 1);
    double sum = 0;
    for (const Object* workload : workloads)
        for (const Pod& pod : workload->pods()) sum += static_cast<double>(pods_of(*workload, surge)) * (pods ? 1000.0 : amount_of(pod, resource, limit));
    return sum;
}

void run(const Cluster& cluster, Reporter& report) {
    if (cluster.of_kind("ResourceQuota").empty()) return;
    ByHome homes;
    for (const Object* workload : cluster.workloads()) homes[kubernetes::home_of(*workload)].push_back(workload);
    for (const Object* quota : cluster.of_kind("ResourceQuota")) {
        const auto home = homes.find(kubernetes::home_of(*quota));
        if (home == homes.end() || quota->at("spec.scopes").is_set() || quota->at("spec.scopeSelector").is_set()) continue;
        for (const yaml::Entry& hard : quota->at("spec.hard").entries()) {
            const std::string_view name = hard.key.scalar();
            const bool known = name == "pods" || name == "count/pods" || name == "cpu" || name == "memory" || name == "requests.cpu" ||
                               name == "requests.memory" || name == "limits.cpu" || name == "limits.memory";
            const auto most = kubernetes::quantity_milli(hard.value);
            if (known && most && total(home->second, name, report.flag("include-surge")) > static_cast<double>(*most))
                report.at(*quota, hard.value, "the workloads here need more than this quota for " + quote(name) + " allows");
        }
    }
}

constexpr Option options[] = {{.name = "include-surge", .type = Option::Type::flag, .value = "true", .what = "Count the pods that an update adds."}};

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec:
  hard:
    requests.memory: 1Gi
                     ^^^ the workloads here need more than this quota for 'requests.memory' allows
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0", resources: {requests: {memory: 256Mi}}}]}
)",
                                 .good = R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: budget, namespace: shop}
spec:
  hard:
    requests.memory: 2Gi
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0", resources: {requests: {memory: 256Mi}}}]}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check quota_exceeded_by_bundle = {
    .id = "quota-exceeded-by-bundle",
    .title = "The workloads need more than the namespace's quota.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "When the quota is used up no further pods are created: some workloads stay incomplete, or an update stops in the middle.",
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
