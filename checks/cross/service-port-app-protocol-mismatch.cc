#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::service_port_app_protocol_mismatch {

namespace {

// What meshes read from a port's name: the part before the first dash.
std::string_view protocol_of_name(std::string_view name) {
    const std::string_view first = name.substr(0, name.find('-'));
    for (std::string_view known : {"http", "https", "http2", "grpc", "tcp", "tls", "mongo", "mysql", "redis", "udp"})
        if (first == known) return known;
    return {};
}

// The same protocol under the names that appProtocol knows.
std::string_view canonical(std::string_view protocol) {
    if (protocol == "kubernetes.io/h2c" || protocol == "h2c" || protocol == "HTTP2" || protocol == "grpc") return "http2";
    if (protocol == "kubernetes.io/ws" || protocol == "HTTP") return "http";
    if (protocol == "kubernetes.io/wss" || protocol == "HTTPS") return "https";
    return protocol;
}

void run(const kubernetes::Object& service, Reporter& report) {
    for (yaml::Node port : service.at("spec.ports").items()) {
        const std::string_view named = protocol_of_name(port["name"].text_or_empty()), said = port["appProtocol"].text_or_empty();
        if (named.empty() || said.empty() || port["appProtocol"].is_placeholder() || canonical(named) == canonical(said)) continue;
        // Plain TCP says nothing about what runs over it.
        if (named == "tcp" || canonical(said) == "tcp") continue;
        report.at(port["appProtocol"], "appProtocol " + quote(said) + " contradicts the port's name " + quote(port["name"].scalar()))
            .related(port["name"].span(), "the name");
    }
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports: [{name: grpc-api, port: 9000, appProtocol: https}]
                                                    ^^^^^ appProtocol 'https' contradicts the port's name 'grpc-api'
)",
                                 .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports: [{name: grpc-api, port: 9000, appProtocol: kubernetes.io/h2c}]
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check service_port_app_protocol_mismatch = {
    .id = "service-port-app-protocol-mismatch",
    .title = "A port's name and its appProtocol disagree.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Meshes and load balancers choose the protocol by one of the two; where they differ it depends on the program which one is believed.",
    .examples = examples,
    .run = on_objects({"Service"}, run),
};

}
