#include <map>

#include "analyzer/engine/kubernetes_check.h"

// Custom objects against the definitions that come with them.

namespace plimsoll::checks::custom_resource {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

// Definitions by group and kind.
class Definitions {
public:
    explicit Definitions(const Cluster& cluster) {
        for (const Object* definition : cluster.of_kind("CustomResourceDefinition")) {
            const std::string_view group = definition->at("spec.group").text_or_empty();
            by_kind_[{group, definition->at("spec.names.kind").text_or_empty()}] = definition;
            by_kind_.try_emplace({group, {}}, definition);
        }
    }
    bool empty() const { return by_kind_.empty(); }
    const Object* find(std::string_view group, std::string_view kind) const {
        const auto entry = by_kind_.find({group, kind});
        return entry == by_kind_.end() ? nullptr : entry->second;
    }

private:
    std::map<std::pair<std::string_view, std::string_view>, const Object*> by_kind_;   // the empty kind: any of the group
};

bool serves(const Object& definition, std::string_view version) {
    const yaml::Node versions = definition.at("spec.versions");
    if (versions.empty()) return definition.at("spec.version").text_or_empty() == version;
    for (yaml::Node entry : versions.items())
        if (entry["name"].text_or_empty() == version) return !entry["served"].is_false();
    return false;
}

void undefined(const Cluster& cluster, Reporter& report) {
    const Definitions definitions(cluster);
    if (definitions.empty() || cluster.partial()) return;
    for (const Object* object : cluster.objects()) {
        if (object->builtin() || object->group().empty() || object->kind().empty()) continue;
        const Object* definition = definitions.find(object->group(), object->kind());
        if (!definition) {
            if (const Object* other = definitions.find(object->group(), {}))
                report.at(*object, (*object)["kind"], "no CustomResourceDefinition here defines " + quote(object->kind()) + " in this group")
                    .related(*other, other->head(), "a definition of the group");
        } else if (!serves(*definition, object->version())) {
            report.at(*object, (*object)["apiVersion"], "the CustomResourceDefinition does not serve version " + quote(object->version()))
                .related(*definition, definition->at("spec.versions").key(), "its versions");
        }
    }
}

void together(const Cluster& cluster, Reporter& report) {
    const Definitions definitions(cluster);
    if (definitions.empty()) return;
    for (const Object* object : cluster.objects()) {
        if (object->builtin() || object->annotations().has("argocd.argoproj.io/sync-wave") || object->annotations().has("helm.sh/hook")) continue;
        const Object* definition = definitions.find(object->group(), object->kind());
        if (!definition || &definition->manifest() != &object->manifest()) continue;
        report.at(*object, (*object)["kind"], "the definition of this kind is in the same file; the first apply fails because it is not ready yet")
            .related(*definition, definition->head(), "the definition");
    }
}

constexpr Example undefined_examples[] = {{.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec: {group: example.org, names: {kind: Shop, plural: shops}, versions: [{name: v1, served: true, storage: true}]}
---
apiVersion: example.org/v1beta1
            ^^^^^^^^^^^^^^^^^^^ the CustomResourceDefinition does not serve version 'v1beta1'
kind: Shop
metadata: {name: a}
---
apiVersion: example.org/v1
kind: Shp
      ^^^ no CustomResourceDefinition here defines 'Shp' in this group
metadata: {name: b}
)",
                                           .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec: {group: example.org, names: {kind: Shop, plural: shops}, versions: [{name: v1, served: true, storage: true}]}
---
apiVersion: example.org/v1
kind: Shop
metadata: {name: a}
)",
                                           .path = "app.yaml"}};

constexpr Example together_examples[] = {{.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec: {group: example.org, names: {kind: Shop, plural: shops}, versions: [{name: v1, served: true, storage: true}]}
---
apiVersion: example.org/v1
kind: Shop
      ^^^^ the definition of this kind is in the same file; the first apply fails because it is not ready yet
metadata: {name: a}
)",
                                          .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec: {group: example.org, names: {kind: Shop, plural: shops}, versions: [{name: v1, served: true, storage: true}]}
---
apiVersion: example.org/v1
kind: Shop
metadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: "1"}}
)",
                                          .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "crd-and-resource-same-apply",
        .title = "A definition and its objects are applied in one step.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "The API server takes objects of a new kind only when its definition is established, which takes a moment after the definition is created.",
        .examples = together_examples,
        .run = on_cluster(together),
    },
    {
        .id = "crd-missing-for-custom-resource",
        .title = "A custom object has no definition in the set.",
        .category = Category::correctness,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "The set defines other kinds of the group, or other versions of the kind, so this one is probably misspelt or out of date.",
        .examples = undefined_examples,
        .run = on_cluster(undefined),
    },
};

}

extern constinit const std::span<const Check> custom_resource = table;

}
