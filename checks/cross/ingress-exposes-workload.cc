#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

namespace plimsoll::checks::ingress_exposes_workload {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

// Services that something outside leads to, with what does.
class Exposed {
public:
    explicit Exposed(const Cluster& cluster) : cluster_(cluster) {
        for (const Object* service : cluster.of_kind("Service")) {
            const std::string_view type = service->at("spec.type").text_or_empty();
            if (type == "LoadBalancer" || type == "NodePort" || !service->at("spec.externalIPs").empty()) by_service_.try_emplace(service, service);
        }
        for (const Object* ingress : cluster.of_kind("Ingress")) add_ingress(*ingress);
        for (std::string_view kind : {"HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"})
            for (const Object* route : cluster.of_kind("gateway.networking.k8s.io/" + std::string(kind)))
                for (yaml::Node rule : route->at("spec.rules").items())
                    for (yaml::Node backend : rule["backendRefs"].items()) add(*route, backend["name"], backend["namespace"].text_or_empty());
        for (const Object* service : cluster.of_kind("networking.istio.io/VirtualService"))
            if (!service->at("spec.gateways").empty()) add_virtual(*service);
    }
    const std::map<const Object*, const Object*>& all() const { return by_service_; }

private:
    void add(const Object& from, yaml::Node name, std::string_view space = {}) {
        if (!name.text() || name.is_placeholder()) return;
        if (const Object* service = cluster_.find(from, "Service", *name.text(), space)) by_service_.try_emplace(service, &from);
    }
    void add_backend(const Object& ingress, yaml::Node backend) { add(ingress, backend["service"] ? backend["service"]["name"] : backend["serviceName"]); }
    void add_ingress(const Object& ingress) {
        const yaml::Node spec = ingress.spec();
        add_backend(ingress, spec["defaultBackend"] ? spec["defaultBackend"] : spec["backend"]);
        for (yaml::Node rule : spec["rules"].items())
            for (yaml::Node path : rule["http"]["paths"].items()) add_backend(ingress, path["backend"]);
    }
    void add_virtual(const Object& service) {
        for (std::string_view protocol : {"http", "tls", "tcp"})
            for (yaml::Node rule : service.spec()[protocol].items())
                for (yaml::Node target : rule["route"].items()) add(service, target["destination"]["host"]);
    }

    const Cluster& cluster_;
    std::map<const Object*, const Object*> by_service_;
};

void run(const Cluster& cluster, Reporter& report) {
    const Exposed exposed(cluster);
    std::map<const Object*, const Object*> by_workload;
    for (const Object* service : cluster.of_kind("Service")) {
        const auto way = exposed.all().find(service);
        const kubernetes::Selector selector = kubernetes::Selector::map(service->at("spec.selector"));
        if (way == exposed.all().end() || selector.absent() || selector.empty()) continue;
        for (const Pod* pod : cluster.selected(*service, selector).nearest(*service)) by_workload.try_emplace(pod->object, way->second);
    }
    for (const Object* workload : cluster.workloads())
        if (const auto way = by_workload.find(workload); way != by_workload.end())
            report
                .at(*workload, std::string(way->second->kind()) + " " + quote(way->second->name()) + " makes this workload reachable from outside the cluster")
                .related(*way->second, way->second->head(), "the way in");
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
                 ^^^ Ingress 'front' makes this workload reachable from outside the cluster
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                 .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                 .path = "app.yaml"}};

}

extern constinit const Check ingress_exposes_workload = {
    .id = "ingress-exposes-workload",
    .title = "A workload is reachable from outside (inventory).",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A list of what can be reached from outside the cluster, and by which way: these are the workloads to harden first.",
    .aliases = {"kubescape:C-0256", "kubescape:C-0266", "kubescape:C-0083", "kubescape:C-0084", "kubescape:C-0085",
                "kics:69bbc5e3-0818-4150-89cc-1e989b48f23b"},
    .standards = {"MITRE-T1133"},
    .examples = examples,
    .run = on_cluster(run),
};

}
