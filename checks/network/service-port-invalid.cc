#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::service_port_invalid {

static bool in_range(std::int64_t number) { return number >= 1 && number <= 65535; }

static void check_target(yaml::Node port, Reporter& report) {
    const yaml::Node target = port["targetPort"];
    if (!target.is_set() || target.is_placeholder()) return;
    if (const auto number = target.integer()) {
        // Zero counts as not set and becomes the port itself.
        if (*number && !in_range(*number)) report.at(target, quote(target.scalar()) + " is no port; use 1 to 65535");
        return;
    }
    const std::string_view name = target.text_or_empty();
    if (name.empty() || kubernetes::is_port_name(name)) return;
    const bool digits = name.find_first_not_of("0123456789") == std::string_view::npos;
    report.at(target, digits ? quote(name) + " in quotes is the name of a port, and names need a letter; write the number without quotes"
                             : quote(name) + " is no port name: up to 15 lower-case letters, digits and single dashes");
}

static void check_numbers(yaml::Node port, std::string_view type, Reporter& report) {
    const yaml::Node number = port["port"], node_port = port["nodePort"];
    if (const auto value = number.integer(); value && !in_range(*value)) {
        Draft draft = report.at(number, quote(number.scalar()) + " is no port; use 1 to 65535");
        // Without a port of the pods the API server takes this one for it and says it twice.
        if (!port["targetPort"].is_set() && report.settings().profile == "api-server") draft.field("spec.ports[" + std::to_string(port.index()) + "]");
    }
    const auto value = node_port.integer();
    if (!value || *value == 0) return;
    if (type == "ClusterIP")
        report.at(node_port.key(), "a Service of type ClusterIP may not have a nodePort; drop it, or set type: NodePort");
    else if (*value < 30000 || *value > 32767)
        report.at(node_port, quote(node_port.scalar()) + " is outside the range of node ports, 30000 to 32767").without("api-server");
}

static std::string_view protocol(yaml::Node port) { return port["protocol"].is_set() ? port["protocol"].scalar() : "TCP"; }

// The earlier entries of the list that this one collides with.
static void check_duplicates(yaml::Node list, yaml::Node port, Reporter& report) {
    for (yaml::Node other : list.items()) {
        if (other == port) return;
        const auto same = [&](std::string_view key) { return port[key].is_set() && !port[key].is_placeholder() && port[key].scalar() == other[key].scalar(); };
        if (same("name"))
            report.at(port["name"], "two ports are named " + quote(port["name"].scalar()) + "; give each its own name")
                .related(other["name"].span(), "the first one");
        if (protocol(other) != protocol(port)) continue;
        if (same("port"))
            report.at(port["port"], "port " + quote(port["port"].scalar()) + " is listed twice for " + std::string(protocol(port)) + "; drop one")
                .related(other["port"].span(), "the first one");
        if (same("nodePort") && port["nodePort"].integer().value_or(0))
            report.at(port["nodePort"], "node port " + quote(port["nodePort"].scalar()) + " is given out twice; change one")
                .related(other["nodePort"].span(), "the first one");
    }
}

static void run(const kubernetes::Object& service, Reporter& report) {
    const yaml::Node ports = service.spec()["ports"];
    const yaml::Node type_node = service.spec()["type"];
    const std::string_view type = type_node.is_set() ? type_node.text_or_empty() : "ClusterIP";
    std::size_t count = 0;
    for (yaml::Node port : ports.items())
        if (port.is_mapping()) ++count;
    // A Service has a handful of ports; a list of thousands is not compared pair by pair.
    const bool small = count <= 300;
    for (yaml::Node port : ports.items()) {
        if (!port.is_mapping()) continue;
        const yaml::Node name = port["name"];
        check_target(port, report);
        check_numbers(port, Refusals(service, report).whole() ? type : std::string_view(), report);
        if (name.is_set() && name.text() && !name.text()->empty() && !kubernetes::is_dns1123_label(*name.text()))
            report.at(name, quote(name.scalar()) + " is no port name of a Service: lower-case letters, digits and dashes");
        if (count > 1 && Refusals(service, report).whole() && (!name.is_set() || name.text() == ""))
            report.at(port["port"] ? port["port"].key().span() : port.head(), "a Service with several ports needs a name for each of them; add name")
                .field(port.path(service.node()) + ".name");
        if (small) check_duplicates(ports, port, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    ^^^^ a Service with several ports needs a name for each of them; add name
    targetPort: "8080"
                ^^^^^^ '8080' in quotes is the name of a port, and names need a letter; write the number without quotes
  - name: metrics
    port: 9090
    targetPort: Metrics_Port
                ^^^^^^^^^^^^ 'Metrics_Port' is no port name: up to 15 lower-case letters, digits and single dashes
    nodePort: 8090
              ^^^^ '8090' is outside the range of node ports, 30000 to 32767
  - name: metrics
          ^^^^^^^ two ports are named 'metrics'; give each its own name
    port: 9090
          ^^^^ port '9090' is listed twice for TCP; drop one
)",
                                        .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: 8080
  - name: metrics
    port: 9090
    targetPort: metrics
    nodePort: 30090
  - name: dns
    port: 9090
    protocol: UDP
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 70000, targetPort: 0x1ffff, nodePort: 30080}]}
                      ^^^^^ '70000' is no port; use 1 to 65535
                                         ^^^^^^^ '0x1ffff' is no port; use 1 to 65535
                                                  ^^^^^^^^ a Service of type ClusterIP may not have a nodePort; drop it, or set type: NodePort
)",
                                        .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, targetPort: http}]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check service_port_invalid = {
    .id = "service-port-invalid",
    .title = "Service port definition is invalid.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The API server refuses such a Service, at the latest when the second of two equal ports is allocated. A quoted number in targetPort is "
           "read as a name.",
    .aliases = {"kube-linter:invalid-target-ports", "kyverno:restrict-service-port-range", refused},
    .examples = examples,
    .run = on_objects({"Service"}, run),
};

}
