#include <map>
#include <tuple>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "checks/cross/objects.h"

// Host names and paths that two objects claim. Only within a folder: other folders may be variants for other places.

namespace plimsoll::checks::route_clash {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

struct Claim {
    const Object* ingress = nullptr;
    yaml::Node place;
};

using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;   // folder or file, class, host, path, pathType

std::string_view class_of(const Object& ingress) {
    const std::string_view named = ingress.at("spec.ingressClassName").text_or_empty();
    return named.empty() ? ingress.annotation("kubernetes.io/ingress.class") : named;
}

// Several objects of one route on purpose: canaries, entry points, conditions on headers and methods.
bool shares_on_purpose(const Object& ingress) {
    for (const yaml::Entry& annotation : ingress.annotations().entries())
        for (std::string_view sign : {"canary", "entrypoints", "actions.", "conditions.", "router.", "priority", "auth"})
            if (annotation.key.scalar().find(sign) != std::string_view::npos) return true;
    return false;
}

void claim(std::map<Key, Claim>& claims, const Object& ingress, yaml::Node host, yaml::Node path, Reporter& report) {
    const yaml::Node place = path.is_set() ? path : host;
    if (!place || host.is_placeholder() || path.is_placeholder()) return;
    // A path of every host is what examples have; they are told apart by file.
    const std::string where = host.text_or_empty().empty() ? ingress.manifest().source().path() : std::string(kubernetes::folder_of(ingress));
    const yaml::Node type = path.parent()["pathType"];
    const Key key{where, std::string(class_of(ingress)), std::string(host.text_or_empty()), std::string(path.text().value_or("/")),
                  std::string(type.text().value_or("ImplementationSpecific"))};
    const auto [entry, is_new] = claims.try_emplace(key, Claim{&ingress, place});
    const Claim& first = entry->second;
    const bool variant =
        first.ingress != &ingress && first.ingress->name() == ingress.name() && first.ingress->declared_namespace() == ingress.declared_namespace();
    if (is_new || variant) return;
    const std::string whose = first.ingress == &ingress ? "this Ingress above" : called(*first.ingress);
    report.at(ingress, place, "host " + quote(host.text_or_empty().empty() ? "*" : host.scalar()) + " and this path are taken by " + whose + " already")
        .related(*first.ingress, first.place, "the first claim");
}

void ingresses(const Cluster& cluster, Reporter& report) {
    std::map<Key, Claim> claims;
    for (const Object* ingress : cluster.of_kind("Ingress")) {
        if (ingress->name().empty() || shares_on_purpose(*ingress)) continue;
        for (yaml::Node rule : ingress->at("spec.rules").items()) {
            for (yaml::Node path : rule["http"]["paths"].items()) claim(claims, *ingress, rule["host"], path["path"], report);
        }
    }
}

void claim_names(std::map<std::string, const Object*>& owners, const Object& object, yaml::Node names, Reporter& report) {
    std::string_view rest = names.text_or_empty();
    while (!rest.empty() && !names.is_placeholder()) {
        std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name.empty()) continue;
        const auto [entry, is_new] = owners.try_emplace(std::string(kubernetes::folder_of(object)) + "\n" + std::string(name), &object);
        const Object& first = *entry->second;
        if (is_new || &first == &object || (first.name() == object.name() && first.kind() == object.kind())) continue;
        report.at(object, names, "DNS name " + quote(name) + " is taken by " + called(first) + " already").related(first, first.head(), "the first one");
    }
}

void external_names(const Cluster& cluster, Reporter& report) {
    std::map<std::string, const Object*> owners;
    for (const Object* object : cluster.objects())
        if (!object->annotations().has("external-dns.alpha.kubernetes.io/set-identifier"))
            claim_names(owners, *object, object->annotations()["external-dns.alpha.kubernetes.io/hostname"], report);
}

constexpr Example route_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: www.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
  - host: www.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
                          ^ host 'www.example.org' and this path are taken by Ingress 'web' already
)",
                                       .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: www.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
  - host: www.example.org
    http: {paths: [{path: /shop, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
)",
                                       .path = "app.yaml"}};

constexpr Example name_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {external-dns.alpha.kubernetes.io/hostname: www.example.org}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop, annotations: {external-dns.alpha.kubernetes.io/hostname: "shop.example.org,www.example.org"}}
                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DNS name 'www.example.org' is taken by Service 'web' already
spec: {type: LoadBalancer, ports: [{port: 80}]}
)",
                                      .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {external-dns.alpha.kubernetes.io/hostname: www.example.org}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop, annotations: {external-dns.alpha.kubernetes.io/hostname: shop.example.org}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
)",
                                      .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "ingress-duplicate-route",
        .title = "Two Ingresses claim the same host and path.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Which of two backends gets the requests of one host and path depends on the controller and on the age of the objects; one of the two is "
               "never reached.",
        .aliases = {"kyverno:unique-ingress-host-and-path", "kyverno:unique-ingress-paths", "kyverno:restrict-ingress-host", "gatekeeper:uniqueingresshost",
                    "kyverno:unique-routes"},
        .examples = route_examples,
        .run = on_cluster(ingresses),
    },
    {
        .id = "service-shared-external-dns",
        .title = "Two objects ask for the same external DNS name.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "external-dns gives a name to one owner; the addresses of the other object are left out or replace those of the first.",
        .aliases = {"kyverno:require-unique-external-dns"},
        .examples = name_examples,
        .run = on_cluster(external_names),
    },
};

}

extern constinit const std::span<const Check> route_clash = table;

}
