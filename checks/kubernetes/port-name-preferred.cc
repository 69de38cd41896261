#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::port_name_preferred {

using kubernetes::Container;
using kubernetes::Object;
using yaml::Node;

static void number(Node port, std::string_view what, Reporter& report, std::initializer_list<std::string_view> aliases) {
    if (port.integer()) report.at(port, std::string(what) + " by number; name the port and use the name").only(aliases);
}

static void run_container(const Container& container, Reporter& report) {
    for (Node port : container["ports"].items())
        if (port["containerPort"].integer() && !port.has("name"))
            report.at(port["containerPort"], "port " + std::to_string(*port["containerPort"].integer()) + " has no name; give it one that others can refer to")
                .only({"popeye:108", "kyverno:require-container-port-names"});
    for (std::string_view key : {"livenessProbe", "readinessProbe", "startupProbe"})
        for (std::string_view handler : {"httpGet", "tcpSocket"}) number(container[key][handler]["port"], "the probe gives its port", report, {"popeye:105"});
}

static void judge_backend(Node backend, Reporter& report) {
    number(backend["service"]["port"]["number"], "the backend gives its port", report, {"popeye:1403"});
    number(backend["servicePort"], "the backend gives its port", report, {"popeye:1403"});
}

static void run_object(const Object& object, Reporter& report) {
    const Node spec = object.spec();
    if (object.is("Service")) {
        for (Node port : spec["ports"].items()) number(port["targetPort"], "the Service gives its targetPort", report, {"popeye:1102"});
        return;
    }
    judge_backend(spec["defaultBackend"], report);
    judge_backend(spec["backend"], report);
    for (Node rule : spec["rules"].items())
        for (Node path : rule["http"]["paths"].items()) judge_backend(path["backend"], report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports: [{containerPort: 8080}]
                            ^^^^ port 8080 has no name; give it one that others can refer to
    readinessProbe: {httpGet: {path: /, port: 8080}}
                                              ^^^^ the probe gives its port by number; name the port and use the name
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
                                 ^^^^ the Service gives its targetPort by number; name the port and use the name
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
                                                       ^^ the backend gives its port by number; name the port and use the name
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    ports: [{name: http, containerPort: 8080}]
    readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend: {service: {name: web, port: {name: http}}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check port_name_preferred = {
    .id = "port-name-preferred",
    .title = "Ports are referred to by number, not name.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "A number has to be changed in every place at once when the program moves to another port, and pods of two releases cannot listen on different ones. "
        "A name is resolved in each pod by itself.",
    .aliases = {"popeye:105", "popeye:108", "popeye:1102", "popeye:1403", "kyverno:require-container-port-names"},
    .examples = examples,
    .run = on_containers(run_container) | on_objects({"Service", "Ingress"}, run_object),
};

}
