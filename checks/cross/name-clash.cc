#include <algorithm>
#include <map>
#include <tuple>

#include "analyzer/engine/kubernetes_check.h"

// Objects of one set that stand in each other's way: the same identity twice, controllers that claim the same pods.

namespace plimsoll::checks::name_clash {

namespace {

using kubernetes::Cluster;
using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Selector;

// Only within a file: other files may be variants for other places (overlays, examples).
void duplicates(const Cluster& cluster, Reporter& report) {
    using Key = std::tuple<const kubernetes::Manifest*, std::string_view, std::string_view, std::string_view, std::string_view>;
    std::map<Key, const Object*> first;
    for (const Object* object : cluster.objects()) {
        if (object->name().empty() || object->name().find_first_of("${<") != std::string_view::npos) continue;
        const Key key{&object->manifest(), object->group(), object->kind(), object->declared_namespace().value_or(std::string_view{}), object->name()};
        const auto [entry, is_new] = first.try_emplace(key, object);
        if (is_new) continue;
        report.at(*object, std::string(object->kind()) + " " + quote(object->name()) + " is defined above already; the later one overwrites it")
            .related(*entry->second, entry->second->head(), "the first one");
    }
}

bool controls_pods(const Object& object) {
    for (std::string_view kind : {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
        if (object.is(kind)) return true;
    return false;
}

Selector selector_of(const Object& controller) { return Selector::labels(controller.at("spec.selector")); }

// Both claim the pods that either makes.
bool clash(const Object& a, const Object& b) {
    const auto claims = [](const Object& owner, const Object& maker) {
        return std::any_of(maker.pods().begin(), maker.pods().end(), [&](const auto& pod) { return selector_of(owner).matches(pod.labels()) == Match::yes; });
    };
    return claims(a, b) && claims(b, a);
}

void selectors(const Cluster& cluster, Reporter& report) {
    for (const Object* controller : cluster.workloads()) {
        const Selector selector = selector_of(*controller);
        if (!controls_pods(*controller) || controller->is_fragment() || selector.absent() || selector.empty()) continue;
        for (const kubernetes::Pod* pod : cluster.selected(*controller, selector).beside(*controller)) {
            const Object& other = *pod->object;
            const bool earlier = &other.manifest() == &controller->manifest() && other.anchor() < controller->anchor();
            if (&other == controller || !earlier || !controls_pods(other) || other.is_fragment() || other.name() == controller->name() ||
                !clash(*controller, other))
                continue;
            report
                .at(*controller, selector.node(),
                    "the selector also matches the pods of " + std::string(other.kind()) + " " + quote(other.name()) + ", and the two fight over them")
                .related(other, other.at("spec.selector").span(), "the other controller");
            break;
        }
    }
}

constexpr Example duplicate_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
                 ^^^^^^^^ ConfigMap 'settings' is defined above already; the later one overwrites it
data: {level: debug}
)",
                                           .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {level: debug}
)",
                                           .path = "app.yaml"}};

constexpr Example selector_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: web}}
            ^^^^^^^^^^^^^^^^^^^^^^^^^ the selector also matches the pods of Deployment 'web', and the two fight over them
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: worker, image: "registry.example/worker:1.0"}]}
)",
                                          .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec: {containers: [{name: worker, image: "registry.example/worker:1.0"}]}
)",
                                          .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "object-duplicate",
        .title = "The same object is defined twice.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Objects are known by group, kind, namespace and name. The second definition replaces the first in silence, or the apply fails.",
        .examples = duplicate_examples,
        .run = on_cluster(duplicates),
    },
    {
        .id = "selector-overlap",
        .title = "Two controllers select the same pods.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Controllers take every matching pod for their own. Two with the same selector count, adopt and stop each other's pods.",
        .examples = selector_examples,
        .run = on_cluster(selectors),
    },
};

}

extern constinit const std::span<const Check> name_clash = table;

}
