#include <algorithm>
#include <set>
#include <unordered_map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// ServiceMonitors and PodMonitors of the Prometheus operator against what they select.

namespace plimsoll::checks::monitor_selection {

namespace {

using kubernetes::Cluster;
using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Selector;

constexpr std::string_view service_monitor = "monitoring.coreos.com/ServiceMonitor", pod_monitor = "monitoring.coreos.com/PodMonitor";

bool looks_into(const Object& monitor, const Object& object) {
    const yaml::Node spaces = monitor.at("spec.namespaceSelector");
    if (spaces["any"].is_true()) return true;
    if (spaces["matchNames"].empty()) return Cluster::same_namespace(monitor, object) != Match::no;
    if (!object.declared_namespace()) return true;
    for (yaml::Node name : spaces["matchNames"].items())
        if (name.scalar() == *object.declared_namespace()) return true;
    return false;
}

// Objects by the labels they bear, so that a selector is compared with few of them.
class ByLabel {
public:
    explicit ByLabel(std::span<const Object* const> objects) : all_(objects.begin(), objects.end()) {
        for (const Object* object : objects)
            for (const yaml::Entry& label : object->labels().entries()) by_label_[key(label)].push_back(object);
    }
    // The same list for monitors that ask the same: what follows from it alone need be found only once.
    const std::vector<const Object*>& selected(const Object& monitor, const Selector& selector) {
        std::string asked = spaces_of(monitor);
        selector.add_key(asked);
        const auto [known, is_new] = known_.try_emplace(std::move(asked));
        if (is_new) known->second = find(monitor, selector);
        return known->second;
    }

private:
    // What looks_into() goes by.
    static std::string spaces_of(const Object& monitor) {
        const yaml::Node spaces = monitor.at("spec.namespaceSelector");
        if (spaces["any"].is_true()) return "any\n";
        std::string text;
        for (yaml::Node name : spaces["matchNames"].items()) text.append("=").append(name.scalar());
        if (spaces["matchNames"].empty()) text.append(kubernetes::certain_namespace(monitor).value_or(""));
        return text + '\n';
    }
    std::vector<const Object*> find(const Object& monitor, const Selector& selector) const {
        std::vector<const Object*> found = all_;
        for (const yaml::Entry& pair : selector.pairs().entries()) {
            const auto entry = by_label_.find(key(pair));
            found = entry == by_label_.end() ? std::vector<const Object*>() : entry->second;
            break;
        }
        std::erase_if(found, [&](const Object* object) { return selector.matches(object->labels()) == Match::no || !looks_into(monitor, *object); });
        return found;
    }
    static std::string key(const yaml::Entry& label) { return std::string(label.key.scalar()) + "=" + std::string(label.value.scalar()); }
    std::vector<const Object*> all_;
    std::unordered_map<std::string, std::vector<const Object*>> by_label_, known_;
};

bool has_port(const Object& service, std::string_view name) {
    for (yaml::Node port : service.at("spec.ports").items())
        if (port["name"].text_or_empty() == name) return true;
    return false;
}

// Those of kube-system are part of every cluster.
bool is_of_cluster(const Object& monitor) {
    for (yaml::Node name : monitor.at("spec.namespaceSelector.matchNames").items())
        if (name.scalar() == "kube-system") return true;
    return monitor.metadata()["namespace"].text_or_empty() == "kube-system";
}

bool judged(const Object& monitor, const Selector& selector) {
    return !is_of_cluster(monitor) && !selector.absent() && selector.valid() && !monitor.is_fragment() && !selector.node().is_placeholder();
}

void services(const Cluster& cluster, Reporter& report) {
    const auto monitors = cluster.of_kind(service_monitor);
    if (monitors.empty()) return;
    ByLabel services(cluster.of_kind("Service"));
    for (const Object* monitor : monitors) {
        const Selector selector = Selector::labels(monitor->at("spec.selector"));
        if (!judged(*monitor, selector)) continue;
        const std::vector<const Object*>& found = services.selected(*monitor, selector);
        if (found.empty()) {
            report.at(*monitor, selector.node(), "the selector matches no Service, so nothing is scraped");
            continue;
        }
        // Services of other folders may belong to other applications with the same labels.
        if (kubernetes::folder_of(*found.front()) != kubernetes::folder_of(*monitor)) continue;
        for (yaml::Node endpoint : monitor->at("spec.endpoints").items()) {
            const yaml::Node port = endpoint["port"];
            if (!port.text() || port.is_placeholder() || selector.empty() ||
                std::any_of(found.begin(), found.end(), [&](const Object* service) { return has_port(*service, port.scalar()); }))
                continue;
            report.at(*monitor, port, "no port of Service " + quote(found.front()->name()) + " is named " + quote(port.scalar()))
                .related(*found.front(), found.front()->at("spec.ports").span(), "its ports")
                .only({});
        }
    }
}

bool selects_pod(const Cluster& cluster, const Object& monitor, const Selector& selector) {
    const yaml::Node spaces = monitor.at("spec.namespaceSelector.matchNames");
    if (spaces.empty()) return !cluster.selected(monitor, selector).empty();
    const auto items = spaces.items();
    return std::any_of(items.begin(), items.end(), [&](yaml::Node space) { return !cluster.selected(monitor, selector, space.scalar()).empty(); });
}

void pods(const Cluster& cluster, Reporter& report) {
    const kubernetes::PodsToCome to_come(cluster);
    for (const Object* monitor : cluster.of_kind(pod_monitor)) {
        const Selector selector = Selector::labels(monitor->at("spec.selector"));
        if (judged(*monitor, selector) && !to_come.may_match(*monitor, selector) && !monitor->at("spec.namespaceSelector.any").is_true() &&
            !selects_pod(cluster, *monitor, selector))
            report.at(*monitor, selector.node(), "the selector matches no pod template, so nothing is scraped").only({});
    }
}

void monitors(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    services(cluster, report);
    pods(cluster, report);
}

bool is_metrics(yaml::Node port) {
    const std::string_view name = port["name"].text_or_empty();
    return name.find("metrics") != std::string_view::npos || name == "prometheus" || name == "prom";
}

void unmonitored(const Cluster& cluster, Reporter& report) {
    const auto monitors = cluster.of_kind(service_monitor);
    if (monitors.empty() || cluster.partial()) return;
    ByLabel services(cluster.of_kind("Service"));
    std::set<const Object*> seen;
    std::set<const std::vector<const Object*>*> lists;
    for (const Object* monitor : monitors)
        if (const auto& found = services.selected(*monitor, Selector::labels(monitor->at("spec.selector"))); lists.insert(&found).second)
            seen.insert(found.begin(), found.end());
    for (const Object* service : cluster.of_kind("Service")) {
        if (seen.contains(service)) continue;
        for (yaml::Node port : service->at("spec.ports").items())
            if (is_metrics(port)) {
                report.at(*service, port["name"], "the port looks like metrics, but no ServiceMonitor selects this Service");
                break;
            }
    }
}

constexpr Example monitor_examples[] = {{.bad = R"(
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchLabels: {app: wbe}}
            ^^^^^^^^^^^^^^^^^^^^^^^^^ the selector matches no Service, so nothing is scraped
  endpoints: [{port: metrics}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: port}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: metrics}]
                     ^^^^^^^ no port of Service 'web' is named 'metrics'
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: pods}
spec:
  selector: {matchLabels: {app: web}}
            ^^^^^^^^^^^^^^^^^^^^^^^^^ the selector matches no pod template, so nothing is scraped
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
)",
                                         .good = R"(
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: monitoring}
spec:
  selector: {matchLabels: {app: web}}
  namespaceSelector: {matchNames: [shop]}
  endpoints: [{port: http}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
)",
                                         .path = "app.yaml"}};

constexpr Example unmonitored_examples[] = {{.bad = R"(
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: cache, labels: {app: cache}}
spec: {ports: [{name: metrics, port: 9100}]}
                      ^^^^^^^ the port looks like metrics, but no ServiceMonitor selects this Service
)",
                                             .good = R"(
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchExpressions: [{key: app, operator: In, values: [web, cache]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cache, labels: {app: cache}}
spec: {ports: [{name: metrics, port: 9100}]}
)",
                                             .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "service-without-servicemonitor",
        .title = "A Service with metrics is not monitored.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Where other Services have a ServiceMonitor, one with a port for metrics and without a monitor has probably been forgotten.",
        .aliases = {"rhcop:OCP_REQ_INV-00005"},
        .examples = unmonitored_examples,
        .run = on_cluster(unmonitored),
    },
    {
        .id = "servicemonitor-selects-nothing",
        .title = "A ServiceMonitor or PodMonitor selects nothing.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A monitor whose selector or port matches nothing scrapes nothing, and nobody is told: alerts on its metrics stay silent.",
        .aliases = {"kube-linter:dangling-servicemonitor"},
        .examples = monitor_examples,
        .run = on_cluster(monitors),
    },
};

}

extern constinit const std::span<const Check> monitor_selection = table;

}
