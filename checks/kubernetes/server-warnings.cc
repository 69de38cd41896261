#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server takes, but with a warning that is gone as soon as the terminal scrolls. Deprecated labels, volumes and annotations have
// checks of their own.

namespace plimsoll::checks::server_warnings {

using kubernetes::Object;
using kubernetes::Pod;
using yaml::Node;

// ---- mistakes ---------------------------------------------------------------------------------------------------------

static void repeated(Node list, std::string_view key, std::string_view message, Refusals& refusals) {
    constexpr std::size_t most = 2000;
    std::unordered_set<std::string_view> seen;
    for (Node item : list.items()) {
        const Node name = item[key];
        if (!name.text_or_empty().empty() && seen.size() < most && !seen.insert(name.scalar()).second)
            refusals.wrong(name, quote(name.scalar()) + " " + std::string(message));
    }
}

static void judge_selector(Node term, Refusals& refusals) {
    if (term.is_mapping() && !term["labelSelector"].is_set() && refusals.whole())
        refusals.absent(term, "labelSelector", "without a selector this counts no pods and has no effect; add labelSelector");
}

static void run_pod(const Pod& pod, Reporter& report) {
    if (!pod.object->builtin() || !pod.spec.is_mapping()) return;
    Refusals refusals(*pod.object, report);
    const Node affinity = pod["affinity"];
    for (Node constraint : pod["topologySpreadConstraints"].items()) judge_selector(constraint, refusals);
    for (std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
        for (Node term : affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"].items()) judge_selector(term, refusals);
        for (Node preferred : affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"].items()) judge_selector(preferred["podAffinityTerm"], refusals);
    }
    repeated(pod["imagePullSecrets"], "name", "is listed twice; remove one", refusals);
    repeated(pod["hostAliases"], "ip", "has two entries; put all names into one", refusals);
    for (Node secret : pod["imagePullSecrets"].items())
        if (secret.is_mapping() && secret["name"].text_or_empty().empty() && !secret["name"].is_placeholder() && refusals.whole())
            refusals.clash(secret, "the entry names no Secret; remove it or add the name").field(server_path(refusals, secret, ".name"));
}

static void judge_storage(Node spec, Refusals& refusals) {
    const Node storage = spec["resources"]["requests"]["storage"];
    if (const auto amount = kubernetes::quantity_milli(storage); amount && *amount > 0 && *amount % 1000 != 0)
        refusals.wrong(storage, quote(storage.scalar()) + " is a part of a byte; the suffix m means a thousandth, so write M or Mi");
}

// "010.0.0.1": some read it as an octal number, others do not.
static bool leading_zeros(std::string_view address) {
    if (address.find_first_not_of("0123456789.") != std::string_view::npos) return false;
    for (std::size_t at = 0; at + 1 < address.size(); ++at)
        if (address[at] == '0' && (at == 0 || address[at - 1] == '.') && address[at + 1] != '.') return true;
    return false;
}

static void run_mistakes(const Object& object, Reporter& report) {
    constexpr std::int64_t many = 100000, few = 10000;
    Refusals refusals(object, report);
    const Node spec = object.spec();
    if (object.is("PersistentVolumeClaim")) judge_storage(spec, refusals);
    if (object.is("StatefulSet")) {
        for (Node claim : spec["volumeClaimTemplates"].items()) judge_storage(claim["spec"], refusals);
        refusals.at_least(spec["revisionHistoryLimit"], 0);
    }
    if (object.is("Service")) {
        const Node name = spec["externalName"], type = spec["type"], address = spec["loadBalancerIP"];
        if (name.is_set() && !type.is_placeholder() && type.text() != "ExternalName" && refusals.whole())
            refusals.clash(name, "externalName has no effect without type: ExternalName; remove it or set the type");
        if (leading_zeros(address.text_or_empty()))
            refusals.wrong(address, quote(address.scalar()) + " has leading zeros, which some read as octal; write the address without them");
    }
    if (object.is("Job") && spec["completionMode"].text() == "Indexed" && spec["completions"].integer().value_or(0) > many &&
        spec["parallelism"].integer().value_or(0) > few)
        refusals.wrong(spec["parallelism"], "with more than 100000 completions at most 10000 pods can be followed at once; use fewer");
}

// ---- what goes --------------------------------------------------------------------------------------------------------

static bool is_old_label(std::string_view key) {
    constexpr std::string_view labels[] = {"beta.kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/instance-type",
                                           "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone"};
    for (std::string_view label : labels)
        if (label == key) return true;
    return false;
}

static void judge_annotation(const Object& object, std::string_view key, std::string_view advice, Refusals& refusals) {
    if (const Node annotation = object.annotations()[key]; annotation.is_set())
        refusals.clash(annotation, "the annotation " + quote(key) + " is deprecated; " + std::string(advice))
            .field("metadata.annotations[" + std::string(key) + "]");
}

static void judge_labels(const Object& object, Refusals& refusals) {
    for (const yaml::Entry& entry : object.at("scheduling.nodeSelector").entries())
        if (is_old_label(entry.key.scalar()) && object.is("RuntimeClass"))
            refusals.wrong(entry.key, quote(entry.key.scalar()) + " was replaced by a label without beta; use that").field("scheduling.nodeSelector");
    if (!object.is("PersistentVolume")) return;
    for (Node term : object.at("spec.nodeAffinity.required.nodeSelectorTerms").items())
        for (Node requirement : term["matchExpressions"].items())
            if (const Node key = requirement["key"]; is_old_label(key.text_or_empty()))
                refusals.wrong(key, quote(key.scalar()) + " was replaced by a label without beta; use that");
}

static void run_deprecated(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    const Node spec = object.spec();
    judge_labels(object, refusals);
    if (object.is("Service")) {
        if (const Node traffic = spec["trafficDistribution"]; traffic.text() == "PreferClose")
            refusals.wrong(traffic, "PreferClose is deprecated; use PreferSameZone, which means the same");
    }
    if (object.is("ServiceAccount"))
        judge_annotation(object, "kubernetes.io/enforce-mountable-secrets", "use namespaces of their own to keep secrets apart", refusals);
    if (const Node policy = spec["persistentVolumeReclaimPolicy"]; object.is("PersistentVolume") && policy.text() == "Recycle")
        refusals.wrong(policy, "Recycle is deprecated; use Delete with volumes that are made when they are asked for");
    if (object.is("Node") && spec["externalID"].is_set()) refusals.clash(spec["externalID"], "externalID is deprecated and has no effect; remove it");
}

// Hosts of pods are named after them.
static void run_names(const Object& object, Reporter& report) {
    const Node name = object.metadata()["name"];
    if (name.text() && kubernetes::is_dns1123_subdomain(*name.text()) && !kubernetes::is_dns1123_label(*name.text()))
        report.at(name, quote(*name.text()) + " is no DNS label, so the host names of the pods are cut; use at most 63 letters, digits and '-'");
}

static constexpr Example deprecated_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}], trafficDistribution: PreferClose}
                                                                       ^^^^^^^^^^^ PreferClose is deprecated; use PreferSameZone, which means the same
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {storage: 1Gi}
  persistentVolumeReclaimPolicy: Recycle
                                 ^^^^^^^ Recycle is deprecated; use Delete with volumes that are made when they are asked for
  nfs: {server: nfs.example.org, path: /export}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone, operator: In, values: [a]}]}]}}
                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'failure-domain.beta.kubernetes.io/zone' was replaced by a label without beta; use that
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: sandbox
scheduling: {nodeSelector: {beta.kubernetes.io/os: linux}}
                            ^^^^^^^^^^^^^^^^^^^^^ 'beta.kubernetes.io/os' was replaced by a label without beta; use that
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  annotations: {kubernetes.io/enforce-mountable-secrets: "true"}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the annotation 'kubernetes.io/enforce-mountable-secrets' is deprecated; use namespaces of their own to keep secrets apart
)",
     .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}], trafficDistribution: PreferSameZone}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: sandbox
scheduling: {nodeSelector: {kubernetes.io/os: linux}}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example mistake_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  imagePullSecrets: [{name: registry}, {name: registry}, {}]
                                              ^^^^^^^^ 'registry' is listed twice; remove one
                                                         ^ the entry names no Secret; remove it or add the name
  hostAliases: [{ip: 192.0.2.1, hostnames: [a]}, {ip: 192.0.2.1, hostnames: [b]}]
                                                      ^^^^^^^^^ '192.0.2.1' has two entries; put all names into one
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
     ^^^^^^^ without a selector this counts no pods and has no effect; add labelSelector
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]
                                                        ^^^^^^^^^^^ without a selector this counts no pods and has no effect; add labelSelector
      preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname}}]
                                                                    ^^^^^^^^^^^^^^^ without a selector this counts no pods and has no effect; add labelSelector
  containers:
  - {name: web, image: "example.org/web:1.4"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1500m}}
                                  ^^^^^ '1500m' is a part of a byte; the suffix m means a thousandth, so write M or Mi
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, loadBalancerIP: 010.0.0.1, externalName: web.example.org, selector: {app: web}, ports: [{port: 80}]}
                                           ^^^^^^^^^ '010.0.0.1' has leading zeros, which some read as octal; write the address without them
                                                      ^^^^^^^^^^^^ externalName has no effect without type: ExternalName; remove it or set the type
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  imagePullSecrets: [{name: registry}]
  hostAliases: [{ip: 192.0.2.1, hostnames: [a, b]}]
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
  containers:
  - {name: web, image: "example.org/web:1.4"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1500M}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, loadBalancerIP: 10.0.0.1, selector: {app: web}, ports: [{port: 80}]}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  revisionHistoryLimit: -1
                        ^^ '-1' is out of range; use 0 or more
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: db, image: "example.org/db:1.4"}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100m}}}
                                                                         ^^^^ '100m' is a part of a byte; the suffix m means a thousandth, so write M or Mi
---
apiVersion: batch/v1
kind: Job
metadata: {name: many}
spec:
  completionMode: Indexed
  completions: 200000
  parallelism: 20000
               ^^^^^ with more than 100000 completions at most 10000 pods can be followed at once; use fewer
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: part, image: "example.org/part:1.4"}
)",
     .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: many}
spec:
  completionMode: Indexed
  completions: 200000
  parallelism: 10000
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: part, image: "example.org/part:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example name_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web.shop}
                 ^^^^^^^^ 'web.shop' is no DNS label, so the host names of the pods are cut; use at most 63 letters, digits and '-'
spec:
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web-shop}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "server-warning-deprecated",
     .title = "Field or annotation is taken with a warning that it goes.",
     .category = Category::deprecation,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "The API server still takes it, and says at each kubectl apply that something else took its place.",
     .examples = deprecated_examples,
     .run = on_objects({"Service", "ServiceAccount", "PersistentVolume", "Node", "RuntimeClass"}, run_deprecated)},
    {.id = "server-warning-mistake",
     .title = "Value is taken with a warning, but does not do what it says.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The API server takes the object and prints a warning that few people see: a selector that is missing, an entry that is there twice, an amount in "
            "thousandths of a byte.",
     .examples = mistake_examples,
     .run = on_objects({"PersistentVolumeClaim", "StatefulSet", "Service", "Job"}, run_mistakes) | on_pods(run_pod)},
    {.id = "server-warning-name",
     .title = "Name of a workload is no DNS label.",
     .category = Category::correctness,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Pods are hosts, named after what made them. A dot or more than 63 characters are cut from the name of the host, so programs that look at it see "
            "something else.",
     .examples = name_examples,
     .run = on_objects({"Pod", "Deployment", "ReplicaSet", "ReplicationController", "Job", "CronJob"}, run_names)},
};

extern constinit const std::span<const Check> server_warnings = table;

}
