#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/provided.h"
#include "checks/cross/objects.h"

// ConfigMaps, Secrets and claims, and their keys, that a pod asks for and nothing in the analysed set provides.

namespace plimsoll::checks::missing_config_reference {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

class Search {
public:
    Search(const Cluster& cluster, const Object& from, Reporter& report) : cluster_(cluster), from_(from), report_(report) {}
    // kube-linter looks at single variables, not at envFrom.
    void whole_objects() { whole_ = true; }

    // `reference` holds optional; `name` and `key` are the nodes with the names (key may be empty).
    void object(std::string_view kind, yaml::Node reference, yaml::Node name, yaml::Node key) {
        const auto wanted = name.text();
        if (!wanted || name.is_placeholder() || reference["optional"].is_true()) return;
        if (kubernetes::nowhere(cluster_, from_, kind, *wanted)) {
            Draft draft = report_.at(from_, name,
                                     "no " + std::string(kind) + " " + quote(*wanted) +
                                         " is in this namespace; create it, mark the reference optional or name it as external");
            if (whole_) draft.only({"popeye:304", "popeye:407"});
            return;
        }
        if (const Object* found = cluster_.find(from_, kind, *wanted)) this->key(kind, *found, key);
    }

private:
    void key(std::string_view kind, const Object& found, yaml::Node key) {
        const auto wanted = key.text();
        if (!wanted || key.is_placeholder() || found.is_fragment() || cluster_.partial()) return;
        for (std::string_view part : {"data", "stringData", "binaryData"})
            if (found[part].has(*wanted)) return;
        if (kubernetes::made_by_controller(cluster_, from_, kind, found.name()) || filled_later(found)) return;
        report_.at(from_, key, std::string(kind) + " " + quote(found.name()) + " has no key " + quote(*wanted))
            .related(found, found.head(), "the " + std::string(kind));
    }

    // An object without any data is there to be filled by a controller or by hand.
    static bool filled_later(const Object& object) { return object["data"].empty() && object["stringData"].empty() && object["binaryData"].empty(); }

    const Cluster& cluster_;
    const Object& from_;
    Reporter& report_;
    bool whole_ = false;
};

void environment(const Cluster& cluster, Reporter& report) {
    each_pod(cluster, [&](const Object& object, const Pod& pod) {
        Search search(cluster, object, report);
        for (const kubernetes::Container& container : pod.containers) {
            for (yaml::Node variable : container["env"].items())
                for (const auto& [field, kind] : {std::pair{"configMapKeyRef", "ConfigMap"}, std::pair{"secretKeyRef", "Secret"}}) {
                    const yaml::Node reference = variable["valueFrom"][field];
                    search.object(kind, reference, reference["name"], reference["key"]);
                }
            Search whole(cluster, object, report);
            whole.whole_objects();
            for (yaml::Node source : container["envFrom"].items())
                for (const auto& [field, kind] : {std::pair{"configMapRef", "ConfigMap"}, std::pair{"secretRef", "Secret"}})
                    whole.object(kind, source[field], source[field]["name"], {});
        }
    });
}

// The object itself and every key that `items` picks.
void keyed_volume(Search& search, std::string_view kind, yaml::Node source, yaml::Node name) {
    if (source["items"].empty()) return search.object(kind, source, name, {});
    for (yaml::Node item : source["items"].items()) search.object(kind, source, name, item["key"]);
}

void volumes(const Cluster& cluster, Reporter& report) {
    each_pod(cluster, [&](const Object& object, const Pod& pod) {
        Search search(cluster, object, report);
        for (yaml::Node volume : pod["volumes"].items()) {
            keyed_volume(search, "Secret", volume["secret"], volume["secret"]["secretName"]);
            keyed_volume(search, "ConfigMap", volume["configMap"], volume["configMap"]["name"]);
            const yaml::Node claim = volume["persistentVolumeClaim"];
            search.object("PersistentVolumeClaim", claim, claim["claimName"], {});
            for (yaml::Node source : volume["projected"]["sources"].items()) {
                keyed_volume(search, "Secret", source["secret"], source["secret"]["name"]);
                keyed_volume(search, "ConfigMap", source["configMap"], source["configMap"]["name"]);
            }
        }
    });
}

constexpr Example environment_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env:
    - name: LEVEL
      valueFrom: {configMapKeyRef: {name: settings, key: levle}}
                                                         ^^^^^ ConfigMap 'settings' has no key 'levle'
    envFrom:
    - secretRef: {name: web-secret}
                        ^^^^^^^^^^ no Secret 'web-secret' is in this namespace; create it, mark the reference optional or name it as external
)",
                                             .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: web-secret}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    env:
    - name: LEVEL
      valueFrom: {configMapKeyRef: {name: settings, key: level}}
    envFrom:
    - secretRef: {name: web-secret}
)",
                                             .path = "app.yaml"},
                                            {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    envFrom:
    - configMapRef: {name: settings}
                           ^^^^^^^^ no ConfigMap 'settings' is in this namespace; create it, mark the reference optional or name it as external
)",
                                             .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    envFrom:
    - configMapRef: {name: settings, optional: true}
)",
                                             .path = "app.yaml"}};

constexpr Example volume_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example/web:1.0"}]
  volumes:
  - name: pages
    configMap: {name: pages}
                      ^^^^^ no ConfigMap 'pages' is in this namespace; create it, mark the reference optional or name it as external
  - name: data
    persistentVolumeClaim: {claimName: web}
                                       ^^^ no PersistentVolumeClaim 'web' is in this namespace; create it, mark the reference optional or name it as external
)",
                                        .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: pages}
data: {index.html: hello}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: web}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example/web:1.0"}]
  volumes:
  - name: pages
    configMap: {name: pages}
  - name: data
    persistentVolumeClaim: {claimName: web}
)",
                                        .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "env-ref-missing-object",
        .title = "A variable comes from an object or key that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The kubelet does not start a container whose variables it cannot fill; the pod stays in CreateContainerConfigError.",
        .aliases = {"kube-linter:env-value-from", "popeye:304", "popeye:407"},
        .examples = environment_examples,
        .run = on_cluster(environment),
    },
    {
        .id = "volume-ref-missing-object",
        .title = "A volume comes from an object or key that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A pod whose volume cannot be mounted waits for ever; its containers never start.",
        .aliases = {"popeye:304", "popeye:407", "rhcop:OCP_REQ_INV-00002"},
        .examples = volume_examples,
        .run = on_cluster(volumes),
    },
};

}

extern constinit const std::span<const Check> missing_config_reference = table;

}
