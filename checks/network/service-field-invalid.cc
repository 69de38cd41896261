#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of a Service and of the addresses behind it.

namespace plimsoll::checks::service_field_invalid {

using kubernetes::Object;
using yaml::Node;

namespace {

// A default counts as written; empty when the type cannot be told.
std::string_view type_of(Node spec) {
    const Node type = spec["type"];
    return type.is_set() ? type.text_or_empty() : std::string_view("ClusterIP");
}

bool headless(Node spec) { return spec["clusterIP"].text() == "None" || (!spec["clusterIP"].is_set() && spec["clusterIPs"][std::size_t{0}].text() == "None"); }

bool known(std::string_view type) { return type == "ClusterIP" || type == "NodePort" || type == "LoadBalancer" || type == "ExternalName"; }

}

// ---- ports ------------------------------------------------------------------------------------------------------------

static void judge_ports(const Object& service, Refusals& refusals) {
    const Node spec = service.spec(), ports = spec["ports"];
    const std::string_view type = type_of(spec);
    const bool none = !ports.is_set() || (ports.is_sequence() && ports.empty());
    if (none && refusals.whole() && known(type) && type != "ExternalName" && !headless(spec) && !spec["clusterIP"].is_placeholder())
        refusals.absent(spec ? spec : service.node(), spec ? "ports" : "spec.ports", "a Service needs a port unless it is headless; add ports");
    for (Node port : ports.items()) refusals.qualified(port["appProtocol"]);
}

// ---- addresses --------------------------------------------------------------------------------------------------------

// Addresses that no Service or endpoint may stand for.
static std::string_view special(std::string_view text) {
    const auto address = kubernetes::parse_address(text);
    if (!address) return {};
    const unsigned char* b = address->bytes;
    if (!address->v6) {
        if (b[0] == 127) return "the node itself";
        if (b[0] == 169 && b[1] == 254) return "one link only";
        if (b[0] == 224 && b[1] == 0 && b[2] == 0) return "a group on one link";
        return b[0] + b[1] + b[2] + b[3] == 0 ? "no address" : "";
    }
    if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) return "one link only";
    if (b[0] == 0xff && (b[1] & 0x0f) == 0x02) return "a group on one link";
    for (int i = 0; i < 15; ++i)
        if (b[i]) return {};
    return b[15] == 1 ? "the node itself" : b[15] == 0 ? "no address" : "";
}

static void judge_address(Node node, bool endpoint, Refusals& refusals) {
    const std::string_view text = node.text_or_empty();
    if (text.empty() && !node.text()) return;
    if (!kubernetes::parse_address(text))
        refusals.wrong(node, quote(text) + " is no address; write an IP without leading zeros");
    else if (endpoint && !special(text).empty())
        refusals.wrong(node, quote(text) + " stands for " + std::string(special(text)) + "; use an address that others can reach");
}

static void judge_cluster_addresses(const Object& service, Refusals& refusals) {
    const Node spec = service.spec(), one = spec["clusterIP"], list = spec["clusterIPs"];
    const std::string_view type = type_of(spec);
    const std::string first = server_path(refusals, spec, ".clusterIPs[0]");
    if (headless(spec) && (type == "LoadBalancer" || type == "NodePort"))
        refusals.wrong(one.is_set() ? one : list[std::size_t{0}], "a Service of type " + std::string(type) + " needs an address of its own; remove None")
            .field(first);
    if (type == "ExternalName") return;
    for (Node address : {one, list[std::size_t{0}], list[std::size_t{1}]})
        if (address.text() && !address.text()->empty() && *address.text() != "None" && !kubernetes::parse_address(*address.text())) {
            refusals.wrong(address, quote(*address.text()) + " is no address; write an IP, or None")
                .field(address == one ? first : server_path(refusals, address, ""));
            if (address == one) break;   // the server copies it into the list
        }
    for (Node family : spec["ipFamilies"].items()) refusals.one_of(family, {"IPv4", "IPv6"});
    if (list.size() > 2) refusals.clash(list, "a Service has at most one address of each family; remove some");
}

static void judge_ranges(const Object& service, Refusals& refusals) {
    const Node spec = service.spec(), ranges = spec["loadBalancerSourceRanges"];
    const std::string_view type = type_of(spec);
    // The API server writes this one with a capital.
    const std::string path = server_path(refusals, spec, ".LoadBalancerSourceRanges");
    if (!ranges.empty() && ranges.is_sequence() && known(type) && type != "LoadBalancer")
        refusals.clash(ranges, "only a Service of type LoadBalancer has source ranges; remove them").field(path);
    for (Node range : ranges.items()) {
        std::string_view text = range.text_or_empty();
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        if (range.text() && (text.find('/') == std::string_view::npos || !kubernetes::parse_cidr(text)))
            refusals.wrong(range, quote(text) + " is no range of addresses; write it as 10.0.0.0/8").field(path + "[" + std::to_string(range.index()) + "]");
    }
}

// ---- what goes with a type --------------------------------------------------------------------------------------------

static void judge_external_name(Node spec, std::string_view type, Refusals& refusals) {
    if (type != "ExternalName") return;
    const Node name = spec["externalName"];
    std::string_view text = name.text_or_empty();
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() && !name.is_placeholder() && refusals.whole())
        refusals.absent(spec, "externalName", "a Service of type ExternalName needs the name it stands for; add externalName");
    else if (!text.empty() && !kubernetes::is_dns1123_subdomain(text))
        refusals.wrong(name, quote(text) + " is no DNS name; write the name of a host");
    for (std::string_view field : {"ipFamilies", "ipFamilyPolicy", "clusterIPs"})
        if (spec[field].is_set() && !spec[field].empty()) refusals.clash(spec[field], "a Service of type ExternalName has no addresses; remove this");
}

static void judge_balancer(Node spec, std::string_view type, Refusals& refusals) {
    const bool balancer = type == "LoadBalancer";
    for (std::string_view field : {"allocateLoadBalancerNodePorts", "loadBalancerClass"})
        if (!balancer && spec[field].is_set()) refusals.clash(spec[field], "only a Service of type LoadBalancer has this; remove it");
    if (balancer) refusals.qualified(spec["loadBalancerClass"]);
    const Node policy = spec["externalTrafficPolicy"], health = spec["healthCheckNodePort"];
    const bool outside = balancer || type == "NodePort" || !spec["externalIPs"].empty();
    if (!outside && !policy.text_or_empty().empty())
        refusals.clash(policy, "a Service of type " + std::string(type) + " is not reached from outside, so it has no externalTrafficPolicy; remove it");
    if (health.integer().value_or(0) != 0 && !(balancer && policy.text_or_empty() == "Local"))
        refusals.clash(health, "only a LoadBalancer with externalTrafficPolicy Local has a health check port; remove it");
    else if (health.integer().value_or(0) != 0)
        refusals.range(health, 1, 65535);
}

static void judge_affinity(Node spec, Refusals& refusals) {
    const Node affinity = spec["sessionAffinity"], config = spec["sessionAffinityConfig"];
    if (affinity.is_placeholder()) return;
    if (affinity.text() == "ClientIP")
        refusals.range(config["clientIP"]["timeoutSeconds"], 1, 86400);
    else if (config.is_set() && !config.is_placeholder() && (!affinity.is_set() || affinity.text() == "None"))
        refusals.clash(config, "sessionAffinityConfig counts with sessionAffinity ClientIP only; remove it");
    refusals.one_of(spec["trafficDistribution"], {"PreferClose", "PreferSameZone", "PreferSameNode"}, false);
}

static void run_service(const Object& service, Reporter& report) {
    Refusals refusals(service, report);
    const Node spec = service.spec();
    const std::string_view type = type_of(spec);
    judge_ports(service, refusals);
    judge_cluster_addresses(service, refusals);
    for (Node address : spec["externalIPs"].items()) judge_address(address, true, refusals);
    judge_affinity(spec, refusals);
    if (!known(type) || !refusals.whole()) return;
    judge_ranges(service, refusals);
    judge_external_name(spec, type, refusals);
    judge_balancer(spec, type, refusals);
}

// ---- endpoints --------------------------------------------------------------------------------------------------------

static void run_endpoints(const Object& endpoints, Reporter& report) {
    Refusals refusals(endpoints, report);
    for (Node subset : endpoints["subsets"].items()) {
        if (!subset.is_mapping()) continue;
        if (subset["addresses"].empty() && subset["notReadyAddresses"].empty() && !subset["addresses"].is_placeholder() && refusals.whole())
            refusals.clash(subset, "the subset has no addresses; add some or remove it");
        // endpointslice-loopback says of addresses that reach nobody in the other profiles.
        for (std::string_view list : {"addresses", "notReadyAddresses"})
            for (Node address : subset[list].items()) judge_address(address["ip"], refusals.as_server(), refusals);
        for (Node port : subset["ports"].items()) {
            refusals.range(port["port"], 1, 65535);
            refusals.label(port["name"]);
            if (subset["ports"].size() > 1) refusals.needs(port, "name", "with several ports, the name of each");
        }
    }
}

static void run_slice(const Object& slice, Reporter& report) {
    constexpr std::size_t most_addresses = 100, most_endpoints = 1000;
    Refusals refusals(slice, report);
    const std::string_view type = slice["addressType"].text_or_empty();
    const Node endpoints = slice["endpoints"];
    if (endpoints.size() > most_endpoints) refusals.clash(endpoints, "a slice has at most 1000 endpoints; make another one");
    for (Node endpoint : endpoints.items()) {
        const Node list = endpoint["addresses"];
        if (list.is_sequence() && list.empty()) refusals.clash(list, "the endpoint has no address; add one");
        if (list.size() > most_addresses) refusals.clash(list, "an endpoint has at most 100 addresses; remove some");
        for (Node address : list.items()) {
            const auto text = address.text();
            if (!text) continue;
            const auto parsed = kubernetes::parse_address(*text);
            const std::string field = parsed && type != "FQDN" ? server_path(refusals, address, "") : server_path(refusals, list, "");
            const bool fits = type == "FQDN" ? kubernetes::is_dns1123_subdomain(*text) : parsed && parsed->v6 == (type == "IPv6");
            if (!fits && (type == "FQDN" || type == "IPv4" || type == "IPv6"))
                refusals.wrong(address, quote(*text) + " is no address of type " + std::string(type)).field(field);
            else if (refusals.as_server() && type != "FQDN" && !special(*text).empty())
                refusals.wrong(address, quote(*text) + " stands for " + std::string(special(*text)) + "; use an address that others can reach");
        }
    }
}

static void run(const Object& object, Reporter& report) {
    if (object.is("Service"))
        run_service(object, report);
    else if (object.is("Endpoints"))
        run_endpoints(object, report);
    else
        run_slice(object, report);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: none}
spec:
^^^^ a Service needs a port unless it is headless; add ports
  selector: {app: web}
---
apiVersion: v1
kind: Service
metadata: {name: inside}
spec:
  selector: {app: web}
  ports: [{port: 80, appProtocol: "a b"}]
                                  ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
  clusterIP: 192.0.2.010
             ^^^^^^^^^^^ '192.0.2.010' is no address; write an IP, or None
  externalIPs: [127.0.0.1, web.example.org]
                ^^^^^^^^^ '127.0.0.1' stands for the node itself; use an address that others can reach
                           ^^^^^^^^^^^^^^^ 'web.example.org' is no address; write an IP without leading zeros
  sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}
  ^^^^^^^^^^^^^^^^^^^^^ sessionAffinityConfig counts with sessionAffinity ClientIP only; remove it
  loadBalancerSourceRanges: [10.0.0.0/8, 10.0.0.1]
  ^^^^^^^^^^^^^^^^^^^^^^^^ only a Service of type LoadBalancer has source ranges; remove them
                                         ^^^^^^^^ '10.0.0.1' is no range of addresses; write it as 10.0.0.0/8
  loadBalancerClass: example.org/lb
  ^^^^^^^^^^^^^^^^^ only a Service of type LoadBalancer has this; remove it
  allocateLoadBalancerNodePorts: false
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only a Service of type LoadBalancer has this; remove it
  healthCheckNodePort: 30000
  ^^^^^^^^^^^^^^^^^^^ only a LoadBalancer with externalTrafficPolicy Local has a health check port; remove it
  ipFamilies: [IPv5]
               ^^^^ 'IPv5' is not known here; use one of IPv4, IPv6
  trafficDistribution: Near
                       ^^^^ 'Near' is not known here; use one of PreferClose, PreferSameZone, PreferSameNode
---
apiVersion: v1
kind: Service
metadata: {name: away}
spec:
  type: ExternalName
  externalName: a_b
                ^^^ 'a_b' is no DNS name; write the name of a host
  ipFamilyPolicy: SingleStack
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec:
  type: NodePort
  clusterIP: None
             ^^^^ a Service of type NodePort needs an address of its own; remove None
  sessionAffinity: ClientIP
  sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}
                                                     ^^^^^ '86401' is out of range; use 1 to 86400
  ports: [{port: 80}]
)",
     .good = R"(
apiVersion: v1
kind: Service
metadata: {name: none}
spec:
  selector: {app: web}
  clusterIP: None
---
apiVersion: v1
kind: Service
metadata: {name: balanced}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, appProtocol: kubernetes.io/h2c}]
  externalIPs: [192.0.2.1]
  sessionAffinity: ClientIP
  sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}
  loadBalancerSourceRanges: [10.0.0.0/8, " 2001:db8::/32 "]
  loadBalancerClass: example.org/lb
  allocateLoadBalancerNodePorts: false
  externalTrafficPolicy: Local
  healthCheckNodePort: 30000
  trafficDistribution: PreferSameZone
---
apiVersion: v1
kind: Service
metadata: {name: away}
spec:
  type: ExternalName
  externalName: db.example.org.
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Endpoints
metadata: {name: db}
subsets:
- ports: [{port: 5432}]
  ^^^^^ the subset has no addresses; add some or remove it
- addresses: [{ip: db.example.org}]
                   ^^^^^^^^^^^^^^ 'db.example.org' is no address; write an IP without leading zeros
  ports: [{port: 0, name: a}, {port: 5432}]
                 ^ '0' is out of range; use 1 to 65535
                               ^^^^ with several ports, the name of each is needed; add name
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1}
addressType: IPv4
endpoints:
- addresses: ["2001:db8::1"]
              ^^^^^^^^^^^^^ '2001:db8::1' is no address of type IPv4
- addresses: []
  ^^^^^^^^^ the endpoint has no address; add one
)",
     .good = R"(
apiVersion: v1
kind: Endpoints
metadata: {name: db}
subsets:
- addresses: [{ip: 192.0.2.1}]
  ports: [{port: 5432}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1}
addressType: FQDN
endpoints:
- addresses: [db.example.org]
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check service_field_invalid = {
    .id = "service-field-invalid",
    .title = "Service or endpoint is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Which fields a Service may have depends on its type, and its addresses have to be ones that others can reach. The API server refuses the object.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"Service", "Endpoints", "EndpointSlice"}, run),
};

}
