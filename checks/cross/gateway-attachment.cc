#include <algorithm>
#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/provided.h"

// Routes of the Gateway API against the Gateways, listeners and grants they need.

namespace plimsoll::checks::gateway_attachment {

namespace {

using kubernetes::Cluster;
using kubernetes::Match;
using kubernetes::Object;

constexpr std::string_view gateway_group = "gateway.networking.k8s.io";

template <typename Each>
void each_route(const Cluster& cluster, Each each) {
    for (std::string_view kind : {"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"})
        for (const Object* route : cluster.of_kind(std::string(gateway_group) + "/" + std::string(kind))) each(*route);
}

// "*.example.org" stands for every name below example.org.
bool names_meet(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto below = [](std::string_view name, std::string_view pattern) {
        return pattern.starts_with("*.") && name.size() >= pattern.size() && name.ends_with(pattern.substr(1));
    };
    return below(a, b) || below(b, a);
}

// The listeners that a parentRef means.
std::vector<yaml::Node> listeners_of(const Object& gateway, yaml::Node parent) {
    std::vector<yaml::Node> found;
    for (yaml::Node listener : gateway.at("spec.listeners").items()) {
        const yaml::Node section = parent["sectionName"], port = parent["port"];
        if (section.is_set() && section.scalar() != listener["name"].scalar()) continue;
        if (port.is_set() && port.scalar() != listener["port"].scalar()) continue;
        found.push_back(listener);
    }
    return found;
}

bool admits_namespace(const Cluster& cluster, const Object& gateway, yaml::Node listener, const Object& route) {
    const yaml::Node namespaces = listener["allowedRoutes"]["namespaces"];
    const std::string_view from = namespaces["from"].text().value_or("Same");
    if (from == "Same") return Cluster::same_namespace(gateway, route) != Match::no;
    if (from == "None") return false;
    if (from != "Selector" || !route.declared_namespace()) return true;
    const Object* home = cluster.find(route, "Namespace", *route.declared_namespace());
    return !home || kubernetes::Selector::labels(namespaces["selector"]).matches(home->labels()) != Match::no;
}

bool admits_kind(yaml::Node listener, const Object& route) {
    const yaml::Node kinds = listener["allowedRoutes"]["kinds"];
    if (kinds.empty()) return true;
    const auto items = kinds.items();
    return std::any_of(items.begin(), items.end(), [&](yaml::Node kind) { return kind["kind"].text_or_empty() == route.kind(); });
}

bool meets_hostname(yaml::Node listener, yaml::Node hostnames) {
    const std::string_view own = listener["hostname"].text_or_empty();
    if (own.empty() || hostnames.empty() || listener["hostname"].is_placeholder()) return true;
    const auto items = hostnames.items();
    return std::any_of(items.begin(), items.end(), [&](yaml::Node name) { return name.is_placeholder() || names_meet(name.scalar(), own); });
}

class Attachment {
public:
    Attachment(const Cluster& cluster, Reporter& report) : cluster_(cluster), report_(report) {}

    void judge(const Object& route, yaml::Node parent) {
        const yaml::Node name = parent["name"];
        const std::string_view space = parent["namespace"].text_or_empty();
        if (parent["kind"].text().value_or("Gateway") != "Gateway" || parent["group"].text().value_or(gateway_group) != gateway_group || !name.text() ||
            name.is_placeholder() || parent["namespace"].is_placeholder())
            return;
        const std::string kind = std::string(gateway_group) + "/Gateway";
        const Object* gateway = cluster_.find(route, kind, name.scalar(), space);
        if (gateway) return judge(route, parent, *gateway);
        // Gateways often belong to those who run the cluster: one that is missing is only told where others are kept beside the routes.
        const auto& external = report_.list("external-gateways");
        if (cluster_.of_kind(kind).empty() || std::find(external.begin(), external.end(), name.scalar()) != external.end()) return;
        if (kubernetes::nowhere(cluster_, route, kind, name.scalar(), space))
            report_.at(route, name, "no Gateway " + quote(name.scalar()) + " is here; create it or name it as external in the configuration");
    }

private:
    void judge(const Object& route, yaml::Node parent, const Object& gateway) {
        std::vector<yaml::Node> listeners = listeners_of(gateway, parent);
        const auto keep = [&](auto fits, yaml::Node place, std::string message) {
            if (listeners.empty()) return;
            std::erase_if(listeners, [&](yaml::Node listener) { return !fits(listener); });
            if (listeners.empty()) report_.at(route, place, std::move(message)).related(gateway, gateway.at("spec.listeners").key(), "its listeners");
        };
        const std::string of = " of Gateway " + quote(gateway.name());
        if (!gateway.at("spec.listeners").is_sequence()) return;
        if (listeners.empty() && !gateway.at("spec.listeners").empty()) {
            const yaml::Node place = parent["sectionName"] ? parent["sectionName"] : parent["port"];
            report_.at(route, place, "no listener" + of + " is " + quote(place.scalar())).related(gateway, gateway.at("spec.listeners").key(), "its listeners");
            return;
        }
        keep([&](yaml::Node listener) { return admits_namespace(cluster_, gateway, listener, route); }, parent["name"],
             "no listener" + of + " admits routes of this namespace");
        keep([&](yaml::Node listener) { return admits_kind(listener, route); }, parent["name"],
             "no listener" + of + " admits the kind " + std::string(route.kind()));
        keep([&](yaml::Node listener) { return meets_hostname(listener, route.at("spec.hostnames")); }, route.at("spec.hostnames"),
             "no listener" + of + " is for these host names");
    }

    const Cluster& cluster_;
    Reporter& report_;
};

void parents(const Cluster& cluster, Reporter& report) {
    Attachment attachment(cluster, report);
    each_route(cluster, [&](const Object& route) {
        for (yaml::Node parent : route.at("spec.parentRefs").items()) attachment.judge(route, parent);
    });
}

// References from one namespace into another one that is part of the set as well.
class Grants {
public:
    Grants(const Cluster& cluster, Reporter& report) : cluster_(cluster), report_(report) {
        for (const Object* object : cluster.objects())
            if (object->declared_namespace()) known_.insert(*object->declared_namespace());
    }

    void judge(const Object& from, yaml::Node reference, std::string_view default_kind) {
        const auto space = reference["namespace"].text();
        const auto own = from.declared_namespace();
        if (!space || !own || *space == *own || reference["namespace"].is_placeholder() || !known_.contains(*space)) return;
        const std::string_view kind = reference["kind"].text().value_or(default_kind), group = reference["group"].text_or_empty();
        if (!granted(from, *space, group, kind, reference["name"].text_or_empty()))
            report_.at(from, reference["namespace"],
                       "no ReferenceGrant in namespace " + quote(*space) + " lets this " + std::string(from.kind()) + " refer to its " + std::string(kind));
    }

private:
    bool granted(const Object& from, std::string_view space, std::string_view group, std::string_view kind, std::string_view name) const {
        for (const Object* grant : cluster_.of_kind(std::string(gateway_group) + "/ReferenceGrant")) {
            if (grant->declared_namespace() && *grant->declared_namespace() != space) continue;
            bool lets = false, lets_to = false;
            for (yaml::Node source : grant->at("spec.from").items())
                lets |= source["group"].text_or_empty() == from.group() && source["kind"].text_or_empty() == from.kind() &&
                        source["namespace"].text_or_empty() == *from.declared_namespace();
            for (yaml::Node target : grant->at("spec.to").items())
                lets_to |= target["group"].text_or_empty() == group && target["kind"].text_or_empty() == kind &&
                           (!target["name"].is_set() || target["name"].text_or_empty() == name);
            if (lets && lets_to) return true;
        }
        return false;
    }

    const Cluster& cluster_;
    Reporter& report_;
    std::set<std::string_view> known_;
};

void grants(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    Grants all(cluster, report);
    each_route(cluster, [&](const Object& route) {
        for (yaml::Node rule : route.at("spec.rules").items())
            for (yaml::Node backend : rule["backendRefs"].items()) all.judge(route, backend, "Service");
    });
    for (const Object* gateway : cluster.of_kind(std::string(gateway_group) + "/Gateway"))
        for (yaml::Node listener : gateway->at("spec.listeners").items())
            for (yaml::Node certificate : listener["tls"]["certificateRefs"].items()) all.judge(*gateway, certificate, "Secret");
}

constexpr Example parent_examples[] = {{.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: any
  listeners: [{name: https, port: 443, protocol: HTTPS, hostname: "*.example.org"}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {name: edge, sectionName: http}
                              ^^^^ no listener of Gateway 'edge' is 'http'
  - {name: egde}
           ^^^^ no Gateway 'egde' is here; create it or name it as external in the configuration
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: other, namespace: shop}
spec:
  parentRefs: [{name: edge}]
  hostnames: [www.example.com]
             ^^^^^^^^^^^^^^^^^ no listener of Gateway 'edge' is for these host names
)",
                                        .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: any
  listeners: [{name: https, port: 443, protocol: HTTPS, hostname: "*.example.org"}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {name: edge, sectionName: https}
  hostnames: [www.example.org]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}]
                      ^^^^ no listener of Gateway 'edge' admits routes of this namespace
)",
                                        .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}]
---
# Listeners of a wrong type are another check's matter: which there are is not known.
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: odd, namespace: shop}
spec:
  gatewayClassName: any
  listeners: {protocol: TLS, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: odd}]
)",
                                        .path = "app.yaml"}};

constexpr Example grant_examples[] = {{.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: edge}
spec:
  rules:
  - backendRefs: [{name: web, namespace: shop, port: 80}]
                                         ^^^^ no ReferenceGrant in namespace 'shop' lets this HTTPRoute refer to its Service
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
)",
                                       .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: edge}
spec:
  rules:
  - backendRefs: [{name: web, namespace: shop, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: edge, namespace: shop}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}]
  to: [{group: "", kind: Service}]
)",
                                       .path = "app.yaml"}};

constexpr Option parent_options[] = {{.name = "external-gateways", .what = "Names of Gateways that are kept elsewhere."}};

constexpr Check table[] = {
    {
        .id = "gateway-reference-grant-missing",
        .title = "A reference into another namespace has no grant there.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The Gateway API follows a reference into another namespace only when a ReferenceGrant of that namespace allows it; without one the route "
               "answers with errors and the listener has no certificate.",
        .examples = grant_examples,
        .run = on_cluster(grants),
    },
    {
        .id = "gateway-route-parent-missing",
        .title = "A route finds no Gateway or listener that takes it.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A route that no listener accepts is not served at all: the names, ports, host names and allowed namespaces of both sides have to meet.",
        .options = parent_options,
        .examples = parent_examples,
        .run = on_cluster(parents),
    },
};

}

extern constinit const std::span<const Check> gateway_attachment = table;

}
