#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::probe_port_undeclared {

using kubernetes::Container;
using yaml::Node;

namespace {

struct Probe {
    std::string_view key, alias;
};

}

static constexpr Probe probes[] = {
    {"livenessProbe", "kube-linter:liveness-port"}, {"readinessProbe", "kube-linter:readiness-port"}, {"startupProbe", "kube-linter:startup-port"}};

// The pod's own address; in the node's network its loopback is the pod's as well.
static bool is_own(Node host, const kubernetes::Pod& pod) {
    const std::string_view text = host.text_or_empty();
    return !host.is_set() || text.empty() || (pod.host_network() && (text == "127.0.0.1" || text == "localhost" || text == "::1"));
}

// The port of the probe's handler, when the handler asks the container itself.
static Node port_of(Node probe, const kubernetes::Pod& pod) {
    for (std::string_view handler : {"httpGet", "tcpSocket"})
        if (Node at = probe[handler]; at.is_mapping()) return is_own(at["host"], pod) ? at["port"] : Node();
    return probe["grpc"]["port"];
}

static bool names_port(const Container& container, std::string_view name) {
    for (Node port : container["ports"].items())
        if (port["name"].text_or_empty() == name || port["name"].is_placeholder()) return true;
    return false;
}

static bool declares_number(const Container& container, std::int64_t number) {
    for (Node port : container["ports"].items()) {
        const std::string_view protocol = port["protocol"].text_or_empty();
        if (port["containerPort"].is_placeholder()) return true;
        if (port["containerPort"].integer() == number && (protocol.empty() || protocol == "TCP")) return true;
    }
    return false;
}

static void judge(const Container& container, const Probe& probe, Reporter& report) {
    const Node port = port_of(container[probe.key], *container.pod);
    if (const std::optional<std::int64_t> number = port.integer()) {
        if (!declares_number(container, *number))
            report.at(port, "the probe asks port " + std::to_string(*number) + ", which is not among the container's TCP ports; check the number or declare it")
                .severity(Severity::info)
                .only({probe.alias});
    } else if (const std::string_view name = port.text_or_empty(); !name.empty() && name.find_first_not_of("0123456789") != std::string_view::npos) {
        if (!names_port(container, name))
            report.at(port, "no port of this container is named " + quote(name) + ", so the probe always fails; use a declared name").only({probe.alias});
    }
}

static void run(const Container& container, Reporter& report) {
    if (!container.long_running() || container.pod->partial || container.pod->object->is_fragment()) return;
    for (const Probe& probe : probes) judge(container, probe, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports: [{name: metrics, containerPort: 9090}, {name: dns, containerPort: 53, protocol: UDP}]
    livenessProbe:
      httpGet: {path: /live, port: 8080}
                                   ^^^^ the probe asks port 8080, which is not among the container's TCP ports; check the number or declare it
    readinessProbe:
      httpGet: {path: /ready, port: http}
                                    ^^^^ no port of this container is named 'http', so the probe always fails; use a declared name
    startupProbe: {tcpSocket: {port: 53}}
                                     ^^ the probe asks port 53, which is not among the container's TCP ports; check the number or declare it
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports: [{name: http, containerPort: 8080}, {containerPort: 9000}]
    livenessProbe:
      httpGet: {path: /live, port: 8080}
    readinessProbe:
      httpGet: {path: /ready, port: http}
    startupProbe: {grpc: {port: 9000}}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: mesh}
spec:
  initContainers:
  - name: proxy
    image: example.org/proxy:1.0
    restartPolicy: Always
    readinessProbe: {grpc: {port: 15021}}
                                  ^^^^^ the probe asks port 15021, which is not among the container's TCP ports; check the number or declare it
  containers:
  - {name: app, image: "example.org/app:1.0"}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
  - name: app
    image: example.org/app:1.0
    livenessProbe: {httpGet: {host: 127.0.0.1, port: 8080}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check probe_port_undeclared = {
    .id = "probe-port-undeclared",
    .title = "Probe port is not a declared container port.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A port name is looked up in the same container only, and a name that is not found makes every probe fail. A number works without being declared, "
           "but it is often a leftover of an older configuration.",
    .aliases = {"kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"},
    .examples = examples,
    .run = on_containers(run),
};

}
