#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of an Ingress and of its class.

namespace plimsoll::checks::ingress_field_invalid {

using kubernetes::Object;
using yaml::Node;

static constexpr std::string_view class_annotation = "kubernetes.io/ingress.class";
static constexpr std::string_view refused_parts[] = {"//", "/./", "/../", "%2f", "%2F"};
static constexpr std::string_view refused_ends[] = {"/..", "/."};

static bool is_host(std::string_view host) {
    return host.find('*') != std::string_view::npos ? kubernetes::is_wildcard_dns1123_subdomain(host) : kubernetes::is_dns1123_subdomain(host);
}

static void judge_host(Node host, bool rule, Refusals& refusals) {
    const std::optional<std::string_view> written = refusals.literal(host);
    const std::string_view text = written.value_or(std::string_view{});
    if (!written || (rule && text.empty())) return;
    if (rule && kubernetes::parse_address(text))
        refusals.wrong(host, quote(text) + " is an address; write the name of a host");
    else if (!is_host(text))
        refusals.wrong(host, quote(text) + " is no name of a host; use lower-case letters, digits, '-' and '.', and '*' only as the whole first part");
}

static void judge_path(Node path, Refusals& refusals) {
    const Node type = path["pathType"], text_node = path["path"];
    const std::string_view text = text_node.text_or_empty();
    if (text_node.is_placeholder() || type.is_placeholder()) return;
    const bool exact = type.text() == "Exact" || type.text() == "Prefix";
    if (!exact && type.text() != "ImplementationSpecific") return;
    if (!text.starts_with('/') && (exact || !text.empty())) {
        if (!text.empty())
            refusals.wrong(text_node, quote(text) + " is relative; start the path with '/'");
        else if (refusals.whole())
            refusals.absent(path, "path", "a path of type " + std::string(*type.text()) + " starts with '/'; add path");
        return;
    }
    if (!exact) return;
    const bool holds = std::any_of(std::begin(refused_parts), std::end(refused_parts), [&](std::string_view part) { return text.find(part) != text.npos; });
    const bool ends = std::any_of(std::begin(refused_ends), std::end(refused_ends), [&](std::string_view end) { return text.ends_with(end); });
    if (holds || ends) refusals.wrong(text_node, quote(text) + " holds an empty or relative step; write the path as it is asked for");
}

static void judge_backend(Node backend, Refusals& refusals) {
    if (!backend.is_mapping()) return;
    const Node service = backend["service"], resource = backend["resource"], port = service["port"];
    if (service.is_set() && resource.is_set()) {
        refusals.clash(backend, "service and resource exclude each other; keep one");
    } else if (service.is_mapping()) {
        refusals.label(service["name"]);
        const bool name = !port["name"].text_or_empty().empty(), number = port["number"].integer().value_or(0) != 0;
        const bool unknown = port.is_placeholder() || port["name"].is_placeholder() || port["number"].is_placeholder();
        if (name && number)
            refusals.clash(port, "the name and the number of a port exclude each other; keep one").field(server_path(refusals, backend, ""));
        else if (name)
            refusals.text(port["name"], kubernetes::is_port_name, "up to 15 lower-case letters, digits and single dashes, with a letter");
        else if (number)
            refusals.range(port["number"], 1, 65535);
        else if (!unknown && refusals.whole())
            refusals.clash(service, "the backend has no port; add port.number or port.name").field(server_path(refusals, backend, ""));
    } else if (!service.is_set() && !resource.is_set() && refusals.whole()) {
        // The form of the old API versions.
        if (!backend.has("serviceName")) refusals.clash(backend, "the backend names no Service; add service");
    }
}

static void judge_rules(const Object& ingress, bool current, Refusals& refusals) {
    for (Node rule : ingress.spec()["rules"].items()) {
        judge_host(rule["host"], true, refusals);
        const Node paths = rule["http"]["paths"];
        if (paths.is_sequence() && paths.empty()) refusals.clash(paths, "the list of paths is empty; add one or remove http");
        for (Node path : paths.items()) {
            if (!path.is_mapping()) continue;
            judge_path(path, refusals);
            if (current) judge_backend(path["backend"], refusals);
        }
    }
}

static void run_ingress(const Object& ingress, Reporter& report) {
    Refusals refusals(ingress, report);
    const Node spec = ingress.spec();
    const bool current = ingress.version() == "v1";
    const auto none = [](Node list) { return !list.is_set() || (list.is_sequence() && list.empty()); };
    if (refusals.whole() && none(spec["rules"]) && !spec["defaultBackend"].is_set() && !spec["backend"].is_set())
        refusals.absent(ingress.node(), "spec", "an Ingress needs rules or a default backend; add one of them");
    judge_rules(ingress, current, refusals);
    if (current && spec["defaultBackend"].is_mapping()) judge_backend(spec["defaultBackend"], refusals);
    for (Node tls : spec["tls"].items()) {
        for (Node host : tls["hosts"].items()) judge_host(host, false, refusals);
        refusals.subdomain(tls["secretName"]);
    }
    const Node name = spec["ingressClassName"], old = ingress.annotations()[class_annotation];
    refusals.subdomain(name);
    if (name.text() && old.text() && *name.text() != *old.text())
        refusals.wrong(old, "the annotation and spec.ingressClassName name two classes; remove the annotation")
            .field("annotations." + std::string(class_annotation));
}

static void run_class(const Object& ingress_class, Reporter& report) {
    constexpr std::size_t longest = 250;
    Refusals refusals(ingress_class, report);
    const Node controller = ingress_class.spec()["controller"], parameters = ingress_class.spec()["parameters"];
    const std::string_view text = controller.text_or_empty();
    if (controller.text() && (text.size() > longest || !kubernetes::is_domain_path(text)))
        refusals.wrong(controller, quote(text) + " is no controller; write a domain, '/' and a name");
    else if (!controller.is_set() && refusals.whole())
        refusals.absent(ingress_class.spec() ? ingress_class.spec() : ingress_class.node(), ingress_class.spec() ? "controller" : "spec.controller",
                        "a class belongs to a controller; add spec.controller");
    refusals.one_of(parameters["scope"], {"Cluster", "Namespace"}, false);
    if (parameters["scope"].text() == "Namespace" && refusals.whole()) refusals.needs(parameters, "namespace", "with the scope Namespace, the namespace");
}

static void run(const Object& object, Reporter& report) {
    if (object.is("Ingress"))
        run_ingress(object, report);
    else
        run_class(object, report);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {kubernetes.io/ingress.class: nginx}
                                             ^^^^^ the annotation and spec.ingressClassName name two classes; remove the annotation
spec:
  ingressClassName: traefik
  defaultBackend: {}
  ^^^^^^^^^^^^^^ the backend names no Service; add service
  tls:
  - {hosts: [Shop.example.org], secretName: A_b}
             ^^^^^^^^^^^^^^^^ 'Shop.example.org' is no name of a host; use lower-case letters, digits, '-' and '.', and '*' only as the whole first part
                                            ^^^ 'A_b' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  rules:
  - host: 192.0.2.1
          ^^^^^^^^^ '192.0.2.1' is an address; write the name of a host
    http:
      paths:
      - {path: shop, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
               ^^^^ 'shop' is relative; start the path with '/'
      - {path: /a//b, pathType: Exact, backend: {service: {name: web, port: {number: 80, name: http}}}}
               ^^^^^ '/a//b' holds an empty or relative step; write the path as it is asked for
                                                                      ^^^^ the name and the number of a port exclude each other; keep one
      - {pathType: Exact, backend: {service: {name: web}}}
         ^^^^^^^^ a path of type Exact starts with '/'; add path
                                    ^^^^^^^ the backend has no port; add port.number or port.name
  - host: a.*.example.org
          ^^^^^^^^^^^^^^^ 'a.*.example.org' is no name of a host; use lower-case letters, digits, '-' and '.', and '*' only as the whole first part
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: Web, port: {number: 70000}}, resource: {kind: Bucket, name: a}}}
                                    ^^^^^^^ service and resource exclude each other; keep one
      - {path: /, pathType: Prefix, backend: {service: {name: Web, port: {number: 70000}}}}
                                                              ^^^ 'Web' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
                                                                                  ^^^^^ '70000' is out of range; use 1 to 65535
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: not_a_port}}}}
                                                                                ^^^^^^^^^^ 'not_a_port' is not valid here; use up to 15 lower-case letters, digits and single dashes, with a letter
  - host: "shop.example.org:443"
          ^^^^^^^^^^^^^^^^^^^^^^ 'shop.example.org:443' is no name of a host; use lower-case letters, digits, '-' and '.', and '*' only as the whole first part
    http: {paths: []}
           ^^^^^ the list of paths is empty; add one or remove http
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {kubernetes.io/ingress.class: nginx}
spec:
  ingressClassName: nginx
  tls:
  - {hosts: ["*.example.org"], secretName: "${SECRET}"}
  rules:
  - host: "*.example.org"
    http:
      paths:
      - {path: /shop, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {pathType: ImplementationSpecific, backend: {service: {name: web, port: {name: http}}}}
      - {path: /a//b, pathType: ImplementationSpecific, backend: {resource: {kind: Bucket, name: a}}}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
                 ^^^ an Ingress needs rules or a default backend; add one of them
spec: {ingressClassName: nginx}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: nginx, parameters: {kind: A, name: b, scope: Namespace}}
                   ^^^^^ 'nginx' is no controller; write a domain, '/' and a name
                          ^^^^^^^^^^ with the scope Namespace, the namespace is needed; add namespace
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: example.org/nginx}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check ingress_field_invalid = {
    .id = "ingress-field-invalid",
    .title = "Ingress is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Hosts are DNS names, paths start with '/', and a backend is one Service with one port. The API server refuses the Ingress as a whole.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"Ingress", "IngressClass"}, run),
};

}
