#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::container_port_invalid {

using kubernetes::Container;
using yaml::Node;

static void judge_number(const Container& container, Node port, Reporter& report) {
    const Node number = port["containerPort"];
    if (number.is_set() && !number.integer()) return;   // a placeholder, or a wrong type
    if (const std::int64_t value = number.integer().value_or(0); value < 0 || value > 65535) {
        report.at(number, "port " + std::to_string(value) + " does not exist; use 1 to 65535").only({"kube-score:container-ports-check", refused});
    } else if (value == 0) {
        if (number)
            report.at(number.is_null() ? number.key() : number, "containerPort needs a number from 1 to 65535")
                .only({"kube-score:container-ports-check", refused});
        else if (port.is_mapping() && !container.pod->partial && Refusals(*container.pod->object, report).whole())
            report.at(port.head(), "the port has no containerPort; give its number").only({"kube-score:container-ports-check", refused});
    }
}

// Ports that stand before this one in the list.
template <typename Same>
static Node earlier(Node ports, Node port, const Same& same) {
    for (Node other : ports.items()) {
        if (other == port) break;
        if (same(other)) return other;
    }
    return {};
}

static void judge_name(Node ports, Node port, Reporter& report) {
    const Node node = port["name"];
    const std::string_view name = node.text_or_empty();
    if (name.empty()) return;
    if (!kubernetes::is_port_name(name)) {
        report.at(node, quote(name) + (name.size() > 15 ? " is longer than the 15 characters that a port name may have; shorten it"
                                                        : " is no port name; use lower-case letters, digits and single dashes, with a letter"));
    } else if (const Node first = earlier(ports, port, [&](Node other) { return other["name"].text_or_empty() == name; })) {
        report.at(node, "another port of this container is named " + quote(name) + " as well; the API server refuses that")
            .related(first["name"].span(), "the first one")
            .only({"kube-score:container-ports-check", refused});
    }
}

static std::string_view protocol_of(Node port) {
    const std::string_view protocol = port["protocol"].text_or_empty();
    return protocol.empty() ? std::string_view("TCP") : protocol;
}

static void judge_duplicate(Node ports, Node port, Reporter& report) {
    const Node number = port["containerPort"];
    if (!number.integer() || number.integer() == 0) return;
    const Node first = earlier(ports, port, [&](Node other) {
        // Under two names one port may serve two ports of a Service.
        return other["containerPort"].integer() == number.integer() && other["name"].text() == port["name"].text() && protocol_of(other) == protocol_of(port) &&
               other["hostPort"].integer() == port["hostPort"].integer() && other["hostIP"].text() == port["hostIP"].text();
    });
    if (first)
        report.at(number, "port " + std::to_string(*number.integer()) + " is declared twice for " + std::string(protocol_of(port)) + "; remove one")
            .severity(Severity::low)
            .related(first["containerPort"].span(), "the first one")
            .only({});
}

static void run(const Container& container, Reporter& report) {
    const Node ports = container["ports"];
    if (!ports.is_sequence() || beyond_server(*container.pod->object, report)) return;
    // Comparing each with each is fine for the lists people write; beyond that only the entries themselves are judged.
    const bool compare = ports.size() <= 200;
    for (Node port : ports.items()) {
        judge_number(container, port, report);
        if (!compare) continue;
        judge_name(ports, port, report);
        judge_duplicate(ports, port, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports:
    - {name: http, containerPort: 80800}
                                  ^^^^^ port 80800 does not exist; use 1 to 65535
    - {name: http, containerPort: 8081}
             ^^^^ another port of this container is named 'http' as well; the API server refuses that
    - {name: prometheus-metrics, containerPort: 9090}
             ^^^^^^^^^^^^^^^^^^ 'prometheus-metrics' is longer than the 15 characters that a port name may have; shorten it
    - {name: Admin, containerPort: 9091}
             ^^^^^ 'Admin' is no port name; use lower-case letters, digits and single dashes, with a letter
    - containerPort:
      ^^^^^^^^^^^^^ containerPort needs a number from 1 to 65535
    - {containerPort: 7000, protocol: TCP}
    - {containerPort: 7000}
                      ^^^^ port 7000 is declared twice for TCP; remove one
    - name: probe
            ^^^^^ the port has no containerPort; give its number
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports:
    - {name: http, containerPort: 8080}
    - {name: admin, containerPort: 8080}
    - {name: dns, containerPort: 53, protocol: UDP}
    - {name: dns-tcp, containerPort: 53}
  - name: sidecar
    image: example.org/sidecar:1.0
    ports:
    - {name: http, containerPort: 8081}
)",
                                        .path = "app.yaml"}};

extern constinit const Check container_port_invalid = {
    .id = "container-port-invalid",
    .title = "Container port list is invalid.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "The API server refuses the pod when a port is out of range or missing, or when a name is too long, malformed or used twice in a container. "
           "The same number and protocol twice is accepted, but the second entry may get lost when the object is updated.",
    .aliases = {"kube-linter:invalid-target-ports", "kube-score:container-ports-check", refused},
    .examples = examples,
    .run = on_containers(run),
};

}
