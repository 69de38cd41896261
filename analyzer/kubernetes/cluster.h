#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/selection.h"
#include "analyzer/kubernetes/selector.h"

namespace plimsoll::kubernetes {

// How far the analysed set can be trusted to be the whole application.
enum class Knowledge : unsigned char {
    complete,   // a folder, standard input or --complete: what is not there is missing
    partial,    // single files, or a neighbour that could not be read: what is not there is unknown
};

class CustomSchemas;
class Provided;

// Objects that are applied together, indexed. Cross-object checks ask it; they never compare all objects with all others.
// Order is that of (path, place): deterministic, whatever the number of threads.
class Cluster {
public:
    // The knowledge is partial in any case when an object comes from a file of which a document could not be read.
    // `external`: names the configuration declares as living outside ("Secret/db", "*/kube-root-ca.crt").
    Cluster(std::vector<const Object*> objects, Knowledge knowledge, const std::vector<std::string>& external = {});
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    std::span<const Object* const> objects() const { return objects_; }
    // All of a kind, named as for Object::is(); in order. Cheap.
    std::span<const Object* const> of_kind(std::string_view kind) const;
    // All objects with pods.
    std::span<const Object* const> workloads() const { return workloads_; }

    // Two objects can be in the same namespace: equal, or both unset. `unknown` when only one is set (it may be applied there).
    static Match same_namespace(const Object& a, const Object& b);
    // The object of a kind and name that `from` would find in its own namespace (cluster-scoped kinds: anywhere); null when there is none.
    // One whose namespace is open counts when there is none in the same namespace for certain.
    const Object* find(const Object& from, std::string_view kind, std::string_view name) const;
    // The same in a namespace named in the text ("" : that of `from`).
    const Object* find(const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace) const;
    // It is certain that no such object exists: not found, the set is complete, not declared external, not built into every cluster
    // (default service account, kube-root-ca.crt, system: roles, standard priority classes, ...), and no namespace is in doubt.
    bool missing(const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace = {}) const;
    // Pods that the selector matches in the namespace of `from` (or in `in_namespace`), in order. Those are among them of which it is not certain:
    // ask Selector::matches() and same_namespace() where that makes a difference. The same Selection for equal selectors of one namespace.
    const Selection& selected(const Object& from, const Selector& selector, std::string_view in_namespace = {}) const;
    // The same without pods that are only a part of what will be there.
    const Selection& selected_whole(const Object& from, const Selector& selector) const;
    // Schemas of custom resources, from the definitions among the objects.
    const CustomSchemas& custom_schemas() const;
    // What the objects make controllers create.
    const Provided& provided() const;
    // The first object of a kind and name, whatever its namespace; null when there is none.
    const Object* anywhere(std::string_view kind, std::string_view name) const;
    // Nothing may be concluded from absence.
    bool partial() const { return knowledge_ == Knowledge::partial; }

private:
    struct Index;
    const Selection& selection(const Selector& selector, std::string_view space, bool only_whole) const;
    std::vector<const Object*> objects_;
    std::vector<const Object*> workloads_;
    Knowledge knowledge_;
    std::unique_ptr<Index> index_;
};

}
