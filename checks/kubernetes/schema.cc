#include <algorithm>
#include <deque>
#include <vector>

#include "analyzer/text/distance.h"
#include "checks/kubernetes/schema_walk.h"

// What the strict decoder of the API server refuses: unknown fields, fields of other versions, values of another type.

namespace plimsoll::checks::schema {

namespace {

using kubernetes::CustomFault;
using kubernetes::DecodingFault;
using kubernetes::Definition;
using kubernetes::Field;
using kubernetes::FieldShape;
using kubernetes::FieldType;
using kubernetes::Object;
using kubernetes::SchemaRoot;

// ---- where a misplaced field belongs ----------------------------------------------------------------------------------

struct Place {
    Definition definition;
    std::string path;
};

// The nearest structure below the kind that has such a field: "spec.template.spec"; "" without one. Lists end the path with "[]".
std::string home_of(std::string_view field, Definition root, int minor) {
    constexpr std::size_t most_structures = 400;
    std::deque<Place> todo{{root, ""}};
    std::vector<std::uint16_t> seen{root.index()};
    for (std::size_t looked = 0; !todo.empty() && looked < most_structures; ++looked) {
        const Place here = std::move(todo.front());
        todo.pop_front();
        for (std::size_t i = 0; i < here.definition.size(); ++i) {
            const Field inner = here.definition.field(i);
            if (inner.name == "status" || inner.name == "managedFields" || !inner.lifetime.holds(minor)) continue;
            if (inner.name == field && !here.path.empty()) return here.path;
            if (inner.type != FieldType::structure || std::find(seen.begin(), seen.end(), inner.definition) != seen.end()) continue;
            seen.push_back(inner.definition);
            todo.push_back(
                {inner.structure(), here.path + (here.path.empty() ? "" : ".") + std::string(inner.name) + (inner.shape == FieldShape::one ? "" : "[]")});
        }
    }
    return {};
}

std::string nearest_field(std::string_view name, Definition definition, int minor) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < definition.size(); ++i)
        if (const Field field = definition.field(i); field.lifetime.holds(minor)) names.push_back(field.name);
    return std::string(nearest_name(name, names));
}

// ---- the checks -------------------------------------------------------------------------------------------------------

using Kind = DecodingFault::Kind;

// Calls `work(fault, root)` for what the strict decoder says of one kind.
template <typename Work>
void on_faults(const Object& object, const Reporter& report, Kind kind, Work work) {
    const kubernetes::Decoding& decoding = object.decoding(target_minor(report));
    for (const DecodingFault& fault : decoding.faults)
        if (fault.kind == kind) work(fault, *decoding.root);
}

void unknown_fields(const Object& object, Reporter& report) {
    constexpr int most_suggestions = 50;   // the search is not cheap
    int suggestions = 0;
    on_faults(object, report, Kind::unknown_field, [&](const DecodingFault& fault, const SchemaRoot& root) {
        const yaml::Node key = fault.node.key();
        const std::string_view name = key.scalar();
        // Directives of a strategic merge patch: $patch, $setElementOrder/...
        if (key.is_placeholder() || (name.starts_with('$') && !is_whole(object, report))) return;
        std::string message = "there is no field " + quote(name) + " here";
        const bool helps = ++suggestions <= most_suggestions;
        const std::string near = helps ? nearest_field(name, fault.definition, root.minor) : std::string();
        const std::string home = helps && near.empty() ? home_of(name, root.definition, root.minor) : std::string();
        if (!near.empty()) message += "; did you mean " + quote(near) + "?";
        if (!home.empty()) message += "; it belongs under " + home;
        Draft draft = report.at(key, std::move(message));
        draft.field(fault.node.path(object.node()));
        if (!near.empty()) draft.fix("Rename to " + near, Safety::unsafe, yaml::rename_key(object.manifest().source(), fault.node, near));
    });
}

void unknown_custom_fields(const kubernetes::Cluster& cluster, Reporter& report) {
    on_custom_faults(cluster, CustomFault::Kind::unknown_field, [&](const Object& object, const CustomFault& fault) {
        std::string message = "there is no field " + quote(fault.name) + " here";
        if (fault.is_definite) message += "; did you mean " + quote(fault.what) + "?";
        Draft draft = report.at(object, fault.place.key(), std::move(message));
        draft.field(fault.place.path(object.node()));
        if (fault.is_definite) draft.fix("Rename to " + fault.what, Safety::unsafe, yaml::rename_key(object.manifest().source(), fault.place, fault.what));
    });
}

void unavailable_fields(const Object& object, Reporter& report) {
    on_faults(object, report, Kind::unavailable_field, [&](const DecodingFault& fault, const SchemaRoot& root) {
        const kubernetes::Lifetime& lifetime = fault.field.lifetime;
        const bool early = root.minor < lifetime.since;
        const std::string when =
            early ? " comes only with Kubernetes 1." + std::to_string(lifetime.since) : " went with Kubernetes 1." + std::to_string(lifetime.until + 1);
        report.at(fault.node.key(), "the field " + quote(fault.field.name) + when + ", the target is 1." + std::to_string(root.minor))
            .field(fault.node.path(object.node()));
    });
}

void wrong_types(const Object& object, Reporter& report) {
    on_faults(object, report, Kind::wrong_type, [&](const DecodingFault& fault, const SchemaRoot&) {
        report.at(place_of(fault.node), wrong_type(fault.node, fault.wanted)).field(fault.node.path(object.node()));
    });
}

void wrong_custom_types(const kubernetes::Cluster& cluster, Reporter& report) {
    on_custom_faults(cluster, CustomFault::Kind::wrong_type, [&](const Object& object, const CustomFault& fault) {
        report.at(object, place_of(fault.place), wrong_type(fault.place, fault.what)).field(fault.place.path(object.node()));
    });
}

// An apiVersion or a kind that is no text makes no object of the document.
void wrong_headers(const kubernetes::Manifest& file, Reporter& report) {
    if (file.file_class() != kubernetes::FileClass::objects) return;
    for (const yaml::Document& document : file.stream().documents()) {
        if (!document.root["apiVersion"].is_set() || !document.root["kind"].is_set()) continue;
        for (std::string_view key : {"apiVersion", "kind"}) {
            const yaml::Node value = document.root[key];
            if (!value.is_placeholder() && !value.text()) report.at(place_of(value), wrong_type(value, "a text")).field(std::string(key));
        }
    }
}

constexpr Example unknown_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotation: {team: shop}
  ^^^^^^^^^^ there is no field 'annotation' here; did you mean 'annotations'?
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {team: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .path = "app.yaml"},
                                        {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  serviceAccountName: web
  ^^^^^^^^^^^^^^^^^^ there is no field 'serviceAccountName' here; it belongs under spec.template.spec
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                         .path = "app.yaml"}};

constexpr Example type_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: "false"
               ^^^^^^^ 'false' is a text, but the API takes true or false here
  terminationGracePeriodSeconds: 1e400
                                 ^^^^^ '1e400' is a text, but the API takes a whole number here
  containers:
  - name: web
    image: registry.example/web:1.0
    command: /run
             ^^^^ '/run' is a text, but the API takes a list here
)",
                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: false
  terminationGracePeriodSeconds: 1e2
  containers:
  - name: web
    image: registry.example/web:1.0
    command: [/run]
)",
                                      .path = "app.yaml"}};

constexpr Example unavailable_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  trafficDistribution: PreferClose
  ^^^^^^^^^^^^^^^^^^^ the field 'trafficDistribution' comes only with Kubernetes 1.30, the target is 1.27
  topologyKeys: ["*"]
  ^^^^^^^^^^^^ the field 'topologyKeys' went with Kubernetes 1.22, the target is 1.27
  ports: [{port: 80}]
)",
                                             .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                             .config = R"(kubernetes-version: "1.27")",
                                             .path = "app.yaml",
                                             .fixed = false}};

constexpr Check table[] = {
    {
        .id = "schema-unknown-field",
        .title = "An object has a field that the API does not know.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .fix = Safety::unsafe,
        .why = "The API server refuses unknown fields or drops them with a warning; what was written there has no effect.",
        .aliases = {"kube-linter:schema-validation", "sonar:S2260"},
        .examples = unknown_examples,
        .run = on_every_object(unknown_fields) | on_custom_resources(unknown_custom_fields),
    },
    {
        .id = "schema-field-unavailable",
        .title = "An object has a field that the API of the target version does not have.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The field came with a later version of Kubernetes or went with an earlier one: the API server of the target version refuses it or drops it "
               "with a warning. Say which version you run with kubernetes-version; without it the newest one counts.",
        .aliases = {"kube-linter:schema-validation"},
        .examples = unavailable_examples,
        .run = on_every_object(unavailable_fields),
    },
    {
        .id = "schema-wrong-type",
        .title = "A value is of another type than the API takes.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The API server cannot decode the object and refuses it as a whole.",
        .aliases = {"kube-linter:schema-validation", "sonar:S2260"},
        .examples = type_examples,
        .run = on_every_object(wrong_types) | on_manifests(wrong_headers) | on_custom_resources(wrong_custom_types),
    },
};

}

extern constinit const std::span<const Check> schema = table;

}
