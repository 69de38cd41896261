#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::host_port {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    for (const Node port : container["ports"].items()) {
        const Node value = port["hostPort"];
        if (value.integer().value_or(0) == 0) continue;
        const std::vector<std::string>& allowed = report.list("allow_ports");
        if (std::find(allowed.begin(), allowed.end(), value.scalar()) != allowed.end()) continue;
        Draft draft = report.at(value, "takes port " + quote(value.scalar()) + " of the node; use a Service, and remove hostPort");
        draft.fix("Remove hostPort", Safety::unsafe, yaml::remove_entry(container.pod->object->manifest().source(), value));
        if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
    }
}

static constexpr Option options[] = {{.name = "allow_ports", .what = "ports of the node that may be taken"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    ports:
    - containerPort: 8080
      hostPort: 80
                ^^ takes port '80' of the node; use a Service, and remove hostPort
    - containerPort: 9090
      hostPort: 0
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    ports:
    - containerPort: 8080
    - containerPort: 9090
      hostPort: 0
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    ports: [{containerPort: 53, hostPort: 53}, {containerPort: 443, hostPort: 443}]
                                          ^^ takes port '53' of the node; use a Service, and remove hostPort
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    ports: [{containerPort: 53}, {containerPort: 443, hostPort: 443}]
)",
                                        .config = R"(checks:
  host-port: {allow_ports: ["443"]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_port = {
    .id = "host-port",
    .title = "Container binds a host port.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "A host port opens the container on every address of the node, past Services and often past firewalls, and only one such pod fits on a node.",
    .aliases = {"trivy:KSV-0024", "checkov:CKV_K8S_26", "polaris:hostPortSet", "kubescape:C-0044", "datree:CONTAINERS_INCORRECT_KEY_HOSTPORT", "marvin:M-105",
                "kyverno:disallow-host-ports", "kyverno:disallow-host-ports-range", "gatekeeper:host-network-ports", "mondoo:ports-hostport", "psa:hostPorts",
                "pss:baseline/hostPorts", "pss:restricted/hostPorts"},
    .standards = {"PSS-baseline", "CIS-K8s-5.2.12", "NSA-pod-hardening"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
