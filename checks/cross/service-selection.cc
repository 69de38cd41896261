#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "checks/cross/objects.h"

// Services against the pods they select.

namespace plimsoll::checks::service_selection {

namespace {

using kubernetes::Cluster;
using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::Selector;

Selector selector_of(const Object& service) { return Selector::map(service.at("spec.selector")); }

bool selects(const Object& service) {
    return !selector_of(service).absent() && !selector_of(service).empty() && service.at("spec.type").text_or_empty() != "ExternalName";
}

// The pods of a service; those further away belong to other applications.
std::span<const Pod* const> pods_of(const Cluster& cluster, const Object& service) {
    return cluster.selected_whole(service, selector_of(service)).nearest(service);
}

void selects_nothing(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const kubernetes::PodsToCome to_come(cluster);
    for (const Object* service : cluster.of_kind("Service")) {
        if (!selects(*service) || service->is_fragment() || !cluster.selected(*service, selector_of(*service)).empty() ||
            to_come.may_match(*service, selector_of(*service)))
            continue;
        report.at(*service, service->at("spec.selector"), "the selector matches no pod template in this namespace, so the Service leads nowhere");
    }
}

// The port of a container that a named target means; with the transport protocol it must have.
bool declares(const kubernetes::Container& container, std::string_view name, std::string_view protocol) {
    for (yaml::Node port : container["ports"].items())
        if (port["name"].text_or_empty() == name && port["protocol"].text().value_or("TCP") == protocol) return true;
    return false;
}

bool any_declares(const Pod& pod, std::string_view name, std::string_view protocol) {
    return std::any_of(pod.containers.begin(), pod.containers.end(),
                       [&](const kubernetes::Container& container) { return container.long_running() && declares(container, name, protocol); });
}

void port_mismatch(const Cluster& cluster, Reporter& report) {
    for (const Object* service : cluster.of_kind("Service")) {
        if (!selects(*service)) continue;
        std::span<const Pod* const> pods;
        bool looked = false;
        for (yaml::Node port : service->at("spec.ports").items()) {
            const auto name = port["targetPort"].text();
            if (!name || name->empty() || port["targetPort"].is_placeholder()) continue;
            if (!std::exchange(looked, true)) pods = pods_of(cluster, *service);
            const std::string_view protocol = port["protocol"].text().value_or("TCP");
            if (pods.empty() || std::any_of(pods.begin(), pods.end(), [&](const Pod* pod) { return any_declares(*pod, *name, protocol); })) continue;
            report
                .at(*service, port["targetPort"],
                    "no container of " + called(*pods.front()->object) + " has a " + std::string(protocol) + " port named " + quote(*name))
                .related(*pods.front()->object, pods.front()->object->head(), "the pods");
        }
    }
}

// Two workloads on purpose behind one service: parts of one release process or of one application.
bool together(const Pod& a, const Pod& b) {
    for (std::string_view key :
         {"app.kubernetes.io/component", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/part-of", "component"}) {
        const auto value = a.labels()[key].text();
        if (value && value == b.labels()[key].text()) return true;
    }
    for (std::string_view key :
         {"version", "track", "slot", "color", "release", "rollouts-pod-template-hash", "app.kubernetes.io/version", "environment", "env", "tier", "role"})
        if (a.labels().has(key) || b.labels().has(key)) return true;
    return false;
}

void ambiguous(const Cluster& cluster, Reporter& report) {
    for (const Object* service : cluster.of_kind("Service")) {
        if (!selects(*service)) continue;
        const std::span<const Pod* const> pods = pods_of(cluster, *service);
        // Files of one folder may be variants of one application: only the first is looked at.
        const auto end = std::find_if(pods.begin(), pods.end(), [&](const Pod* pod) { return &pod->object->manifest() != &pods.front()->object->manifest(); });
        const auto other = std::find_if(pods.begin(), end, [&](const Pod* pod) {
            return !pod->runs_to_completion() && !pods.front()->runs_to_completion() && pod->object->name() != pods.front()->object->name() &&
                   !together(*pods.front(), *pod);
        });
        if (other == end) continue;
        report
            .at(*service, service->at("spec.selector"),
                "the selector matches the pods of " + called(*pods.front()->object) + " and of " + called(*(*other)->object) + "; requests go to either")
            .related(*pods.front()->object, pods.front()->object->head(), "one")
            .related(*(*other)->object, (*other)->object->head(), "the other");
    }
}

bool shares_port(const Object& a, const Object& b) {
    for (yaml::Node mine : a.at("spec.ports").items())
        for (yaml::Node theirs : b.at("spec.ports").items())
            if (mine["port"].scalar() == theirs["port"].scalar()) return true;
    return false;
}

// A selector in a form that is equal for equal selectors.
std::string key_of(const Object& service) {
    std::set<std::string> parts;
    for (const yaml::Entry& entry : service.at("spec.selector").entries())
        parts.insert(std::string(entry.key.scalar()) + "=" + std::string(entry.value.scalar()));
    std::string key(service.declared_namespace().value_or(""));
    for (const std::string& part : parts) key += "\n" + part;
    return key;
}

void duplicate(const Cluster& cluster, Reporter& report) {
    std::map<std::string, std::vector<const Object*>> by_selector;
    for (const Object* service : cluster.of_kind("Service"))
        if (selects(*service)) by_selector[key_of(*service)].push_back(service);
    for (const auto& [key, services] : by_selector)
        for (std::size_t i = 1; i < services.size(); ++i) {
            const Object &first = *services.front(), &second = *services[i];
            const bool headless = (first.at("spec.clusterIP").text_or_empty() == "None") != (second.at("spec.clusterIP").text_or_empty() == "None");
            if (headless || first.name() == second.name() || !shares_port(first, second)) continue;
            report.at(second, second.at("spec.selector"), called(first) + " selects the same pods on the same port")
                .related(first, first.head(), "the other Service");
        }
}

// The first container that offers ports for as long as the pod runs; null without one.
const kubernetes::Container* offering(const Object& workload) {
    for (const Pod& pod : workload.pods())
        for (const kubernetes::Container& container : pod.containers)
            if (container.long_running() && !container["ports"].empty()) return &container;
    return nullptr;
}

void without_service(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    std::unordered_set<const Object*> served;
    std::unordered_set<const kubernetes::Selection*> seen;
    for (const Object* service : cluster.of_kind("Service")) {
        if (!selects(*service)) continue;
        const kubernetes::Selection& pods = cluster.selected(*service, selector_of(*service));
        if (!seen.insert(&pods).second) continue;
        for (const Pod* pod : pods) served.insert(pod->object);
    }
    for (const Object* workload : cluster.workloads()) {
        if ((!workload->is("Deployment") && !workload->is("StatefulSet")) || workload->is_fragment() || served.contains(workload)) continue;
        if (const kubernetes::Container* container = offering(*workload))
            report.at(*workload, (*container)["ports"].key(), "the container offers ports, but no Service selects these pods").container(*container);
    }
}

constexpr Example nothing_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: wbe}
            ^^^^^^^^^^ the selector matches no pod template in this namespace, so the Service leads nowhere
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .path = "app.yaml"}};

constexpr Example port_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
    targetPort: http
                ^^^^ no container of Pod 'web' has a TCP port named 'http'
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0", ports: [{name: web, containerPort: 8080}]}]}
)",
                                      .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
    targetPort: http
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0", ports: [{name: http, containerPort: 8080}]}]}
)",
                                      .path = "app.yaml"}};

constexpr Example ambiguous_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: shop}
            ^^^^^^^^^^^ the selector matches the pods of Pod 'web' and of Pod 'cache'; requests go to either
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: shop, part: web}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, labels: {app: shop, part: cache}}
spec: {containers: [{name: cache, image: "registry.example/cache:1.0"}]}
)",
                                           .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: shop}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: shop, track: stable}}
spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-canary, labels: {app: shop, track: canary}}
spec: {containers: [{name: web, image: "registry.example/web:1.1"}]}
)",
                                           .path = "app.yaml"}};

constexpr Example duplicate_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: web}
            ^^^^^^^^^^ Service 'web' selects the same pods on the same port
  ports: [{port: 80}]
)",
                                           .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web-headless}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{port: 80}]
)",
                                           .path = "app.yaml"}};

constexpr Example without_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 8080}]
        ^^^^^ the container offers ports, but no Service selects these pods
)",
                                         .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0
        ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 8080}]
)",
                                         .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "service-missing-for-workload",
        .title = "A workload offers ports that no Service leads to.",
        .category = Category::style,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Declared ports usually want to be reached under a stable name; without a Service there is none.",
        .aliases = {"rhcop:OCP_REQ_INV-00003"},
        .examples = without_examples,
        .run = on_cluster(without_service),
    },
    {
        .id = "service-selector-ambiguous",
        .title = "A Service selects the pods of different workloads.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Connections are spread over all pods that match. When they belong to different programs, some requests reach the wrong one.",
        .examples = ambiguous_examples,
        .run = on_cluster(ambiguous),
    },
    {
        .id = "service-selector-duplicate",
        .title = "Two Services select the same pods on the same port.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Two names for one thing: one is usually left over, or its selector was meant to be narrower.",
        .aliases = {"kyverno:require-unique-service-selector", "gatekeeper:uniqueserviceselector"},
        .examples = duplicate_examples,
        .run = on_cluster(duplicate),
    },
    {
        .id = "service-selects-nothing",
        .title = "A Service selects no pods.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A Service whose selector matches nothing has no endpoints: connections to it are refused. Often a label was renamed in one place only.",
        .aliases = {"kube-linter:dangling-service", "kube-score:service-targets-pod", "kubescape:C-0293", "kics:3ca03a61-3249-4c16-8427-6f8e47dda729",
                    "popeye:1100", "terrascan:AC_K8S_0114"},
        .examples = nothing_examples,
        .run = on_cluster(selects_nothing),
    },
    {
        .id = "service-target-port-mismatch",
        .title = "A Service's target port is no port of its pods.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A named target port is looked up in the pods; where no container has it the Service has no endpoint for that port.",
        .aliases = {"popeye:1106"},
        .examples = port_examples,
        .run = on_cluster(port_mismatch),
    },
};

}

extern constinit const std::span<const Check> service_selection = table;

}
