#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/scalers.h"

// Volumes that one node or pod can have, used by several.

namespace plimsoll::checks::single_writer_claim {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

bool single_writer(const Object& claim) {
    const yaml::Node modes = claim.at("spec.accessModes");
    if (modes.empty()) return false;
    const auto items = modes.items();
    return std::all_of(items.begin(), items.end(), [](yaml::Node mode) { return mode.scalar() == "ReadWriteOnce" || mode.scalar() == "ReadWriteOncePod"; });
}

// Calls `each` for every workload, volume and claim of the set that only one node can mount.
template <typename Each>
void each_single(const Cluster& cluster, Each each) {
    for (const Object* workload : cluster.workloads()) {
        if (!workload->is("Deployment") && !workload->is("ReplicaSet") && !workload->is("ReplicationController") && !workload->is("StatefulSet")) continue;
        for (const Pod& pod : workload->pods())
            for (yaml::Node volume : pod["volumes"].items()) {
                const yaml::Node name = volume["persistentVolumeClaim"]["claimName"];
                if (!name.text() || name.is_placeholder()) continue;
                const Object* claim = cluster.find(*workload, "PersistentVolumeClaim", *name.text());
                if (claim && single_writer(*claim) && kubernetes::home_of(*claim) == kubernetes::home_of(*workload)) each(*workload, pod, name, *claim);
            }
    }
}

// The pods are made to run on one node.
bool on_one_node(const Pod& pod) {
    return pod["nodeName"].is_set() || pod["nodeSelector"].has("kubernetes.io/hostname") ||
           !pod.at("affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution").empty();
}

void several(const Cluster& cluster, Reporter& report) {
    const kubernetes::Scalers scalers(cluster);
    each_single(cluster, [&](const Object& workload, const Pod& pod, yaml::Node name, const Object& claim) {
        const auto replicas = kubernetes::replicas_of(workload);
        const bool scaled = !scalers.horizontal(workload).empty();
        if (on_one_node(pod) || (!scaled && replicas.value_or(1) < 2)) return;
        report
            .at(workload, name,
                "claim " + quote(name.scalar()) + " can be mounted on one node only (" + std::string(claim.at("spec.accessModes")[0].scalar()) + "), but " +
                    (scaled ? "an autoscaler adds replicas" : std::to_string(*replicas) + " replicas share it"))
            .related(claim, claim.at("spec.accessModes").key(), "the claim");
    });
}

void rolling(const Cluster& cluster, Reporter& report) {
    const kubernetes::Scalers scalers(cluster);
    each_single(cluster, [&](const Object& workload, const Pod& pod, yaml::Node name, const Object& claim) {
        const yaml::Node strategy = workload.at("spec.strategy"), type = strategy["type"], surge = strategy["rollingUpdate"]["maxSurge"];
        if (!workload.is("Deployment") || workload.is_fragment() || kubernetes::replicas_of(workload) != 1 || on_one_node(pod) || type.is_placeholder() ||
            type.text_or_empty() == "Recreate" || !scalers.horizontal(workload).empty())
            return;
        if (surge.is_set() && kubernetes::count_or_percent(surge, 1, true).value_or(0) == 0) return;
        const std::string message = "an update starts the new pod while the old one still holds claim " + quote(name.scalar()) + "; use strategy Recreate";
        Draft draft = type ? report.at(workload, type, message) : report.missing(workload, "spec.strategy.type", message);
        draft.related(claim, claim.at("spec.accessModes").key(), "the claim");
        if (!strategy["rollingUpdate"].is_set())
            draft.fix("Use Recreate", Safety::unsafe, yaml::set_key(workload.manifest().source(), workload.node(), "spec.strategy.type", "Recreate"));
    });
}

constexpr Example several_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                                                                ^^^^ claim 'data' can be mounted on one node only (ReadWriteOnce), but 2 replicas share it
)",
                                         .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                         .path = "app.yaml"}};

constexpr Example rolling_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  strategy:
    type: RollingUpdate
          ^^^^^^^^^^^^^ an update starts the new pod while the old one still holds claim 'data'; use strategy Recreate
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                         .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  strategy:
    type: Recreate
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                         .path = "app.yaml"},
                                        {.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
^^^^ an update starts the new pod while the old one still holds claim 'data'; use strategy Recreate
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                         .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1.0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                         .path = "app.yaml",
                                         .fixed = false}};

constexpr Check table[] = {
    {
        .id = "rwo-claim-multi-replica",
        .title = "Several replicas share a claim that one node can mount.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A ReadWriteOnce volume is attached to one node at a time: replicas that are scheduled elsewhere never start. Use a StatefulSet with a claim "
               "of its own for each pod, or a ReadWriteMany volume.",
        .examples = several_examples,
        .run = on_cluster(several),
    },
    {
        .id = "rwo-claim-rolling-update",
        .title = "A rolling update with a claim that one node can mount.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "A rolling update starts the new pod first. On another node it waits for a volume that the old pod holds, while the old pod is kept until the "
               "new one is ready; on the same node two programs write to the same files.",
        .examples = rolling_examples,
        .run = on_cluster(rolling),
    },
};

}

extern constinit const std::span<const Check> single_writer_claim = table;

}
