#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::gateway_listener_insecure {

static bool is_encrypted(std::string_view protocol) { return protocol == "HTTPS" || protocol == "TLS"; }

static void check_tls(yaml::Node listener, Reporter& report) {
    const yaml::Node tls = listener["tls"];
    const std::string_view mode = tls["mode"].is_set() ? tls["mode"].text_or_empty() : "Terminate";
    if (!is_encrypted(listener["protocol"].text_or_empty()) || mode != "Terminate") return;
    if (tls["certificateRefs"].items().empty() && !tls["certificateRefs"].is_placeholder() && tls["options"].empty())
        report.at(tls ? tls.key().span() : listener["protocol"].span(), "this listener ends TLS but has no certificate; add tls.certificateRefs");
}

static void run(const kubernetes::Object& gateway, Reporter& report) {
    const yaml::Node listeners = gateway.spec()["listeners"];
    bool encrypted = false;
    for (yaml::Node listener : listeners.items()) encrypted |= is_encrypted(listener["protocol"].text_or_empty());
    for (yaml::Node listener : listeners.items()) {
        // Beside an HTTPS listener plain HTTP is there to redirect.
        if (listener["protocol"].text_or_empty() == "HTTP" && !encrypted)
            report.at(listener["protocol"], "this Gateway serves plain HTTP only; add an HTTPS listener and redirect to it");
        check_tls(listener, report);
        const yaml::Node from = listener["allowedRoutes"]["namespaces"]["from"];
        if (from.text_or_empty() == "All") report.at(from, "routes of every namespace may take over hosts of this listener; use Same or Selector");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: nginx
  listeners:
  - name: http
    port: 80
    protocol: HTTP
              ^^^^ this Gateway serves plain HTTP only; add an HTTPS listener and redirect to it
    allowedRoutes:
      namespaces:
        from: All
              ^^^ routes of every namespace may take over hosts of this listener; use Same or Selector
)",
                                        .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: nginx
  listeners:
  - name: http
    port: 80
    protocol: HTTP
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs:
      - name: edge-tls
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: nginx
  listeners: [{name: https, port: 443, protocol: HTTPS, tls: {mode: Terminate}}]
                                                        ^^^ this listener ends TLS but has no certificate; add tls.certificateRefs
)",
                                        .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: nginx
  listeners: [{name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check gateway_listener_insecure = {
    .id = "gateway-listener-insecure",
    .title = "Gateway listener is plain HTTP or open to all namespaces.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "What a plain listener serves can be read and changed on the way; a listener that takes routes from every namespace lets each of them "
           "claim hosts and paths of the others.",
    .examples = examples,
    .run = on_objects({"gateway.networking.k8s.io/Gateway"}, run),
};

}
