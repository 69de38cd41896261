#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/provided.h"

// Services and ports that routes, stateful sets and webhooks lead to.

namespace plimsoll::checks::missing_backend {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Selector;

constexpr std::string_view remedy = "; create it or name it as external in the configuration";

// The port of a Service by number or name; a Service without a selector may be filled by hand, but its ports are its own.
bool has_port(const Object& service, yaml::Node wanted) {
    const std::string_view text = wanted.scalar();
    for (yaml::Node port : service.at("spec.ports").items())
        if (port["port"].scalar() == text || port["name"].scalar() == text) return true;
    return service.at("spec.type").text_or_empty() == "ExternalName";
}

class Search {
public:
    Search(const Cluster& cluster, Reporter& report) : cluster_(cluster), report_(report) {}

    void service(const Object& from, yaml::Node name, yaml::Node port, std::string_view in_namespace = {}) {
        const auto wanted = name.text();
        if (!wanted || name.is_placeholder()) return;
        if (kubernetes::nowhere(cluster_, from, "Service", *wanted, in_namespace))
            return void(report_.at(from, name, "no Service " + quote(*wanted) + " is here" + std::string(remedy)));
        const Object* found = cluster_.find(from, "Service", *wanted, in_namespace);
        if (!found || !port.is_set() || port.is_placeholder() || found->at("spec.ports").empty() || has_port(*found, port)) return;
        report_.at(from, port, "Service " + quote(*wanted) + " has no port " + quote(port.scalar()))
            .related(*found, found->at("spec.ports").key(), "its ports");
    }

private:
    const Cluster& cluster_;
    Reporter& report_;
};

// networking.k8s.io/v1 {service: {name, port: {number|name}}}, before that {serviceName, servicePort}.
void ingress_backend(Search& search, const Object& ingress, yaml::Node backend) {
    if (const yaml::Node service = backend["service"]) {
        const yaml::Node port = service["port"];
        search.service(ingress, service["name"], port["number"] ? port["number"] : port["name"]);
    } else if (backend["servicePort"].text_or_empty() != "use-annotation") {
        search.service(ingress, backend["serviceName"], backend["servicePort"]);
    }
}

void ingresses(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (const Object* ingress : cluster.of_kind("Ingress")) {
        const yaml::Node spec = ingress->spec();
        ingress_backend(search, *ingress, spec["defaultBackend"] ? spec["defaultBackend"] : spec["backend"]);
        for (yaml::Node rule : spec["rules"].items())
            for (yaml::Node path : rule["http"]["paths"].items())
                if (path["backend"]["service"]["port"]["name"].text_or_empty() != "use-annotation") ingress_backend(search, *ingress, path["backend"]);
    }
}

void routes(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (std::string_view kind : {"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"})
        for (const Object* route : cluster.of_kind("gateway.networking.k8s.io/" + std::string(kind)))
            for (yaml::Node rule : route->at("spec.rules").items())
                for (yaml::Node backend : rule["backendRefs"].items()) {
                    const bool is_service = backend["kind"].text().value_or("Service") == "Service" && backend["group"].text_or_empty().empty();
                    if (is_service) search.service(*route, backend["name"], backend["port"], backend["namespace"].text_or_empty());
                }
}

void webhooks(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    const auto look = [&](const Object& object, yaml::Node service) { search.service(object, service["name"], {}, service["namespace"].text_or_empty()); };
    for (std::string_view kind : {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"})
        for (const Object* object : cluster.of_kind(kind))
            for (yaml::Node webhook : (*object)["webhooks"].items()) look(*object, webhook["clientConfig"]["service"]);
    for (const Object* service : cluster.of_kind("APIService")) look(*service, service->at("spec.service"));
    for (const Object* definition : cluster.of_kind("CustomResourceDefinition")) {
        const yaml::Node conversion = definition->at("spec.conversion");
        look(*definition, conversion["webhook"]["clientConfig"]["service"]);
        look(*definition, conversion["webhookClientConfig"]["service"]);
    }
}

void stateful_sets(const Cluster& cluster, Reporter& report) {
    for (const Object* set : cluster.of_kind("StatefulSet")) {
        if (set->is_fragment()) continue;
        const yaml::Node name = set->at("spec.serviceName");
        if (name.is_placeholder()) continue;
        if (name.text_or_empty().empty()) {
            report.missing(*set, "spec.serviceName", "no serviceName: the pods get no stable names of their own; add a headless Service and name it");
            continue;
        }
        if (kubernetes::nowhere(cluster, *set, "Service", *name.text())) {
            report.at(*set, name, "no Service " + quote(*name.text()) + " is here" + std::string(remedy));
            continue;
        }
        const Object* service = cluster.find(*set, "Service", *name.text());
        if (!service || set->pods().empty() || service->is_fragment()) continue;
        if (service->at("spec.clusterIP").text_or_empty() != "None")
            report.at(*set, name, "Service " + quote(*name.text()) + " is not headless (clusterIP: None), so the pods get no names of their own")
                .related(*service, service->head(), "the Service");
        else if (Selector::map(service->at("spec.selector")).matches(set->pods().front().labels()) == kubernetes::Match::no)
            report.at(*set, name, "Service " + quote(*name.text()) + " does not select these pods")
                .related(*service, service->at("spec.selector").span(), "its selector");
    }
}

constexpr Example ingress_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: wbe, port: {number: 80}}}
                                   ^^^ no Service 'wbe' is here; create it or name it as external in the configuration
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {name: http}}}
                                                    ^^^^ Service 'web' has no port 'http'
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                         .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                         .path = "app.yaml"}};

constexpr Example route_examples[] = {{.bad = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - backendRefs:
    - name: web
      port: 81
            ^^ Service 'web' has no port '81'
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                       .good = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - backendRefs:
    - name: web
      port: 80
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                       .path = "app.yaml"}};

constexpr Example webhook_examples[] = {{.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  clientConfig: {service: {name: guard, namespace: guard}}
                                 ^^^^^ no Service 'guard' is here; create it or name it as external in the configuration
)",
                                         .good = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  clientConfig: {service: {name: guard, namespace: guard}}
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: guard}
spec:
  selector: {app: guard}
  ports: [{port: 443}]
)",
                                         .path = "app.yaml"}};

constexpr Example set_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
               ^^ Service 'db' is not headless (clusterIP: None), so the pods get no names of their own
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example/db:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: db}
  ports: [{port: 5432}]
)",
                                     .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example/db:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{port: 5432}]
)",
                                     .path = "app.yaml"},
                                    {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
^^^^ no serviceName: the pods get no stable names of their own; add a headless Service and name it
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example/db:1.0"}]}
)",
                                     .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example/db:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
)",
                                     .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "gateway-route-backend-missing",
        .title = "A route leads to a Service or port that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Requests that the route matches are answered with an error, because there is nothing to send them to.",
        .aliases = {"kubescape:C-0302"},
        .examples = route_examples,
        .run = on_cluster(routes),
    },
    {
        .id = "ingress-backend-missing",
        .title = "An Ingress leads to a Service or port that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The controller answers such requests with 503, or refuses the whole Ingress.",
        .aliases = {"kube-linter:dangling-ingress", "kube-score:ingress-targets-service", "kubescape:C-0298", "popeye:1401", "popeye:1402", "popeye:1404"},
        .examples = ingress_examples,
        .run = on_cluster(ingresses),
    },
    {
        .id = "statefulset-service-missing",
        .title = "A StatefulSet has no headless Service of its own.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The stable host names of a StatefulSet's pods come from a headless Service that selects them; without it they cannot find one another by name.",
        .aliases = {"kube-score:statefulset-has-servicename", "kics:bb241e61-77c3-4b97-9575-c0f8a1e008d0"},
        .examples = set_examples,
        .run = on_cluster(stateful_sets),
    },
    {
        .id = "webhook-service-missing",
        .title = "A webhook or API service leads to a Service that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A validating webhook without its Service blocks every request it watches; an API service without one makes its whole group unavailable.",
        .examples = webhook_examples,
        .run = on_cluster(webhooks),
    },
};

}

extern constinit const std::span<const Check> missing_backend = table;

}
