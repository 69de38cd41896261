#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// Objects that switch TLS or its verification off.

namespace plimsoll::checks::tls_settings {

static void run_apiservice(const kubernetes::Object& service, Reporter& report) {
    const yaml::Node skip = service.spec()["insecureSkipTLSVerify"];
    if (skip.is_true()) report.at(skip, "the API server takes anybody's answers for this API's; set caBundle instead (cert-manager can fill it in)");
}

static void run_kubeconfig(const kubernetes::Object& config, Reporter& report) {
    for (yaml::Node item : config["clusters"].items()) {
        const yaml::Node skip = item["cluster"]["insecure-skip-tls-verify"], server = item["cluster"]["server"];
        if (skip.is_true()) report.at(skip, "the client sends its credentials to whoever answers; set certificate-authority-data instead");
        if (server.text_or_empty().starts_with("http://")) report.at(server, "credentials go over the wire in plain text; use https").only({});
    }
    for (yaml::Node item : config["users"].items())
        for (std::string_view key : {"client-key-data", "token", "password"})
            if (const yaml::Node secret = item["user"][key]; secret.text() && !secret.text()->empty())
                report.at(secret.key(), "this file carries a credential; refer to a file or an exec plugin instead").only({});
}

static void run_route(const kubernetes::Object& route, Reporter& report) {
    if (route.is_fragment()) return;
    const yaml::Node tls = route.spec()["tls"], insecure = tls["insecureEdgeTerminationPolicy"];
    if (!tls.is_set())
        report.missing(route, "spec.tls", "this Route serves plain HTTP; add tls with a termination");
    else if (insecure.text_or_empty() == "Allow")
        report.at(insecure, "Allow serves plain HTTP beside TLS; use Redirect");
}

static void run_traefik(const kubernetes::Cluster& cluster, Reporter& report) {
    const kubernetes::Object* first = nullptr;
    for (std::string_view kind : {"traefik.io/TLSOption", "traefik.containo.us/TLSOption"})
        for (const kubernetes::Object* option : cluster.of_kind(kind)) {
            if (option->name() != "default") continue;
            Draft draft = first ? report.at(*option, option->metadata()["name"], "two TLSOptions named default cancel each other; keep one")
                                : report.at(*option, option->metadata()["name"],
                                            "a TLSOption named default replaces the TLS settings of every router of Traefik; give it another "
                                            "name and refer to it");
            if (first) draft.related(*first, first->metadata()["name"], "the other one");
            if (!first) first = option;
        }
}

static bool is_local(std::string_view text) {
    const auto address = kubernetes::parse_address(text);
    if (!address) return false;
    for (std::string_view range : {"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"})
        if (const auto cidr = kubernetes::parse_cidr(range); cidr && cidr->contains(*address)) return true;
    return false;
}

static void run_endpoints(const kubernetes::Object& object, Reporter& report) {
    const auto check = [&](yaml::Node address) {
        if (is_local(address.text_or_empty()))
            report.at(address,
                      quote(address.scalar()) + " leads to the node that the traffic comes through, not to a pod; name the address of the real endpoint");
    };
    for (yaml::Node endpoint : object["endpoints"].items())
        for (yaml::Node address : endpoint["addresses"].items()) check(address);
    for (yaml::Node subset : object["subsets"].items())
        for (std::string_view list : {"addresses", "notReadyAddresses"})
            for (yaml::Node address : subset[list].items()) check(address["ip"]);
}

static constexpr Example apiservice_examples[] = {{.bad = R"(
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1beta1.metrics.k8s.io
spec:
  group: metrics.k8s.io
  version: v1beta1
  insecureSkipTLSVerify: true
                         ^^^^ the API server takes anybody's answers for this API's; set caBundle instead (cert-manager can fill it in)
  service:
    name: metrics-server
    namespace: kube-system
)",
                                                   .good = R"(
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1beta1.metrics.k8s.io
spec:
  group: metrics.k8s.io
  version: v1beta1
  caBundle: LS0tLS1CRUdJTg==
  service:
    name: metrics-server
    namespace: kube-system
)",
                                                   .path = "app.yaml"}};

static constexpr Example kubeconfig_examples[] = {{.bad = R"(
apiVersion: v1
kind: Config
clusters:
- name: a
  cluster:
    server: http://10.0.0.1:8080
            ^^^^^^^^^^^^^^^^^^^^ credentials go over the wire in plain text; use https
- name: b
  cluster:
    server: https://10.0.0.2:6443
    insecure-skip-tls-verify: true
                              ^^^^ the client sends its credentials to whoever answers; set certificate-authority-data instead
users:
- name: a
  user:
    token: abcdef
    ^^^^^ this file carries a credential; refer to a file or an exec plugin instead
)",
                                                   .good = R"(
apiVersion: v1
kind: Config
clusters:
- name: a
  cluster:
    server: https://10.0.0.1:6443
    certificate-authority: /etc/ca.crt
users:
- name: a
  user:
    tokenFile: /var/run/token
)",
                                                   .path = "app.yaml"}};

static constexpr Example route_examples[] = {{.bad = R"(
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: web
spec:
^^^^ this Route serves plain HTTP; add tls with a termination
  to:
    kind: Service
    name: web
---
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: api
spec:
  to:
    kind: Service
    name: api
  tls:
    termination: edge
    insecureEdgeTerminationPolicy: Allow
                                   ^^^^^ Allow serves plain HTTP beside TLS; use Redirect
)",
                                              .good = R"(
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: web
spec:
  to:
    kind: Service
    name: web
  tls:
    termination: edge
    insecureEdgeTerminationPolicy: Redirect
)",
                                              .path = "app.yaml"}};

static constexpr Example traefik_examples[] = {{.bad = R"(
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata:
  name: default
        ^^^^^^^ a TLSOption named default replaces the TLS settings of every router of Traefik; give it another name and refer to it
  namespace: shop
spec:
  minVersion: VersionTLS12
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata:
  name: default
        ^^^^^^^ two TLSOptions named default cancel each other; keep one
  namespace: edge
)",
                                                .good = R"(
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata:
  name: modern
  namespace: shop
spec:
  minVersion: VersionTLS13
)",
                                                .path = "app.yaml"}};

static constexpr Example endpoints_examples[] = {{.bad = R"(
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web
addressType: IPv4
endpoints:
- addresses: [10.1.2.3, 127.0.0.1]
                        ^^^^^^^^^ '127.0.0.1' leads to the node that the traffic comes through, not to a pod; name the address of the real endpoint
---
apiVersion: v1
kind: Endpoints
metadata:
  name: meta
subsets:
- addresses:
  - ip: 169.254.169.254
        ^^^^^^^^^^^^^^^ '169.254.169.254' leads to the node that the traffic comes through, not to a pod; name the address of the real endpoint
)",
                                                  .good = R"(
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web
addressType: IPv4
endpoints:
- addresses: [10.1.2.3]
)",
                                                  .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "apiservice-skip-tls-verify",
        .title = "APIService skips TLS verification.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The API server forwards requests with the user's identity to such an API. Without verification anybody in between answers in its place "
               "and sees everything.",
        .aliases = {"semgrep:skip-tls-verify-service"},
        .examples = apiservice_examples,
        .run = on_objects({"APIService"}, run_apiservice),
    },
    {
        .id = "endpointslice-loopback",
        .title = "EndpointSlice or Endpoints point to loopback or link-local.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Endpoints are used on the node that forwards the traffic: a loopback address leads to that node's own services, a link-local one to the "
               "cloud's metadata service (CVE-2021-25737). The API server refuses most of them in EndpointSlices today.",
        .aliases = {"terrascan:AC_K8S_0132", "datree:ENDPOINTSLICE_CVE2021_25373_INCORRECT_ADDRESSES_VALUE"},
        .examples = endpoints_examples,
        .run = on_objects({"EndpointSlice", "Endpoints"}, run_endpoints),
    },
    {
        .id = "kubeconfig-skip-tls-verify",
        .title = "kubeconfig skips TLS verification.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A client that does not verify the server hands its token to whoever sits in between. Keys and tokens inside the file are in the hands of "
               "everybody who can read it.",
        .aliases = {"semgrep:skip-tls-verify-cluster"},
        .examples = kubeconfig_examples,
        .run = on_objects({"/Config"}, run_kubeconfig),
    },
    {
        .id = "route-tls-missing",
        .title = "OpenShift Route has no TLS termination.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Without TLS everything, passwords and cookies included, crosses the network in plain text.",
        .aliases = {"rhcop:OCP_BESTPRACT-00025", "kyverno:check-routes"},
        .examples = route_examples,
        .run = on_objects({"route.openshift.io/Route"}, run_route),
    },
    {
        .id = "traefik-default-tls-options",
        .title = "Traefik default TLSOption is overridden.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Traefik takes the TLSOption called default, from whatever namespace, for all routers that name none. A second one makes both void.",
        .aliases = {"kyverno:disallow-default-tlsoptions"},
        .examples = traefik_examples,
        .run = on_cluster(run_traefik),
    },
};

extern constinit const std::span<const Check> tls_settings = table;

}
