#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::probes_identical {

using kubernetes::Container;
using yaml::Node;

// The number of a port given by number or by the name of one of the container's ports; the text itself when the name is unknown.
static std::string_view port_of(const Container& container, Node port) {
    if (const std::optional<std::string_view> name = port.text())
        for (Node declared : container["ports"].items())
            if (declared["name"].text_or_empty() == *name) return declared["containerPort"].scalar();
    return port.scalar();
}

static std::string_view text_or(Node node, std::string_view otherwise) {
    const std::string_view text = node.text_or_empty();
    return text.empty() ? otherwise : text;
}

static bool same_http(const Container& container, Node a, Node b) {
    if (text_or(a["path"], "/") != text_or(b["path"], "/") || text_or(a["scheme"], "HTTP") != text_or(b["scheme"], "HTTP")) return false;
    if (a["host"].text_or_empty() != b["host"].text_or_empty()) return false;
    const std::string_view port = port_of(container, a["port"]);
    return !port.empty() && port == port_of(container, b["port"]);
}

static bool same_command(Node a, Node b) {
    const yaml::Items left = a["command"].items(), right = b["command"].items();
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](Node x, Node y) { return !x.is_placeholder() && x.is_scalar() && x.scalar() == y.scalar(); }) &&
           !left.empty();
}

// The handler of the liveness probe when the readiness probe has the same one.
static Node same_handler(const Container& container, Node liveness, Node readiness) {
    if (Node http = liveness["httpGet"]; http.is_mapping() && same_http(container, http, readiness["httpGet"])) return http;
    if (Node tcp = liveness["tcpSocket"]; tcp.is_mapping() && tcp["host"].text_or_empty() == readiness["tcpSocket"]["host"].text_or_empty()) {
        const std::string_view port = port_of(container, tcp["port"]);
        if (!port.empty() && port == port_of(container, readiness["tcpSocket"]["port"])) return tcp;
    }
    if (Node exec = liveness["exec"]; exec.is_mapping() && same_command(exec, readiness["exec"])) return exec;
    if (Node grpc = liveness["grpc"]; grpc.is_mapping() && grpc["port"].integer() && grpc["port"].integer() == readiness["grpc"]["port"].integer() &&
                                      grpc["service"].text_or_empty() == readiness["grpc"]["service"].text_or_empty())
        return grpc;
    return {};
}

// Seconds of failure that a probe puts up with.
static std::int64_t patience(Node probe) {
    const std::int64_t period = probe["periodSeconds"].integer().value_or(10), failures = probe["failureThreshold"].integer().value_or(3);
    return std::clamp<std::int64_t>(period, 1, 1 << 20) * std::clamp<std::int64_t>(failures, 1, 1 << 20);
}

static void run(const Container& container, Reporter& report) {
    const Node liveness = container["livenessProbe"], readiness = container["readinessProbe"];
    if (!liveness || !readiness || !container.long_running()) return;
    const Node handler = same_handler(container, liveness, readiness);
    // The same question asked with clearly more patience is a pattern that Kubernetes' own documentation names.
    if (!handler || patience(liveness) >= 2 * patience(readiness)) return;
    report
        .at(handler.key(), "the readiness probe asks the same: whatever makes the container unready also restarts it; ask less here or raise failureThreshold")
        .related(readiness.key().span(), "the readiness probe");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports: [{name: http, containerPort: 8080}]
    livenessProbe:
      httpGet: {path: /health, port: http}
      ^^^^^^^ the readiness probe asks the same: whatever makes the container unready also restarts it; ask less here or raise failureThreshold
    readinessProbe:
      httpGet: {path: /health, port: 8080}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    livenessProbe:
      httpGet: {path: /live, port: 8080}
    readinessProbe:
      httpGet: {path: /ready, port: 8080}
  - name: cache
    image: example.org/cache:1.0
    livenessProbe: {tcpSocket: {port: 6379}, failureThreshold: 6}
    readinessProbe: {tcpSocket: {port: 6379}}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db"}, "spec": {"containers": [{"name": "db", "image": "example.org/db:1.0",
  "livenessProbe": {"exec": {"command": ["pg_isready", "-q"]}},
                    ^^^^^^ the readiness probe asks the same: whatever makes the container unready also restarts it; ask less here or raise failureThreshold
  "readinessProbe": {"exec": {"command": ["pg_isready", "-q"]}}}]}}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: rpc}
spec:
  containers:
  - name: rpc
    image: example.org/rpc:1.0
    livenessProbe: {grpc: {port: 9000, service: live}}
    readinessProbe: {grpc: {port: 9000, service: ready}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check probes_identical = {
    .id = "probes-identical",
    .title = "Liveness and readiness probes are the same.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Readiness takes a busy container out of the Service for a while, liveness kills it. When both ask the same question with the same patience, load "
           "that should only pause a container restarts it, and its share of the load brings down the next one.",
    .aliases = {"kube-score:pod-probes-identical", "kyverno:ensure-probes-different", "rhcop:OCP_BESTPRACT-00007"},
    .examples = examples,
    .run = on_containers(run),
};

}
