#include <algorithm>
#include <map>
#include <unordered_set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// How many replicas, and how they are replaced.

namespace plimsoll::checks::replicas {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;

namespace {

// What the checks of this file ask about the surroundings of a workload.
class Surroundings {
public:
    explicit Surroundings(const Cluster& cluster) : cluster_(cluster) {
        std::unordered_set<const kubernetes::Selection*> seen;   // many Services may have the same selector
        for (const Object* service : cluster.of_kind("Service")) {
            const kubernetes::Selector selector = kubernetes::Selector::map(service->spec()["selector"]);
            if (selector.absent() || selector.empty()) continue;
            const kubernetes::Selection& selected = cluster.selected(*service, selector);
            if (seen.insert(&selected).second) served_.insert(served_.end(), selected.begin(), selected.end());
        }
        std::sort(served_.begin(), served_.end());
    }

    bool has_service(const Object& workload) const {
        for (const Pod& pod : workload.pods())
            if (std::binary_search(served_.begin(), served_.end(), &pod)) return true;
        return false;
    }

    // A claim that only one node may use at a time keeps the pods from overlapping.
    bool has_single_claim(const Object& workload) const {
        for (const Pod& pod : workload.pods())
            for (Node volume : pod.spec["volumes"].items()) {
                const std::string_view name = volume["persistentVolumeClaim"]["claimName"].text_or_empty();
                if (name.empty()) continue;
                const Object* claim = cluster_.find(workload, "PersistentVolumeClaim", name);
                if (!claim) return true;   // most claims are ReadWriteOnce
                for (Node mode : claim->spec()["accessModes"].items())
                    if (mode.text_or_empty().starts_with("ReadWriteOnce")) return true;
            }
        return false;
    }

private:
    const Cluster& cluster_;
    std::vector<const Pod*> served_;
};

}

namespace {

// Workloads whose number a HorizontalPodAutoscaler or a KEDA ScaledObject sets.
class Autoscaled {
public:
    explicit Autoscaled(const Cluster& cluster) {
        for (std::string_view kind : {"HorizontalPodAutoscaler", "keda.sh/ScaledObject"})
            for (const Object* scaler : cluster.of_kind(kind)) {
                const Node target = scaler->spec()["scaleTargetRef"];
                by_target_[{target["name"].text_or_empty(), target["kind"].text_or_empty()}].add(*scaler);
            }
    }
    bool holds(const Object& workload) const {
        for (std::string_view kind : {workload.kind(), std::string_view()})
            if (const auto found = by_target_.find({workload.name(), kind}); found != by_target_.end() && found->second.may_hold(workload)) return true;
        return false;
    }

private:
    std::map<std::pair<std::string_view, std::string_view>, kubernetes::Namespaces> by_target_;   // name and kind; no kind stands for all
};

}

static std::string_view strategy_of(const Object& workload) {
    return (workload.is("Deployment") ? workload.spec()["strategy"] : workload.spec()["updateStrategy"])["type"].text_or_empty();
}

static void run_below(const Cluster& cluster, Reporter& report) {
    const Surroundings around(cluster);
    const Autoscaled autoscaled(cluster);
    for (const Object* workload : cluster.of_kind("Deployment")) {
        if (workload->is_fragment()) continue;
        const Node replicas = workload->spec()["replicas"];
        if (replicas.is_set() && !replicas.integer()) continue;
        const std::int64_t count = replicas.integer().value_or(1);
        if (count == 0 || count >= report.number("min_replicas") || !around.has_service(*workload) || autoscaled.holds(*workload)) continue;
        if (around.has_single_claim(*workload)) continue;
        const std::string message = "a Service sends traffic to " + std::string(count == 1 ? "a single replica" : std::to_string(count) + " replicas") +
                                    "; run at least " + std::to_string(report.number("min_replicas"));
        if (replicas.is_set())
            report.at(*workload, replicas, message);
        else
            report.at(*workload, workload->holder("spec.replicas"), message).field("spec.replicas");
    }
}

static void run_zero(const Cluster& cluster, Reporter& report) {
    const Autoscaled autoscaled(cluster);
    for (std::string_view kind : {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
        for (const Object* workload : cluster.of_kind(kind)) {
            const Node replicas = workload->spec()["replicas"];
            if (replicas.integer() == 0 && !autoscaled.holds(*workload))
                report.at(*workload, replicas, "nothing runs with 0 replicas; set the number, or remove the workload");
        }
}

static void run_even(const Object& workload, Reporter& report) {
    const Node replicas = workload.spec()["replicas"];
    if (const auto count = replicas.integer(); count && *count > 0 && *count % 2 == 0)
        report.at(replicas, "an even number of replicas gives no majority when they split in halves; use " + std::to_string(*count + 1));
}

static void run_strategy(const Cluster& cluster, Reporter& report) {
    const Surroundings around(cluster);
    const bool no_service = cluster.of_kind("Service").empty();
    for (std::string_view kind : {"Deployment", "DaemonSet", "StatefulSet"})
        for (const Object* workload : cluster.of_kind(kind)) {
            const std::string_view type = strategy_of(*workload);
            if (type != "Recreate" && type != "OnDelete") continue;
            if (!no_service && !around.has_service(*workload)) continue;
            if (type == "Recreate" && around.has_single_claim(*workload)) continue;
            const std::string_view key = workload->is("Deployment") ? std::string_view("strategy") : std::string_view("updateStrategy");
            const Node node = workload->spec()[key]["type"];
            Draft draft = report.at(*workload, node,
                                    type == "Recreate" ? "Recreate stops all pods before new ones start, so every update is an outage; use RollingUpdate"
                                                       : "OnDelete leaves the old pods running until somebody deletes them; use RollingUpdate");
            // kube-score's rule is about Deployments that a Service selects.
            if (type == "OnDelete" || no_service) draft.only({"kube-linter:no-rolling-update-strategy", "kubescape:C-0305"});
            draft.fix("Use RollingUpdate", Safety::unsafe, yaml::replace_scalar(workload->manifest().source(), node, "RollingUpdate"));
        }
}

static bool is_zero(Node bound) { return bound.integer() == 0 || bound.text_or_empty() == "0%"; }

static void judge_bound(Node bound, std::string_view option, std::int64_t replicas, Reporter& report) {
    const std::string_view limit = report.text(option);
    if (limit.empty() || !bound.is_set()) return;
    const std::string text(limit);
    const bool percent = text.ends_with('%');
    const std::int64_t number = std::atoll(text.c_str());
    const std::int64_t most = percent ? number * replicas / 100 : number;
    const std::optional<std::int64_t> count = kubernetes::count_or_percent(bound, replicas, option == "max_surge");
    if (count && *count > most) report.at(bound, quote(bound.scalar()) + " is above the limit of " + text).only({"kube-linter:template:update-configuration"});
}

static void run_blocked(const Object& workload, Reporter& report) {
    const Node update = workload.is("Deployment") ? workload.spec()["strategy"]["rollingUpdate"] : workload.spec()["updateStrategy"]["rollingUpdate"];
    if (!update.is_mapping()) return;
    const Node unavailable = update["maxUnavailable"], surge = update["maxSurge"];
    // A DaemonSet's surge is 0 unless it is set, a Deployment's 25%; a StatefulSet has none.
    const bool no_surge = is_zero(surge) || (workload.is("DaemonSet") && !surge.is_set());
    if (is_zero(unavailable) && no_surge && !workload.is("StatefulSet"))
        report.at(unavailable, "with neither a pod less nor a pod more, no pod can be replaced; the API server refuses that, so set one of them to 1").only({});
    if (unavailable.integer() == 0 && workload.is("StatefulSet")) report.at(unavailable, "maxUnavailable of a StatefulSet must be at least 1").only({});
    const std::int64_t replicas = workload.spec()["replicas"].integer().value_or(1);
    judge_bound(unavailable, "max_unavailable", replicas, report);
    judge_bound(surge, "max_surge", replicas, report);
}

static constexpr Option below_options[] = {
    {.name = "min_replicas", .type = Option::Type::number, .value = "2", .what = "Least number of replicas behind a Service."},
};

static constexpr Option blocked_options[] = {
    {.name = "max_unavailable", .type = Option::Type::text, .what = "Most pods that may be down during an update: a number or a percentage."},
    {.name = "max_surge", .type = Option::Type::text, .what = "Most pods that may be added during an update: a number or a percentage."},
};

static constexpr Example below_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
            ^ a Service sends traffic to a single replica; run at least 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                              .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec: {containers: [{name: worker, image: "example.org/worker:1.0"}]}
)",
                                              .path = "app.yaml"}};

static constexpr Example zero_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
            ^ nothing runs with 0 replicas; set the number, or remove the workload
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                             .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec:
  scaleTargetRef: {name: web}
)",
                                             .path = "app.yaml"}};

static constexpr Example even_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 4
            ^ an even number of replicas gives no majority when they split in halves; use 5
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.org/db:1.0"}]}
)",
                                             .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.org/db:1.0"}]}
)",
                                             .path = "app.yaml"}};

static constexpr Example strategy_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: Recreate}
                   ^^^^^^^^ Recreate stops all pods before new ones start, so every update is an outage; use RollingUpdate
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .path = "app.yaml"},
                                                {.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy:
    type: OnDelete
          ^^^^^^^^ OnDelete leaves the old pods running until somebody deletes them; use RollingUpdate
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.org/agent:1.0"}]}
)",
                                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "example.org/db:1.0", volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                                 .path = "app.yaml",
                                                 .fixed = false}};

static constexpr Example blocked_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy:
    rollingUpdate: {maxUnavailable: 0, maxSurge: "0%"}
                                    ^ with neither a pod less nor a pod more, no pod can be replaced; the API server refuses that, so set one of them to 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy:
    rollingUpdate: {maxUnavailable: 0}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                .path = "app.yaml"},
                                               {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  strategy:
    rollingUpdate: {maxUnavailable: 50%, maxSurge: 4}
                                    ^^^ '50%' is above the limit of 25%
                                                   ^ '4' is above the limit of 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  strategy:
    rollingUpdate: {maxUnavailable: 20%, maxSurge: 3}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                .config = "checks:\n  rolling-update-blocked:\n    max_unavailable: 25%\n    max_surge: \"3\"\n",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "replicas-below-minimum",
     .title = "Too few replicas behind a Service.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why =
         "With a single replica every node drain, eviction and crash is an outage of the Service. A second one costs little; a workload that cannot have one, "
         "because it owns a disk, is left out.",
     .aliases = {"kube-linter:minimum-three-replicas", "kube-score:deployment-replicas", "polaris:deploymentMissingReplicas",
                 "datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE", "kyverno:require-deployments-have-multiple-replicas", "gatekeeper:replicalimits",
                 "rhcop:OCP_BESTPRACT-00021"},
     .options = below_options,
     .examples = below_examples,
     .run = on_cluster(run_below)},
    {.id = "replicas-not-odd",
     .title = "Replica count is even.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Systems that vote need more than half of their members: four tolerate the loss of one, as three do. It means nothing for anything else.",
     .aliases = {"rhcop:OCP_BESTPRACT-00022"},
     .examples = even_examples,
     .run = on_objects({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}, run_even)},
    {.id = "replicas-zero",
     .title = "Workload is scaled to zero.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "A zero in the manifest is often left over from a debugging session, and the next apply stops the service.",
     .aliases = {"popeye:500"},
     .examples = zero_examples,
     .run = on_cluster(run_zero)},
    {.id = "rolling-update-blocked",
     .title = "Rolling update cannot make progress.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A rolling update needs room: one pod fewer or one pod more for a while. With both at zero the API server refuses the object.",
     .aliases = {"kube-linter:template:update-configuration"},
     .options = blocked_options,
     .examples = blocked_examples,
     .run = on_objects({"Deployment", "DaemonSet", "StatefulSet"}, run_blocked)},
    {.id = "rolling-update-missing",
     .title = "Deployment behind a Service is not updated by rolling update.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::unsafe,
     .why = "Recreate takes the whole workload down for each update, and OnDelete does not update anything by itself. Both are right for a few programs that "
            "cannot "
            "run twice at a time, such as those with a disk of their own.",
     .aliases = {"kube-linter:no-rolling-update-strategy", "kube-score:deployment-strategy", "kubescape:C-0305"},
     .examples = strategy_examples,
     .run = on_cluster(run_strategy)},
};

extern constinit const std::span<const Check> replicas = table;

}
