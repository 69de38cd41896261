#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// How Services open themselves to the outside.

namespace plimsoll::checks::service_types {

static bool contains(const std::vector<std::string>& list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

static yaml::Node type_of(const kubernetes::Object& service) { return service.spec()["type"]; }

static void run_nodeport(const kubernetes::Object& service, Reporter& report) {
    if (kubernetes::service_type(service) != "NodePort") return;
    if (contains(report.list("exempt_namespaces"), service.declared_namespace().value_or(""))) return;
    report.at(type_of(service), "NodePort opens a port on every node, past Ingress and its TLS; use ClusterIP behind an Ingress or Gateway");
}

static void run_load_balancer(const kubernetes::Object& service, Reporter& report) {
    if (kubernetes::service_type(service) != "LoadBalancer") return;
    const std::vector<std::string>& internal = report.list("internal_annotations");
    if (std::any_of(internal.begin(), internal.end(), [&](const std::string& key) { return service.annotations()[key].is_set(); })) return;
    Draft draft =
        report.at(type_of(service), "LoadBalancer gives this Service an address of its own outside the cluster; use ClusterIP behind an Ingress or Gateway");
    if (!kubernetes::has_internal_load_balancer(service) && service.spec()["loadBalancerSourceRanges"].items().empty()) draft.severity(Severity::low);
}

// Annotations that limit the sources instead of the field.
static bool limited_by_annotation(const kubernetes::Object& service) {
    for (std::string_view key : {"service.beta.kubernetes.io/load-balancer-source-ranges", "service.beta.kubernetes.io/aws-load-balancer-security-groups",
                                 "service.beta.kubernetes.io/azure-allowed-service-tags", "service.beta.kubernetes.io/azure-allowed-ip-ranges",
                                 "service.beta.kubernetes.io/oci-load-balancer-security-list-management-mode", "networking.gke.io/load-balancer-ip-addresses",
                                 "service.beta.kubernetes.io/do-loadbalancer-allow-rules", "metallb.universe.tf/address-pool", "metallb.io/address-pool"})
        if (service.annotations()[key].is_set()) return true;
    return false;
}

static void run_source_ranges(const kubernetes::Object& service, Reporter& report) {
    if (kubernetes::service_type(service) != "LoadBalancer" || service.is_fragment()) return;
    if (kubernetes::has_internal_load_balancer(service) || limited_by_annotation(service)) return;
    const yaml::Node ranges = service.spec()["loadBalancerSourceRanges"];
    if (ranges.is_placeholder()) return;
    for (yaml::Node range : ranges.items()) {
        const auto cidr = kubernetes::parse_cidr(range.text_or_empty());
        if (cidr && cidr->all()) report.at(range, quote(range.scalar()) + " lets everybody in; list the ranges of the clients");
    }
    if (ranges.items().empty())
        report.missing(service, "spec.loadBalancerSourceRanges",
                       "the load balancer takes connections from everywhere; list the clients' ranges in loadBalancerSourceRanges or make it internal");
}

static void run_external_ips(const kubernetes::Object& service, Reporter& report) {
    const std::vector<std::string>& allowed = report.list("allow_ips");
    for (yaml::Node address : service.spec()["externalIPs"].items())
        if (!contains(allowed, address.scalar()))
            report.at(address,
                      quote(address.scalar()) + " in externalIPs makes every node catch the traffic for that address; use a load balancer or an Ingress");
}

static void run_external_name(const kubernetes::Object& service, Reporter& report) {
    const yaml::Node name = service.spec()["externalName"];
    if (kubernetes::service_type(service) != "ExternalName" || contains(report.list("allow"), name.scalar())) return;
    const std::string_view host = name.text_or_empty();
    const bool inside = host == "localhost" || host.starts_with("localhost.") || host.ends_with(".cluster.local") || host.ends_with(".svc");
    if (inside)
        report.at(name, quote(host) + " leads past the borders of the namespace; refer to that Service by its own name").severity(Severity::medium);
    else
        report.at(name ? name : type_of(service),
                  "an ExternalName is a DNS alias that no network policy sees and no certificate fits; configure the outside name in the "
                  "program");
}

static void run_traffic_policy(const kubernetes::Object& service, Reporter& report) {
    const yaml::Node policy = service.spec()["externalTrafficPolicy"];
    const std::string_view type = kubernetes::service_type(service);
    if (type == "LoadBalancer" && policy.text_or_empty() == "Cluster")
        report.at(policy, "Cluster hides the clients' addresses behind those of the nodes; Local keeps them").only({"popeye:1107"});
    else if (type == "NodePort" && policy.text_or_empty() == "Local")
        report.at(policy, "Local drops what reaches a node without a pod of this Service; use Cluster where nothing balances by health checks")
            .only({"popeye:1108"});
}

static bool has_web_port(const kubernetes::Object& service, const std::vector<std::string>& ports) {
    for (yaml::Node port : service.spec()["ports"].items())
        if (contains(ports, port["port"].scalar())) return true;
    return false;
}

static void run_aws(const kubernetes::Object& service, Reporter& report) {
    if (kubernetes::service_type(service) != "LoadBalancer" || service.annotations()["service.beta.kubernetes.io/aws-load-balancer-ssl-cert"]) return;
    yaml::Node aws;
    for (const yaml::Entry& entry : service.annotations().entries())
        if (entry.key.scalar().starts_with("service.beta.kubernetes.io/aws-load-balancer-")) aws = entry.key;
    if (aws && has_web_port(service, report.list("web_ports")))
        report.at(service.annotations().key(), "this AWS load balancer serves a web port without a certificate; set "
                                               "service.beta.kubernetes.io/aws-load-balancer-ssl-cert, or leave TLS to an Ingress");
}

static constexpr Option nodeport_options[] = {{.name = "exempt_namespaces", .what = "namespaces whose Services may be of type NodePort"}};
static constexpr Option load_balancer_options[] = {{.name = "internal_annotations", .what = "further annotations that make a load balancer internal"}};
static constexpr Option external_ips_options[] = {{.name = "allow_ips", .what = "addresses that may stand in externalIPs"}};
static constexpr Option external_name_options[] = {{.name = "allow", .what = "names that may stand in externalName"}};
static constexpr Option aws_options[] = {{.name = "web_ports", .value = "80 443 8080 8443", .what = "ports that count as web traffic"}};

static constexpr Example nodeport_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
        ^^^^^^^^ NodePort opens a port on every node, past Ingress and its TLS; use ClusterIP behind an Ingress or Gateway
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
)",
                                                 .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: edge
spec:
  type: LoadBalancer
  selector:
    app: edge
  ports:
  - port: 443
    nodePort: 30443
)",
                                                 .path = "app.yaml"}};

static constexpr Example load_balancer_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
        ^^^^^^^^^^^^ LoadBalancer gives this Service an address of its own outside the cluster; use ClusterIP behind an Ingress or Gateway
  selector:
    app: web
  ports:
  - port: 80
)",
                                                      .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
)",
                                                      .path = "app.yaml"}};

static constexpr Example source_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
^^^^ the load balancer takes connections from everywhere; list the clients' ranges in loadBalancerSourceRanges or make it internal
  type: LoadBalancer
  selector:
    app: web
  ports:
  - port: 443
)",
                                               .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector:
    app: web
  ports:
  - port: 443
)",
                                               .path = "app.yaml"},
                                              {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24, 0.0.0.0/0]
                                             ^^^^^^^^^ '0.0.0.0/0' lets everybody in; list the ranges of the clients
  ports: [{port: 443}]
)",
                                               .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "true"}
spec:
  type: LoadBalancer
  ports: [{port: 443}]
)",
                                               .path = "app.yaml"}};

static constexpr Example external_ips_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  externalIPs:
  - 198.51.100.7
    ^^^^^^^^^^^^ '198.51.100.7' in externalIPs makes every node catch the traffic for that address; use a load balancer or an Ingress
  ports:
  - port: 80
)",
                                                     .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
)",
                                                     .path = "app.yaml"}};

static constexpr Example external_name_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: ExternalName
  externalName: db.example.com
                ^^^^^^^^^^^^^^ an ExternalName is a DNS alias that no network policy sees and no certificate fits; configure the outside name in the program
---
apiVersion: v1
kind: Service
metadata:
  name: other
spec:
  type: ExternalName
  externalName: api.prod.svc.cluster.local
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ 'api.prod.svc.cluster.local' leads past the borders of the namespace; refer to that Service by its own name
)",
                                                      .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  selector:
    app: db
  ports:
  - port: 5432
)",
                                                      .path = "app.yaml"}};

static constexpr Example traffic_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  externalTrafficPolicy: Cluster
                         ^^^^^^^ Cluster hides the clients' addresses behind those of the nodes; Local keeps them
  ports:
  - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: node
spec:
  type: NodePort
  externalTrafficPolicy: Local
                         ^^^^^ Local drops what reaches a node without a pod of this Service; use Cluster where nothing balances by health checks
  ports:
  - port: 80
)",
                                                .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  ports:
  - port: 80
)",
                                                .path = "app.yaml"}};

static constexpr Example aws_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
  ^^^^^^^^^^^ this AWS load balancer serves a web port without a certificate; set service.beta.kubernetes.io/aws-load-balancer-ssl-cert, or leave TLS to an Ingress
    service.beta.kubernetes.io/aws-load-balancer-type: nlb
spec:
  type: LoadBalancer
  ports:
  - port: 443
)",
                                            .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: nlb
    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn:aws:acm:eu-west-1:1234:certificate/1
spec:
  type: LoadBalancer
  ports:
  - port: 443
)",
                                            .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "aws-load-balancer-without-tls",
        .title = "AWS load balancer Service without TLS certificate annotation.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Without a certificate the AWS load balancer passes what arrives on, plain text included. The certificate annotation makes it end TLS "
               "itself.",
        .aliases = {"kubescape:C-0231", "kyverno:require-encryption-aws-loadbalancers"},
        .standards = {"NSA-net-encryption"},
        .options = aws_options,
        .examples = aws_examples,
        .run = on_objects({"Service"}, run_aws),
    },
    {
        .id = "service-external-ips",
        .title = "Service sets externalIPs.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Traffic for an address in externalIPs is caught by every node, whether or not the address belongs to the cluster: whoever may create "
               "Services can take over other people's addresses (CVE-2020-8554).",
        .aliases = {"trivy:KSV-0108", "terrascan:AC_K8S_0112", "kyverno:restrict-service-external-ips", "gatekeeper:externalip"},
        .standards = {"MITRE-T1557"},
        .options = external_ips_options,
        .examples = external_ips_examples,
        .run = on_objects({"Service"}, run_external_ips),
    },
    {
        .id = "service-external-name",
        .title = "Service of type ExternalName.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "ExternalName only makes a DNS alias: certificates and Host headers do not fit, network policies do not see where it leads, and an alias "
               "into another namespace or to localhost goes around borders.",
        .aliases = {"trivy:KSV-0108", "kyverno:disallow-localhost-services"},
        .options = external_name_options,
        .examples = external_name_examples,
        .run = on_objects({"Service"}, run_external_name),
    },
    {
        .id = "service-loadbalancer",
        .title = "Service of type LoadBalancer.",
        .category = Category::security,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Each such Service is one more public address to pay and to guard. An Ingress or Gateway shares one, with TLS and logs in one place.",
        .aliases = {"kube-linter:exposed-services", "kubescape:C-0256", "kics:26763a1c-5dda-4772-b507-5fca7fb5f165", "popeye:1103",
                    "kyverno:restrict-loadbalancer", "gatekeeper:block-loadbalancer-services"},
        .standards = {"MITRE-T1133"},
        .options = load_balancer_options,
        .examples = load_balancer_examples,
        .run = on_objects({"Service"}, run_load_balancer),
    },
    {
        .id = "service-loadbalancer-open-source-ranges",
        .title = "LoadBalancer accepts any source address.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A load balancer without source ranges is open to the whole internet as soon as the cloud gives it an address. Where the clients are "
               "known, the ranges keep everybody else out before a packet reaches the cluster.",
        .examples = source_examples,
        .run = on_objects({"Service"}, run_source_ranges),
    },
    {
        .id = "service-nodeport",
        .title = "Service of type NodePort.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A NodePort is open on every node's addresses, also on nodes without such a pod, and goes around whatever guards the Ingress.",
        .aliases = {"kube-linter:exposed-services", "kube-score:service-type", "kics:845acfbe-3e10-4b8e-b656-3b404d36dfb2",
                    "datree:SERVICE_INCORRECT_TYPE_VALUE_NODEPORT", "terrascan:AC_K8S_0111", "popeye:1104", "kyverno:restrict-node-port",
                    "gatekeeper:block-nodeport-services"},
        .standards = {"NSA-net-policies", "MITRE-T1133"},
        .options = nodeport_options,
        .examples = nodeport_examples,
        .run = on_objects({"Service"}, run_nodeport),
    },
    {
        .id = "service-traffic-policy",
        .title = "externalTrafficPolicy does not suit the Service type.",
        .category = Category::reliability,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "With Cluster a packet may take one more hop and loses its source address; with Local a node without a pod of the Service drops it, which "
               "only load balancers with health checks avoid.",
        .aliases = {"popeye:1107", "popeye:1108"},
        .examples = traffic_examples,
        .run = on_objects({"Service"}, run_traffic_policy),
    },
};

extern constinit const std::span<const Check> service_types = table;

}
