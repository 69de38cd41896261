#include <algorithm>
#include <set>
#include <unordered_map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/provided.h"

// Addresses of Services in variables and configuration.

namespace plimsoll::checks::service_address {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

// A host name that can only mean a Service, in a text.
struct Address {
    std::size_t begin = 0, end = 0;   // of the name in the text
    std::string_view name, space, port;
};

bool is_host(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

// After "://" (and user:password@), or all of "host:port".
std::optional<Address> read_address(std::string_view text) {
    if (text.size() > 512 || text.find_first_of(" \n,$") != std::string_view::npos) return std::nullopt;
    const std::size_t scheme = text.find("://");
    std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t sign = text.find('@', begin), slash = text.find('/', begin);
    if (sign != std::string_view::npos && sign < slash) begin = sign + 1;
    std::size_t end = begin;
    while (end < text.size() && is_host(text[end])) ++end;
    const std::string_view host = text.substr(begin, end - begin);
    std::string_view port;
    if (end < text.size() && text[end] == ':') port = text.substr(end + 1, text.find_first_not_of("0123456789", end + 1) - end - 1);
    const bool whole = scheme != std::string_view::npos || (!port.empty() && end + 1 + port.size() == text.size());
    const std::size_t dot = host.find('.');
    const std::string_view name = host.substr(0, dot), rest = dot == std::string_view::npos ? std::string_view() : host.substr(dot + 1);
    const std::string_view space = rest.substr(0, rest.find('.'));
    const std::string_view domain = space.size() == rest.size() ? std::string_view() : rest.substr(space.size() + 1);
    const bool local = domain == "svc" || domain == "svc.cluster.local" || domain == "svc.cluster.local.";
    if (!local && (!whole || !rest.empty())) return std::nullopt;
    if (!kubernetes::is_dns1035_label(name) || name == "localhost") return std::nullopt;
    return Address{begin, begin + name.size(), name, space, port};
}

class Addresses {
public:
    explicit Addresses(const Cluster& cluster) : cluster_(cluster) {
        for (const Object* service : cluster.of_kind("Service")) {
            homes_.insert(kubernetes::home_of(*service));
            Named& named = by_name_[service->name()];
            if (!kubernetes::certain_namespace(*service)) continue;
            if (!named.first)
                named.first = service;
            else if (!named.other && service->declared_namespace() != named.first->declared_namespace())
                named.other = service;
        }
    }

    // Calls `each` with every object, node and address in variables and short values of ConfigMaps.
    template <typename Each>
    void visit(Each each) const {
        const auto look = [&](const Object& object, yaml::Node value) {
            if (const auto text = value.text(); text && !value.is_placeholder())
                if (const auto address = read_address(*text)) each(object, value, *address);
        };
        for (const Object* workload : cluster_.workloads())
            for (const kubernetes::Pod& pod : workload->pods())
                for (const kubernetes::Container& container : pod.containers)
                    for (yaml::Node variable : container["env"].items()) look(*workload, variable["value"]);
        for (const Object* config : cluster_.of_kind("ConfigMap"))
            for (const yaml::Entry& entry : (*config)["data"].entries()) look(*config, entry.value);
    }
    bool knows_services_beside(const Object& object, std::string_view space) const {
        return homes_.contains(space.empty() ? kubernetes::home_of(object) : std::string(space));
    }

    // The first Service of the name that is certainly in another namespace; null when there is none.
    const Object* elsewhere(const Object& from, std::string_view name) const {
        const auto named = by_name_.find(name);
        if (named == by_name_.end() || !kubernetes::certain_namespace(from)) return nullptr;
        const auto [first, other] = named->second;
        return first && first->declared_namespace() == from.declared_namespace() ? other : first;
    }

private:
    // The first in any namespace and the first that is in another one than that.
    struct Named {
        const Object* first = nullptr;
        const Object* other = nullptr;
    };
    const Cluster& cluster_;
    std::set<std::string> homes_;
    std::unordered_map<std::string_view, Named> by_name_;
};

// What a container of the same pod, or an object of another kind, is called.
bool is_other_thing(const Object& object, std::string_view name) {
    for (const kubernetes::Pod& pod : object.pods()) {
        for (yaml::Node alias : pod["hostAliases"].items())
            for (yaml::Node host : alias["hostnames"].items())
                if (host.scalar() == name) return true;
    }
    return object.name() == name;
}

void unknown(const Cluster& cluster, Reporter& report) {
    if (cluster.partial() || cluster.of_kind("Service").empty()) return;
    const Addresses addresses(cluster);
    addresses.visit([&](const Object& object, yaml::Node value, const Address& address) {
        const Object* service = cluster.find(object, "Service", address.name, address.space);
        if (service) {
            const yaml::Node ports = service->at("spec.ports");
            const auto items = ports.items();
            if (address.port.empty() || ports.empty() || service->at("spec.clusterIP").text_or_empty() == "None" ||
                service->at("spec.type").text_or_empty() == "ExternalName" ||
                std::any_of(items.begin(), items.end(), [&](yaml::Node port) { return port["port"].scalar() == address.port; }))
                return;
            report.at(object, value, "Service " + quote(address.name) + " has no port " + std::string(address.port))
                .related(*service, ports.key(), "its ports");
        } else if (addresses.knows_services_beside(object, address.space) && !is_other_thing(object, address.name) &&
                   !(address.space.empty() && addresses.elsewhere(object, address.name)) &&
                   kubernetes::nowhere(cluster, object, "Service", address.name, address.space)) {
            report.at(object, value.place(address.begin, address.end), "no Service " + quote(address.name) + " is here, though others of its namespace are")
                .field(value.path());
        }
    });
}

void short_name(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    const Addresses addresses(cluster);
    addresses.visit([&](const Object& object, yaml::Node value, const Address& address) {
        if (!address.space.empty() || cluster.find(object, "Service", address.name)) return;
        const Object* service = addresses.elsewhere(object, address.name);
        if (!service) return;
        const std::string space(service->declared_namespace().value_or("default"));
        report
            .at(object, value.place(address.begin, address.end),
                "Service " + quote(address.name) + " is in namespace " + quote(space) + "; from here it is called " + std::string(address.name) + "." + space)
            .field(value.path())
            .related(*service, service->head(), "the Service");
    });
}

constexpr Example unknown_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env:
    - {name: CACHE, value: "http://cache:6379"}
                                   ^^^^^ no Service 'cache' is here, though others of its namespace are
    - {name: DB, value: "postgres://app@db:5433/app"}
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service 'db' has no port 5433
)",
                                         .good = R"(
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env:
    - {name: CACHE, value: "http://cache.example.org:6379"}
    - {name: LISTEN, value: "localhost:6379"}
    - {name: DB, value: "postgres://app@db:5432/app"}
)",
                                         .path = "app.yaml"}};

constexpr Example short_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env: [{name: DB, value: "db:5432"}]
                             ^^ Service 'db' is in namespace 'data'; from here it is called db.data
)",
                                       .good = R"(
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env: [{name: DB, value: "db.data.svc:5432"}]
)",
                                       .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "env-service-url-unknown",
        .title = "An address names a Service or port that does not exist.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "A name without dots, and one that ends in svc, is looked up among the Services of the cluster only; where there is none the program cannot "
               "connect.",
        .examples = unknown_examples,
        .run = on_cluster(unknown),
    },
    {
        .id = "service-name-cross-namespace-short",
        .title = "A short name is used for a Service of another namespace.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "A bare Service name is looked up in the pod's own namespace only; a Service elsewhere has to be called by its name and namespace.",
        .examples = short_examples,
        .run = on_cluster(short_name),
    },
};

}

extern constinit const std::span<const Check> service_address = table;

}
