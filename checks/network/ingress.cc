#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// What an Ingress serves and how.

namespace plimsoll::checks::ingress {

static bool is_class_of(const kubernetes::Object& ingress, const std::vector<std::string>& classes) {
    const std::string_view name = kubernetes::ingress_class(ingress).text_or_empty();
    return std::find(classes.begin(), classes.end(), name) != classes.end();
}

// Annotations by which a load balancer ends TLS with a certificate of the provider.
static bool has_outside_certificate(const kubernetes::Object& ingress) {
    for (std::string_view key :
         {"alb.ingress.kubernetes.io/certificate-arn", "networking.gke.io/managed-certificates", "ingress.gcp.kubernetes.io/pre-shared-cert",
          "networking.gke.io/pre-shared-cert", "kubernetes.io/ingress.global-static-ip-cert", "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
          "route.openshift.io/termination"})
        if (ingress.annotations()[key].is_set()) return true;
    return false;
}

static void run_tls_missing(const kubernetes::Object& ingress, Reporter& report) {
    if (ingress.is_fragment() || is_class_of(ingress, report.list("exempt_classes"))) return;
    const yaml::Node allow_http = ingress.annotations()["kubernetes.io/ingress.allow-http"];
    const yaml::Node tls = ingress.spec()["tls"];
    if (tls.is_placeholder()) return;
    if (tls.items().empty())
        report.missing(ingress, "spec.tls", "this Ingress serves plain HTTP only; add tls with a certificate for its hosts")
            .severity(has_outside_certificate(ingress) ? Severity::info : Severity::medium);
    else if (allow_http.text_or_empty() == "true")
        report.at(allow_http, "allow-http keeps the unencrypted port open beside TLS; set it to \"false\"")
            .only({"gatekeeper:httpsonly", "kyverno:require-ingress-https"});
}

// A host of tls covers itself; "*.example.com" one label more.
static bool covers(std::string_view entry, std::string_view host) {
    if (entry == host) return true;
    const std::size_t dot = host.find('.');
    return entry.starts_with("*.") && dot != std::string_view::npos && entry.substr(1) == host.substr(dot);
}

static kubernetes::Match is_covered(yaml::Node tls, std::string_view host) {
    kubernetes::Match found = kubernetes::Match::no;
    for (yaml::Node item : tls.items()) {
        // Without hosts the certificate decides.
        if (item["hosts"].items().empty()) return kubernetes::Match::unknown;
        for (yaml::Node entry : item["hosts"].items()) {
            if (covers(entry.text_or_empty(), host)) return kubernetes::Match::yes;
            if (!entry.text()) found = kubernetes::Match::unknown;
        }
    }
    return found;
}

static void run_tls_host(const kubernetes::Object& ingress, Reporter& report) {
    const yaml::Node tls = ingress.spec()["tls"];
    if (tls.items().empty()) return;
    for (yaml::Node rule : ingress.spec()["rules"].items()) {
        const yaml::Node host = rule["host"];
        const auto name = host.text();
        if (name && !name->empty() && is_covered(tls, *name) == kubernetes::Match::no)
            report.at(host, "no entry of tls covers " + quote(*name) + ", so it is served without TLS or with a wrong certificate; add it to tls hosts");
    }
}

static void run_wildcard(const kubernetes::Object& ingress, Reporter& report) {
    for (yaml::Node rule : ingress.spec()["rules"].items()) {
        const yaml::Node host = rule["host"];
        if (host.is_placeholder() || !rule.is_mapping()) continue;
        if (!host.is_set() || host.text() == "") {
            if (!ingress.is_fragment())
                report.at(host ? host.key().span() : rule.head(),
                          "a rule without host catches the requests for every host that nobody else serves; name the host");
        } else if (host.text_or_empty().starts_with('*')) {
            report.at(host, quote(host.scalar()) + " catches the requests for hosts of others; name the hosts")
                .only({"datree:INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE", "kyverno:restrict-ingress-wildcard", "gatekeeper:block-wildcard-ingress"});
        }
    }
}

static void run_default_backend(const kubernetes::Object& ingress, Reporter& report) {
    for (std::string_view key : {"defaultBackend", "backend"})
        if (const yaml::Node backend = ingress.spec()[key]; backend.is_set())
            report.at(backend.key(), std::string(key) + " answers for every host and path that no rule names; give it rules with hosts");
}

static void run_class(const kubernetes::Cluster& cluster, Reporter& report) {
    const std::vector<std::string>& allowed = report.list("allow_classes");
    for (const kubernetes::Object* item : cluster.of_kind("IngressClass"))
        if (item->annotation("ingressclass.kubernetes.io/is-default-class") == "true") return;
    for (const kubernetes::Object* ingress : cluster.of_kind("Ingress")) {
        const yaml::Node name = kubernetes::ingress_class(*ingress);
        if (ingress->is_fragment()) continue;
        if (!name.is_set())
            report.at(*ingress, ingress->spec() ? ingress->spec().key().span() : ingress->head(),
                      "without ingressClassName only a cluster with a default class serves this Ingress; name the class");
        else if (!allowed.empty() && name.text() && std::find(allowed.begin(), allowed.end(), *name.text()) == allowed.end())
            report.at(*ingress, name, "class " + quote(*name.text()) + " is not among the allowed ones");
    }
}

static bool looks_like_regex(std::string_view path) {
    return path.find_first_of("*+?()[]{}|^$\\") != std::string_view::npos && !path.starts_with("/.well-known");
}

static bool uses_regex(const kubernetes::Object& ingress) {
    return ingress.annotation("nginx.ingress.kubernetes.io/use-regex") == "true" ||
           ingress.annotations()["nginx.ingress.kubernetes.io/rewrite-target"].is_set();
}

static void run_path_type(const kubernetes::Object& ingress, Reporter& report) {
    for (yaml::Node rule : ingress.spec()["rules"].items())
        for (yaml::Node path : rule["http"]["paths"].items()) {
            const yaml::Node type = path["pathType"], value = path["path"];
            if (!path.is_mapping() || value.is_placeholder() || type.is_placeholder()) continue;
            if (!type.is_set()) {
                if (ingress.version() == "v1" && !ingress.is_fragment())
                    report.at(value ? value.key().span() : path.head(), "pathType is required; add pathType: Prefix or Exact");
                continue;
            }
            const std::string_view kind = type.text_or_empty();
            if (kind != "Prefix" && kind != "Exact") continue;
            if (const auto text = value.text(); text && !text->empty() && !text->starts_with('/'))
                report.at(value, quote(*text) + " must start with '/' for pathType " + std::string(kind));
            else if (text && looks_like_regex(*text))
                report.at(value, "pathType " + std::string(kind) + " takes " + quote(*text) + " literally" + (uses_regex(ingress) ? " by the standard" : "") +
                                     "; use pathType ImplementationSpecific for a regular expression");
        }
}

static void run_source_range(const kubernetes::Object& ingress, Reporter& report) {
    for (std::string_view key : {"nginx.ingress.kubernetes.io/whitelist-source-range", "nginx.ingress.kubernetes.io/allowlist-source-range"}) {
        const yaml::Node value = ingress.annotations()[key];
        const std::string_view text = value.text_or_empty();
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(',', at), text.size());
            const std::size_t first = text.find_first_not_of(" \t", at);
            const std::string_view range = first < end ? text.substr(first, end - first) : std::string_view{};
            if (const auto cidr = kubernetes::parse_cidr(range); cidr && cidr->all())
                report.at(value.place(first, end), quote(range) + " lets everybody in; drop the annotation or list the clients' ranges");
            at = end + 1;
        }
    }
}

static constexpr Option tls_options[] = {{.name = "exempt_classes", .what = "classes whose controller has a certificate for everything"}};
static constexpr Option class_options[] = {{.name = "allow_classes", .what = "the classes an Ingress may name; empty: any"}};

static constexpr Example tls_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
^^^^ this Ingress serves plain HTTP only; add tls with a certificate for its hosts
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
)",
                                            .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  tls:
  - hosts: [shop.example.com]
    secretName: shop-tls
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
)",
                                            .path = "app.yaml"}};

static constexpr Example host_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  tls:
  - hosts: ["*.example.com"]
    secretName: tls
  rules:
  - host: shop.example.com
  - host: a.b.example.com
          ^^^^^^^^^^^^^^^ no entry of tls covers 'a.b.example.com', so it is served without TLS or with a wrong certificate; add it to tls hosts
)",
                                             .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  tls:
  - hosts: ["*.example.com", a.b.example.com]
    secretName: tls
  rules:
  - host: shop.example.com
  - host: a.b.example.com
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: other
spec:
  tls:
  - secretName: wildcard
  rules:
  - host: other.example.com
)",
                                             .path = "app.yaml"}};

static constexpr Example wildcard_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: "*.example.com"
          ^^^^^^^^^^^^^^^ '*.example.com' catches the requests for hosts of others; name the hosts
  - http:
    ^^^^ a rule without host catches the requests for every host that nobody else serves; name the host
      paths: []
)",
                                                 .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: shop.example.com
    http:
      paths: []
)",
                                                 .path = "app.yaml"}};

static constexpr Example backend_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
  ^^^^^^^^^^^^^^ defaultBackend answers for every host and path that no rule names; give it rules with hosts
    service:
      name: web
      port:
        number: 80
)",
                                                .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: shop.example.com
)",
                                                .path = "app.yaml"}};

static constexpr Example class_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
^^^^ without ingressClassName only a cluster with a default class serves this Ingress; name the class
  rules:
  - host: shop.example.com
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: old
  annotations:
    kubernetes.io/ingress.class: nginx
spec:
  rules:
  - host: old.example.com
)",
                                              .path = "app.yaml"},
                                             {.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {ingressClassName: public, rules: [{host: shop.example.com}]}
                         ^^^^^^ class 'public' is not among the allowed ones
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {ingressClassName: internal, rules: [{host: shop.example.com}]}
)",
                                              .config = "checks: {ingress-class-missing: {allow_classes: [internal]}}",
                                              .path = "app.yaml"}};

static constexpr Example path_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /api/(.*)
              ^^^^^^^^^ pathType Prefix takes '/api/(.*)' literally; use pathType ImplementationSpecific for a regular expression
        pathType: Prefix
      - path: /
        ^^^^ pathType is required; add pathType: Prefix or Exact
)",
                                             .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /api/(.*)
        pathType: ImplementationSpecific
      - path: /
        pathType: Prefix
)",
                                             .path = "app.yaml"}};

static constexpr Example range_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8, 0.0.0.0/0
                                                                    ^^^^^^^^^ '0.0.0.0/0' lets everybody in; drop the annotation or list the clients' ranges
spec:
  ingressClassName: nginx
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8
spec:
  ingressClassName: nginx
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "ingress-class-missing",
        .title = "Ingress names no class.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Each controller serves the Ingresses of its class. Without a class nobody does, unless the cluster has a default one; with two "
               "controllers both may.",
        .aliases = {"kyverno:restrict-ingress-classes"},
        .options = class_options,
        .examples = class_examples,
        .run = on_cluster(run_class),
    },
    {
        .id = "ingress-default-backend",
        .title = "Ingress sets a default backend.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A default backend answers whatever host somebody points at the address, and takes the place of the controller's own error page.",
        .aliases = {"kyverno:restrict-ingress-defaultbackend"},
        .examples = backend_examples,
        .run = on_objects({"Ingress"}, run_default_backend),
    },
    {
        .id = "ingress-path-type",
        .title = "Ingress path and pathType do not fit.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "pathType says how path is compared. Prefix and Exact compare letter by letter, so a regular expression there matches no request; only "
               "ImplementationSpecific hands it to the controller.",
        .examples = path_examples,
        .run = on_objects({"Ingress"}, run_path_type),
    },
    {
        .id = "ingress-source-range-open",
        .title = "Ingress allow-list is open to everyone.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A list of allowed sources that contains everybody only looks like a restriction.",
        .aliases = {"kics-dir:ingress_whitelist_open_to_all"},
        .examples = range_examples,
        .run = on_objects({"Ingress"}, run_source_range),
    },
    {
        .id = "ingress-tls-host-uncovered",
        .title = "Ingress host is not covered by its TLS hosts.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The controller picks the certificate by the hosts under tls. A host that is not there is served without TLS or with the controller's "
               "self-signed certificate.",
        .aliases = {"kyverno:ingress-host-match-tls"},
        .examples = host_examples,
        .run = on_objects({"Ingress"}, run_tls_host),
    },
    {
        .id = "ingress-tls-missing",
        .title = "Ingress has no TLS.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Without tls everything, passwords and cookies included, crosses the network in plain text.",
        .aliases = {"polaris:tlsSettingsMissing", "kubescape:C-0263", "terrascan:AC_K8S_0002", "sonar:S5332", "kyverno:require-ingress-https",
                    "gatekeeper:httpsonly", "kics-dir:ingress_without_tls"},
        .standards = {"NSA-net-encryption"},
        .options = tls_options,
        .examples = tls_examples,
        .run = on_objects({"Ingress"}, run_tls_missing),
    },
    {
        .id = "ingress-wildcard-host",
        .title = "Ingress host is empty or a wildcard.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A rule without host, or with a wildcard, answers for names that belong to others, now or later, and hides mistakes in theirs.",
        .aliases = {"datree:INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE", "kyverno:restrict-ingress-wildcard", "kyverno:disallow-empty-ingress-host",
                    "gatekeeper:block-wildcard-ingress"},
        .examples = wildcard_examples,
        .run = on_objects({"Ingress"}, run_wildcard),
    },
};

extern constinit const std::span<const Check> ingress = table;

}
