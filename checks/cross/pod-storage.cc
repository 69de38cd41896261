#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "checks/kubernetes/schema_walk.h"

// Volumes that are large, or that do not hold what they should.

namespace plimsoll::checks::pod_storage {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

// The size of the largest claim that the pod mounts, in thousandths of a byte.
std::int64_t largest_claim(const Cluster& cluster, const Object& workload, const Pod& pod) {
    std::int64_t largest = 0;
    const auto size = [](yaml::Node spec) { return kubernetes::quantity_milli(spec["resources"]["requests"]["storage"]).value_or(0); };
    for (yaml::Node claim : workload.at("spec.volumeClaimTemplates").items()) largest = std::max(largest, size(claim["spec"]));
    for (yaml::Node volume : pod["volumes"].items()) {
        largest = std::max(largest, size(volume["ephemeral"]["volumeClaimTemplate"]["spec"]));
        const auto name = volume["persistentVolumeClaim"]["claimName"].text();
        if (const Object* claim = name ? cluster.find(workload, "PersistentVolumeClaim", *name) : nullptr) largest = std::max(largest, size(claim->spec()));
    }
    return largest;
}

// An API version that went before 1.18 is for clusters that do not know the field.
bool knows_change_policy(const Object& workload, Reporter& report) {
    const auto root = schema_root(workload, report);
    return !root || root->minor >= 18;
}

void slow_change(const Cluster& cluster, Reporter& report) {
    const auto least = kubernetes::quantity_milli(report.text("min-size"));
    if (!least) return;
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) {
            const yaml::Node group = pod.security()["fsGroup"];
            if (!group.is_set() || pod.security()["fsGroupChangePolicy"].is_set() || pod.partial || largest_claim(cluster, *workload, pod) < *least) continue;
            if (!knows_change_policy(*workload, report)) continue;
            report.at(*workload, group.key(), "every start walks through all files of a large volume; set fsGroupChangePolicy: OnRootMismatch")
                .fix("Set fsGroupChangePolicy to OnRootMismatch", Safety::safe,
                     yaml::set_key(workload->manifest().source(), pod.security(), "fsGroupChangePolicy", "OnRootMismatch"));
        }
}

void state(const Object& workload, Reporter& report) {
    const auto replicas = kubernetes::replicas_of(workload);
    if (!replicas || *replicas < 2) return;
    const auto& paths = report.list("state-paths");
    for (const Pod& pod : workload.pods())
        for (const kubernetes::Container& container : pod.containers)
            for (yaml::Node mount : container["volumeMounts"].items()) {
                const std::string_view path = mount["mountPath"].text_or_empty();
                const bool is_state = std::any_of(paths.begin(), paths.end(), [&](const std::string& known) {
                    return path == known || (path.starts_with(known) && path.substr(known.size()).starts_with('/'));
                });
                if (is_state && pod.volume(mount["name"].text_or_empty())["emptyDir"])
                    report
                        .at(mount["mountPath"], "each of the " + std::to_string(*replicas) + " replicas keeps its own " + quote(path) +
                                                    ", which is lost with the pod; use a StatefulSet with claims")
                        .container(container);
            }
}

constexpr Example slow_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 500Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    fsGroup: 2000
    ^^^^^^^ every start walks through all files of a large volume; set fsGroupChangePolicy: OnRootMismatch
  containers: [{name: web, image: "registry.example/web:1.0"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                      .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 500Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    fsGroup: 2000
    fsGroupChangePolicy: OnRootMismatch
  containers: [{name: web, image: "registry.example/web:1.0"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                      .path = "app.yaml"},
                                     // The clusters that serve apps/v1beta1 are older than the field.
                                     {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    spec:
      securityContext: {fsGroup: 2000}
                        ^^^^^^^ every start walks through all files of a large volume; set fsGroupChangePolicy: OnRootMismatch
      containers: [{name: db, image: "registry.example/db:1.0"}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 500Gi}}}}]
)",
                                      .good = R"(
apiVersion: apps/v1beta1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    spec:
      securityContext: {fsGroup: 2000}
      containers: [{name: db, image: "registry.example/db:1.0"}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 500Gi}}}}]
)",
                                      .path = "app.yaml",
                                      .fixed = false}};

constexpr Example state_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: db
        image: registry.example/db:1.0
        volumeMounts:
        - name: data
          mountPath: /var/lib/mysql
                     ^^^^^^^^^^^^^^ each of the 2 replicas keeps its own '/var/lib/mysql', which is lost with the pod; use a StatefulSet with claims
      volumes: [{name: data, emptyDir: {}}]
)",
                                       .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        volumeMounts:
        - name: scratch
          mountPath: /tmp
      volumes: [{name: scratch, emptyDir: {}}]
)",
                                       .path = "app.yaml"}};

constexpr Option slow_options[] = {{.name = "min-size", .type = Option::Type::text, .value = "100Gi", .what = "Claims of at least this size are large."}};
constexpr Option state_options[] = {{.name = "state-paths",
                                     .value = "/var/lib/postgresql /var/lib/mysql /var/lib/mongodb /data/db /var/lib/cassandra /var/lib/elasticsearch "
                                              "/usr/share/elasticsearch/data /var/lib/rabbitmq /var/lib/influxdb /var/lib/redis /var/www/html/uploads",
                                     .what = "Paths where programs keep their state."}};

constexpr Check table[] = {
    {
        .id = "fs-group-slow-change",
        .title = "fsGroup makes every start walk through a large volume.",
        .category = Category::efficiency,
        .severity = Severity::info,
        .profile = Profile::strict,
        .fix = Safety::safe,
        .why = "By default the kubelet changes the group of every file before each start. With OnRootMismatch it looks at the top folder first, so a volume "
               "that is right already costs nothing.",
        .options = slow_options,
        .examples = slow_examples,
        .run = on_cluster(slow_change),
    },
    {
        .id = "session-state-multi-replica",
        .title = "Several replicas keep state of their own in an emptyDir.",
        .category = Category::reliability,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "An emptyDir belongs to one pod and goes with it: replicas of a database on one differ from each other and lose all they hold.",
        .options = state_options,
        .examples = state_examples,
        .run = on_objects({"Deployment", "ReplicaSet", "ReplicationController"}, state),
    },
};

}

extern constinit const std::span<const Check> pod_storage = table;

}
