#include "analyzer/engine/kubernetes_check.h"

// Service meshes: Istio and Linkerd.

namespace plimsoll::checks::mesh {

static void run_mtls(const kubernetes::Object& object, Reporter& report) {
    if (object.kind() == "PeerAuthentication") {
        const auto check = [&](yaml::Node mode) {
            const std::string_view text = mode.text_or_empty();
            if (text == "PERMISSIVE" || text == "DISABLE") report.at(mode, std::string(text) + " accepts plain text between workloads; set STRICT");
        };
        check(object.spec()["mtls"]["mode"]);
        for (const yaml::Entry& port : object.spec()["portLevelMtls"].entries()) check(port.value["mode"]);
        return;
    }
    const auto check = [&](yaml::Node policy) {
        const yaml::Node mode = policy["tls"]["mode"];
        if (mode.text_or_empty() == "DISABLE") report.at(mode, "DISABLE sends plain text to this host; use ISTIO_MUTUAL");
    };
    const yaml::Node policy = object.spec()["trafficPolicy"];
    check(policy);
    for (yaml::Node port : policy["portLevelSettings"].items()) check(port);
    for (yaml::Node subset : object.spec()["subsets"].items()) check(subset["trafficPolicy"]);
}

static void run_disabled(const kubernetes::Pod& pod, Reporter& report) {
    const auto off = [&](yaml::Node node, std::string_view value) {
        if (node.is_set() && node.scalar() == value)
            report.at(node, quote(node.key().scalar()) + " takes the pod out of the mesh, so its traffic has neither mTLS nor policies; drop it");
    };
    for (yaml::Node holder : {pod.labels(), pod.annotations()}) off(holder["sidecar.istio.io/inject"], "false");
    off(pod.annotations()["linkerd.io/inject"], "disabled");
    off(pod.labels()["istio.io/dataplane-mode"], "none");
    for (std::string_view key : {"traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts",
                                 "config.linkerd.io/skip-inbound-ports", "config.linkerd.io/skip-outbound-ports"}) {
        const yaml::Node ports = pod.annotations()[key];
        if (ports.is_set() && !ports.scalar().empty()) report.at(ports, "these ports go past the mesh, without mTLS and policies; drop the annotation");
    }
}

static void check_hosts(yaml::Node hosts, Reporter& report) {
    for (yaml::Node host : hosts.items()) {
        const std::string_view text = host.text_or_empty();
        if (text == "*" || text == "*/*") report.at(host, quote(text) + " takes the requests for every host; name the hosts");
    }
}

static void run_hosts(const kubernetes::Object& object, Reporter& report) {
    if (object.kind() == "Gateway") {
        for (yaml::Node server : object.spec()["servers"].items()) check_hosts(server["hosts"], report);
        return;
    }
    for (yaml::Node gateway : object.spec()["gateways"].items())
        if (gateway.text_or_empty() != "mesh") {
            check_hosts(object.spec()["hosts"], report);
            return;
        }
}

static constexpr Example mtls_examples[] = {{.bad = R"(
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
spec:
  mtls:
    mode: PERMISSIVE
          ^^^^^^^^^^ PERMISSIVE accepts plain text between workloads; set STRICT
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: db
spec:
  host: db
  trafficPolicy:
    tls:
      mode: DISABLE
            ^^^^^^^ DISABLE sends plain text to this host; use ISTIO_MUTUAL
)",
                                             .good = R"(
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
spec:
  mtls:
    mode: STRICT
)",
                                             .path = "app.yaml"}};

static constexpr Example disabled_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    sidecar.istio.io/inject: "false"
                             ^^^^^^^ 'sidecar.istio.io/inject' takes the pod out of the mesh, so its traffic has neither mTLS nor policies; drop it
  annotations:
    config.linkerd.io/skip-inbound-ports: "25,587"
                                          ^^^^^^^^ these ports go past the mesh, without mTLS and policies; drop the annotation
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
)",
                                                 .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    sidecar.istio.io/inject: "true"
spec:
  containers:
  - name: web
    image: registry.example/web:1.0.0
)",
                                                 .path = "app.yaml"}};

static constexpr Example hosts_examples[] = {{.bad = R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: ["*"]
            ^^^ '*' takes the requests for every host; name the hosts
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
spec:
  gateways: [edge]
  hosts:
  - "*"
    ^^^ '*' takes the requests for every host; name the hosts
)",
                                              .good = R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: inside
spec:
  hosts: ["*"]
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "istio-mtls-not-strict",
        .title = "Istio mTLS is not strict.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "In permissive mode a workload takes plain text from anybody who reaches it, so identities are not checked and traffic can be read. It is "
               "meant for the move into the mesh.",
        .aliases = {"kyverno:enforce-strict-mtls", "kyverno:enforce-tls-hosts-host-subnets"},
        .standards = {"NSA-net-encryption"},
        .examples = mtls_examples,
        .run = on_objects({"security.istio.io/PeerAuthentication", "networking.istio.io/DestinationRule"}, run_mtls),
    },
    {
        .id = "istio-sidecar-disabled",
        .title = "Mesh injection disabled.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Outside the mesh a pod has no identity: policies of the others cannot name it, and what it sends and takes is plain text.",
        .aliases = {"kyverno:prevent-disabling-injection-pods", "kyverno:prevent-linkerd-pod-injection-override", "kyverno:prevent-linkerd-port-skipping",
                    "kyverno:require-linkerd-mesh-injection", "kyverno:enforce-sidecar-injection-namespace", "kyverno:enforce-ambient-mode-namespace"},
        .examples = disabled_examples,
        .run = on_pods(run_disabled),
    },
    {
        .id = "istio-wildcard-host",
        .title = "Istio Gateway or VirtualService uses host \"*\".",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A wildcard answers for every name that somebody points at the gateway, those of other teams included.",
        .aliases = {"kyverno:restrict-virtual-service-wildcard"},
        .examples = hosts_examples,
        .run = on_objects({"networking.istio.io/Gateway", "networking.istio.io/VirtualService"}, run_hosts),
    },
};

extern constinit const std::span<const Check> mesh = table;

}
