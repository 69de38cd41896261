#include <map>
#include <string>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// Ports of the node, of which there is one of each number on every node.

namespace plimsoll::checks::host_port_clash {

namespace {

using kubernetes::Cluster;
using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;

// The first port that the container takes on the node: hostPort, or any port of a pod in the node's network.
yaml::Node first_host_port(const Pod& pod) {
    for (const Container& container : pod.containers)
        if (container.long_running())
            for (yaml::Node port : container["ports"].items()) {
                if (port["hostPort"].integer().value_or(0) > 0) return port["hostPort"];
                if (pod.host_network() && port["containerPort"].integer().value_or(0) > 0) return port["containerPort"];
            }
    return {};
}

// New pods are started before old ones are stopped.
bool surges(const Object& workload, std::int64_t replicas) {
    if (!workload.is("Deployment") || workload.at("spec.strategy.type").text_or_empty() == "Recreate") return false;
    const yaml::Node surge = workload.at("spec.strategy.rollingUpdate.maxSurge");
    return !surge.is_set() || kubernetes::count_or_percent(surge, replicas, true).value_or(0) > 0;
}

// An old pod may be stopped first to make room.
bool makes_room(const Object& workload, std::int64_t replicas) {
    const yaml::Node spare = workload.at("spec.strategy.rollingUpdate.maxUnavailable");
    // 25 % by default, rounded down.
    return spare.is_set() ? kubernetes::count_or_percent(spare, replicas, false).value_or(1) > 0 : replicas >= 4;
}

void replicas(const Object& workload, Reporter& report) {
    const auto count = kubernetes::replicas_of(workload);
    if (!count || *count < 1) return;
    for (const Pod& pod : workload.pods()) {
        const yaml::Node port = first_host_port(pod);
        if (!port || pod.partial) continue;
        if (*count > 1)
            report.at(port, "port " + std::string(port.scalar()) + " of a node serves one of the " + std::to_string(*count) +
                                " replicas; the others need nodes of their own (use a Service or a DaemonSet)");
        else if (surges(workload, *count) && !makes_room(workload, *count))
            report.at(port, "an update starts a second pod that waits for port " + std::string(port.scalar()) +
                                " of another node; set maxSurge to 0 or use a DaemonSet");
    }
}

struct Taken {
    const Object* workload;
    const Pod* pod;
    yaml::Node port;
    std::string_view address;
};

// No node can have both, by the labels the pods ask for.
bool apart(const Pod& a, const Pod& b) {
    for (const yaml::Entry& label : a["nodeSelector"].entries())
        if (const yaml::Node other = b["nodeSelector"][label.key.scalar()]; other.is_set() && other.scalar() != label.value.scalar()) return true;
    return a["affinity"].is_set() || b["affinity"].is_set();
}

bool clash(const Taken& a, const Taken& b) {
    const bool any = a.address.empty() || b.address.empty() || a.address == "0.0.0.0" || b.address == "0.0.0.0";
    return a.workload != b.workload && a.workload->name() != b.workload->name() && (any || a.address == b.address) &&
           (a.workload->is("DaemonSet") || b.workload->is("DaemonSet")) && !apart(*a.pod, *b.pod);
}

class Nodes {
public:
    explicit Nodes(Reporter& report) : report_(report) {}

    void take(const Object& workload, const Pod& pod) {
        for (const Container& container : pod.containers) {
            if (!container.long_running()) continue;
            for (yaml::Node port : container["ports"].items()) {
                const yaml::Node number = port["hostPort"].integer().value_or(0) > 0 ? port["hostPort"]
                                          : pod.host_network()                       ? port["containerPort"]
                                                                                     : yaml::Node();
                if (number.integer().value_or(0) > 0)
                    take({&workload, &pod, number, port["hostIP"].text_or_empty()}, port["protocol"].text().value_or("TCP"), container);
            }
        }
    }

private:
    void take(const Taken& taken, std::string_view protocol, const Container& container) {
        // The same folder: others may hold other applications or variants of this one.
        std::vector<Taken>& others =
            taken_[std::string(kubernetes::folder_of(*taken.workload)) + "\n" + std::string(taken.port.scalar()) + "/" + std::string(protocol)];
        for (const Taken& other : others)
            if (clash(other, taken)) {
                report_
                    .at(*taken.workload, taken.port,
                        std::string(other.workload->kind()) + " " + quote(other.workload->name()) + " takes port " + std::string(taken.port.scalar()) +
                            " of the same nodes, so one of the two is never scheduled")
                    .container(container)
                    .related(*other.workload, other.port, "the other port");
                return;
            }
        // What is told apart by the rest of a long list is not worth the time.
        if (others.size() < 8) others.push_back(taken);
    }

    Reporter& report_;
    std::map<std::string, std::vector<Taken>> taken_;
};

void same_port(const Cluster& cluster, Reporter& report) {
    Nodes nodes(report);
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods())
            if (!pod.partial && !pod.runs_to_completion()) nodes.take(*workload, pod);
}

constexpr Example replica_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 80, hostPort: 80}]
                                              ^^ port 80 of a node serves one of the 3 replicas; the others need nodes of their own (use a Service or a DaemonSet)
)",
                                         .good = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 80, hostPort: 80}]
)",
                                         .path = "app.yaml"},
                                        {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 80}]
                                ^^ an update starts a second pod that waits for port 80 of another node; set maxSurge to 0 or use a DaemonSet
)",
                                         .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 80}]
)",
                                         .path = "app.yaml"}};

constexpr Example same_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: metrics}
spec:
  selector: {matchLabels: {app: metrics}}
  template:
    metadata: {labels: {app: metrics}}
    spec:
      hostNetwork: true
      containers: [{name: metrics, image: "registry.example/metrics:1.0", ports: [{containerPort: 9100}]}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: logs}
spec:
  selector: {matchLabels: {app: logs}}
  template:
    metadata: {labels: {app: logs}}
    spec:
      containers: [{name: logs, image: "registry.example/logs:1.0", ports: [{containerPort: 80, hostPort: 9100}]}]
                                                                                                          ^^^^ DaemonSet 'metrics' takes port 9100 of the same nodes, so one of the two is never scheduled
)",
                                      .good = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: metrics}
spec:
  selector: {matchLabels: {app: metrics}}
  template:
    metadata: {labels: {app: metrics}}
    spec:
      nodeSelector: {kubernetes.io/os: linux}
      hostNetwork: true
      containers: [{name: metrics, image: "registry.example/metrics:1.0", ports: [{containerPort: 9100}]}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: metrics-windows}
spec:
  selector: {matchLabels: {app: metrics-windows}}
  template:
    metadata: {labels: {app: metrics-windows}}
    spec:
      nodeSelector: {kubernetes.io/os: windows}
      hostNetwork: true
      containers: [{name: metrics, image: "registry.example/metrics:1.0", ports: [{containerPort: 9100}]}]
)",
                                      .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "replica-host-port-unschedulable",
        .title = "Several pods of one workload need the same port of a node.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A port of a node can be taken once, so each pod needs a node of its own. With fewer free nodes than pods, or during an update that starts "
               "new pods before the old ones are gone, pods stay pending.",
        .examples = replica_examples,
        .run = on_objects({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}, replicas),
    },
    {
        .id = "same-host-port-on-daemonset",
        .title = "Two workloads take the same port of the same nodes.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A DaemonSet wants a pod on every node; where another pod has the port already it is never scheduled.",
        .examples = same_examples,
        .run = on_cluster(same_port),
    },
};

}

extern constinit const std::span<const Check> host_port_clash = table;

}
