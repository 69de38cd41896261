#include <algorithm>
#include <unordered_map>

#include "analyzer/engine/registry.h"
#include "analyzer/text/distance.h"
#include "checks/kubernetes/schema_walk.h"

// What decodes and is refused all the same: fields that have to be there, closed sets of values, lists whose items differ by a key; and
// namespaces of what lives in none.

namespace plimsoll::checks::schema_content {

namespace {

using kubernetes::CustomFault;
using kubernetes::Definition;
using kubernetes::Field;
using kubernetes::FieldNeed;
using kubernetes::Object;
using kubernetes::SchemaVisitor;

std::string missing(std::string_view name) { return quote(name) + " is missing; the API server refuses the object without it"; }

struct MissingFields : SchemaVisitor {
    const Object& object;
    int minor;
    Reporter& report;

    MissingFields(const Object& o, int m, Reporter& to) : object(o), minor(m), report(to) {}

    void structure(yaml::Node node, Definition definition) {
        if (looks_like_patch(node, definition)) return;
        for (std::size_t i = definition.next_needed(0); i < definition.size(); i = definition.next_needed(i + 1)) {
            const Field field = definition.field(i);
            const yaml::Node value = node[field.name];
            const bool blank = value.is_set() && field.type == kubernetes::FieldType::text && value.text() && value.text()->empty();
            if ((value.is_set() && !blank) || !field.lifetime.holds(minor) || (!as_server(report) && is_misnamed(node, definition)) ||
                is_said(definition, field.name))
                continue;
            if (blank) {
                report.at(value, quote(field.name) + " is empty; the API server refuses that").field(value.path(object.node()));
                continue;
            }
            const std::string path = node.path(object.node());
            report.at(node == object.node() ? object.head() : node.head(), missing(field.name))
                .field(path + (path.empty() ? "" : ".") + std::string(field.name));
        }
    }

    // A spec with content and without one of the several things it needs: a patch of a kind that is not known for a fragment.
    bool looks_like_patch(yaml::Node node, Definition definition) const {
        if (as_server(report) || node.empty() || !(node == object.spec())) return false;
        std::size_t needed = 0;
        for (std::size_t i = definition.next_needed(0); i < definition.size(); i = definition.next_needed(i + 1), ++needed)
            if (node.has(definition.field(i).name)) return false;
        return needed > 1;
    }

    // Other checks say it with more knowledge, of what a kustomization adds for example.
    bool is_said(Definition definition, std::string_view field) const {
        struct Said {
            std::string_view definition, field, check;
        };
        constexpr Said table[] = {{"DaemonSetSpec", "selector", "selector-template-mismatch"},
                                  {"DeploymentSpec", "selector", "selector-template-mismatch"},
                                  {"ReplicaSetSpec", "selector", "selector-template-mismatch"},
                                  {"StatefulSetSpec", "selector", "selector-template-mismatch"},
                                  {"PodSpec", "containers", "container-missing"},
                                  {"CronJobSpec", "schedule", "cronjob-schedule-invalid"},
                                  {"HTTPIngressPath", "pathType", "ingress-path-type"},
                                  {"TopologySpreadConstraint", "", "topology-spread-invalid"}};
        // Of this one the API server says only that the labels are not selected.
        if (as_server(report)) return definition.name() == "DaemonSetSpec" && field == "selector";
        for (const Said& each : table) {
            if (each.definition != definition.name() || (!each.field.empty() && each.field != field)) continue;
            const Check* check = all_checks().find(each.check);
            return check && report.settings().enabled(*check);
        }
        return false;
    }

    // What is missing may stand under a name that nobody knows: that is reported already.
    static bool is_misnamed(yaml::Node node, Definition definition) {
        for (const yaml::Entry& entry : node.entries())
            if (entry.key.is_placeholder() || !definition.find(entry.key.scalar())) return true;
        return false;
    }
};

void missing_fields(const Object& object, Reporter& report) {
    if (!is_whole(object, report)) return;
    if (const auto root = schema_root(object, report)) walk_schema(MissingFields(object, root->minor, report), object, *root);
}

void missing_custom_fields(const kubernetes::Cluster& cluster, Reporter& report) {
    on_custom_faults(cluster, CustomFault::Kind::missing_field, [&](const Object& object, const CustomFault& fault) {
        if (object.is_fragment()) return;
        const std::string path = fault.place.path(object.node());
        report.at(object, fault.place == object.node() ? object.head() : fault.place.head(), missing(fault.name))
            .field(path + (path.empty() ? "" : ".") + fault.name);
    });
}

struct InvalidValues : SchemaVisitor {
    const Object& object;
    Reporter& report;

    InvalidValues(const Object& o, Reporter& to) : object(o), report(to) {}

    void scalar(yaml::Node node, const Field& field) {
        if (field.choice_count == 0) return;
        const auto text = node.text();
        // An empty text counts as not set.
        if (!text || text->empty() || field.is_choice(*text)) return;
        const std::vector<std::string_view> choices = field.choices();
        const std::string near(nearest_name(*text, choices));
        Draft draft = report.at(node, quote(*text) + " is no value of " + std::string(field.name) + "; it takes " + alternatives(choices));
        draft.field(node.path(object.node()));
        if (!near.empty()) draft.fix("Use " + near, Safety::unsafe, yaml::replace_scalar(object.manifest().source(), node, near));
    }
};

void invalid_values(const Object& object, Reporter& report) {
    if (const auto root = schema_root(object, report)) walk_schema(InvalidValues(object, report), object, *root);
}

void invalid_custom_values(const kubernetes::Cluster& cluster, Reporter& report) {
    on_custom_faults(cluster, CustomFault::Kind::invalid_value, [&](const Object& object, const CustomFault& fault) {
        const bool scalar = fault.place.is_scalar() && !fault.place.is_null();
        const std::string what = scalar ? quote(fault.place.scalar()) + " is not what" : std::string("this is not what");
        const Span place = fault.place.is_scalar() ? place_of(fault.place) : fault.place == object.node() ? object.head() : fault.place.head();
        report.at(object, place, what + " the API takes here: " + fault.what).field(fault.place.path(object.node()));
    });
}

struct DuplicateItems : SchemaVisitor {
    const Object& object;
    Reporter& report;

    DuplicateItems(const Object& o, Reporter& to) : object(o), report(to) {}

    void list(yaml::Node node, const Field& field) {
        if (field.unique.empty()) return;
        std::unordered_map<std::string, yaml::Node> seen;
        for (yaml::Node item : node.items()) {
            const std::string key = key_of(item, field.unique);
            if (key.empty()) continue;
            const auto [first, fresh] = seen.try_emplace(key, item);
            if (fresh) continue;
            const yaml::Node place = item.is_scalar() ? item : item[field.unique.substr(0, field.unique.find(','))];
            report.at(place, "another item of " + std::string(field.name) + " is " + quote(place.scalar()) + " as well; the API server refuses that")
                .field(place.path(object.node()))
                .related(first->second.span(), "the first one");
        }
    }

    // The values of the keys, one after the other; "" when one of them is unknown.
    static std::string key_of(yaml::Node item, std::string_view keys) {
        if (keys == ".") return std::string(item.is_placeholder() ? std::string_view{} : item.scalar());
        std::string out;
        for (bool first = true; !keys.empty(); first = false) {
            const std::size_t end = std::min(keys.find(','), keys.size());
            const yaml::Node part = item[keys.substr(0, end)];
            if (part.is_placeholder() || (first && part.scalar().empty())) return {};
            out += part.scalar();
            out += '\n';
            keys.remove_prefix(std::min(end + 1, keys.size()));
        }
        return out;
    }
};

void duplicate_items(const Object& object, Reporter& report) {
    if (const auto root = schema_root(object, report)) walk_schema(DuplicateItems(object, report), object, *root);
}

void wrong_scope(const Object& object, Reporter& report) {
    // The API server takes it.
    if (!object.declared_namespace() || as_server(report)) return;
    const auto kind = kubernetes::find_kind(object.group(), object.version(), object.kind());
    if (!kind || kind->namespaced) return;
    const yaml::Node space = object.metadata()["namespace"];
    report.at(space, std::string(object.kind()) + " lives outside namespaces; 'namespace' has no effect here")
        .field("metadata.namespace")
        .fix("Remove the namespace", Safety::safe, yaml::remove_entry(object.manifest().source(), space));
}

constexpr Example missing_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - name: http
          ^^^^ 'port' is missing; the API server refuses the object without it
    targetPort: 8080
)",
                                         .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - name: http
    port: 80
    targetPort: 8080
)",
                                         .path = "app.yaml"},
                                        // One mistake is one finding: the misspelt name is reported as an unknown field.
                                        {.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
^^^^ 'maxReplicas' is missing; the API server refuses the object without it
  minReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                         .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplica: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
)",
                                         .path = "app.yaml"}};

constexpr Example custom_examples[] = {{.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Backup, plural: backups}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [schedule]
            properties:
              schedule: {type: string}
              keep: {type: integer}
---
apiVersion: example.org/v1
kind: Backup
metadata: {name: nightly}
spec:
^^^^ 'schedule' is missing; the API server refuses the object without it
  keep: 7
)",
                                        .good = R"(
apiVersion: example.org/v1
kind: Backup
metadata: {name: nightly}
spec:
  keep: 7
)",
                                        .path = "app.yaml"}};

constexpr Example value_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    imagePullPolicy: ifNotPresent
                     ^^^^^^^^^^^^ 'ifNotPresent' is no value of imagePullPolicy; it takes Always, IfNotPresent or Never
    ports:
    - {containerPort: 53, protocol: udp}
                                    ^^^ 'udp' is no value of protocol; it takes SCTP, TCP or UDP
)",
                                       .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    imagePullPolicy: IfNotPresent
    ports:
    - {containerPort: 53, protocol: UDP}
)",
                                       .path = "app.yaml"},
                                      {.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Backup, plural: backups}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: string, pattern: "^[0-9]+Gi$"}
              keep: {type: integer, minimum: 1}
              secret: {type: string}
              volume: {type: string}
            oneOf: [{required: [secret]}, {required: [volume]}]
---
apiVersion: example.org/v1
kind: Backup
metadata: {name: nightly}
spec:
  size: 10G
        ^^^ '10G' is not what the API takes here: a text that matches ^[0-9]+Gi$
  keep: 0
        ^ '0' is not what the API takes here: at least 1
  volume: data
---
apiVersion: example.org/v1
kind: Backup
metadata: {name: weekly}
spec:
^^^^ this is not what the API takes here: only one of the fields 'secret' and 'volume'
  secret: key
  volume: data
)",
                                       .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Backup, plural: backups}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: string, pattern: "^[0-9]+Gi$"}
---
apiVersion: example.org/v1
kind: Backup
metadata: {name: nightly}
spec:
  size: 10Gi
)",
                                       .path = "app.yaml",
                                       .fixed = false}};

constexpr Example duplicate_examples[] = {{.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec:
  limits:
  - type: Container
    default: {cpu: 500m}
  - type: Container
          ^^^^^^^^^ another item of limits is 'Container' as well; the API server refuses that
    defaultRequest: {cpu: 100m}
)",
                                           .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec:
  limits:
  - type: Container
    default: {cpu: 500m}
    defaultRequest: {cpu: 100m}
)",
                                           .path = "app.yaml"}};

constexpr Example scope_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
  namespace: shop
             ^^^^ ClusterRole lives outside namespaces; 'namespace' has no effect here
rules:
- {apiGroups: [""], resources: [nodes], verbs: [get]}
)",
                                       .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
rules:
- {apiGroups: [""], resources: [nodes], verbs: [get]}
)",
                                       .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "schema-missing-field",
        .title = "A field is missing that the API server insists on.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The API server refuses the object. Fields that the schema calls required and the server fills in or takes empty are not meant.",
        .aliases = {"kube-linter:schema-validation", "sonar:S2260"},
        .examples = missing_examples,
        .run = on_every_object(missing_fields),
    },
    {
        .id = "schema-custom-field-missing",
        .title = "A field is missing that the definition of a custom resource insists on.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "The API server refuses the object, unless a webhook of the operator or a patch that is not analysed here fills the field in.",
        .aliases = {"kube-linter:schema-validation"},
        .examples = custom_examples,
        .run = on_custom_resources(missing_custom_fields),
    },
    {
        .id = "schema-invalid-value",
        .title = "A value is not one of those that the API takes.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .fix = Safety::unsafe,
        .why = "The field takes a closed set of words, upper and lower case told apart; the API server refuses any other. Of a custom resource whose "
               "definition is analysed with it, the bounds, patterns, formats and alternatives of the schema count; CEL rules are not evaluated.",
        .aliases = {"kube-linter:schema-validation", "sonar:S2260"},
        .examples = value_examples,
        .run = on_every_object(invalid_values) | on_custom_resources(invalid_custom_values),
    },
    {
        .id = "schema-duplicate-item",
        .title = "Two items of a list have the same key.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The items of the list are told apart by a key; the API server refuses two with the same one.",
        .aliases = {"kube-linter:schema-validation"},
        .examples = duplicate_examples,
        .run = on_every_object(duplicate_items),
    },
    {
        .id = "schema-scope",
        .title = "A namespace is given to an object that lives in none.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::strict,
        .fix = Safety::safe,
        .why = "The API server drops the namespace of a cluster-wide object in silence. Whoever wrote it may believe that the object is confined to "
               "that namespace.",
        .examples = scope_examples,
        .run = on_every_object(wrong_scope),
    },
};

}

extern constinit const std::span<const Check> schema_content = table;

}
