#include <algorithm>
#include <deque>
#include <vector>

#include "analyzer/text/distance.h"
#include "checks/kubernetes/schema_walk.h"

// What the strict decoder of the API server refuses: unknown fields, fields of other versions, values of another type.

namespace plimsoll::checks::schema {

namespace {

using kubernetes::CustomFault;
using kubernetes::Definition;
using kubernetes::Field;
using kubernetes::FieldShape;
using kubernetes::FieldType;
using kubernetes::Object;

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

// ---- values -----------------------------------------------------------------------------------------------------------

std::string_view wanted_by(FieldType type) {
    constexpr std::string_view names[] = {"a text",
                                          "a whole number",
                                          "a whole number",
                                          "a number",
                                          "true or false",
                                          "a text in base64",
                                          "a time",
                                          "a quantity such as 500m",
                                          "a whole number or text",
                                          "a schema or a boolean",
                                          "anything",
                                          "a mapping"};
    return names[static_cast<unsigned>(type)];
}

// A number that Go's decoder takes for an integer of this width: 420.0 and 1e2 are whole.
bool whole(yaml::Node node, bool wide) {
    if (const auto integer = node.integer()) return wide || (*integer >= INT32_MIN && *integer <= INT32_MAX);
    const auto number = node.number();
    if (!number || node.type() != yaml::Type::number) return false;
    const double limit = wide ? 9.2e18 : 2147483648.0;
    return *number > -limit && *number < limit && *number == static_cast<double>(static_cast<std::int64_t>(*number));
}

bool is_base64(std::string_view text) {
    std::string joined;
    for (char c : text)
        if (c != '\n' && c != '\r') joined += c;
    return kubernetes::decode_base64(joined).has_value();
}

bool decodes(yaml::Node node, FieldType type) {
    switch (type) {
        case FieldType::text:
        case FieldType::time: return node.text().has_value();
        case FieldType::int32: return whole(node, false);
        case FieldType::int64: return whole(node, true);
        case FieldType::number: return node.type() == yaml::Type::integer || node.type() == yaml::Type::number;
        case FieldType::boolean: return node.boolean().has_value();
        case FieldType::bytes: return node.text() && is_base64(*node.text());
        case FieldType::quantity: return node.is_scalar() && node.type() != yaml::Type::boolean && kubernetes::quantity_milli(node).has_value();
        case FieldType::int_or_text: return node.text() || whole(node, false);
        case FieldType::schema_or_bool: return node.boolean() || node.is_mapping();
        case FieldType::any: return true;
        case FieldType::structure: return node.is_mapping();
    }
    return true;
}

// ---- the checks -------------------------------------------------------------------------------------------------------

struct UnknownFields : SchemaVisitor {
    static constexpr bool reads_status = true, reads_schemas = true;
    const Object& object;
    SchemaRoot root;
    Reporter& report;

    int suggestions = 0;
    static constexpr int most_suggestions = 50;   // the search is not cheap

    UnknownFields(const Object& o, const SchemaRoot& r, Reporter& to) : object(o), root(r), report(to) {}

    void unknown(const yaml::Entry& entry, Definition definition) {
        const std::string_view name = entry.key.scalar();
        if (entry.key.is_placeholder()) return;
        // Directives of a strategic merge patch: $patch, $setElementOrder/...
        if (name.starts_with('$') && !is_whole(object, report)) return;
        std::string message = "there is no field " + quote(name) + " here";
        const bool helps = ++suggestions <= most_suggestions;
        const std::string near = helps ? nearest_field(name, definition, root.minor) : std::string();
        const std::string home = helps && near.empty() ? home_of(name, root.definition, root.minor) : std::string();
        if (!near.empty()) message += "; did you mean " + quote(near) + "?";
        if (!home.empty()) message += "; it belongs under " + home;
        Draft draft = report.at(entry.key, std::move(message));
        draft.field(entry.value.path(object.node()));
        if (!near.empty()) draft.fix("Rename to " + near, Safety::unsafe, yaml::rename_key(object.manifest().source(), entry.value, near));
    }
};

void unknown_fields(const Object& object, Reporter& report) {
    if (const auto root = schema_root(object, report)) walk_schema(UnknownFields(object, *root, report), object, *root);
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

struct UnavailableFields : SchemaVisitor {
    static constexpr bool reads_status = true, reads_schemas = true;
    const Object& object;
    int minor;
    Reporter& report;

    UnavailableFields(const Object& o, int m, Reporter& to) : object(o), minor(m), report(to) {}

    void unavailable(const yaml::Entry& entry, const Field& field) {
        const kubernetes::Lifetime& lifetime = field.lifetime;
        const bool early = minor < lifetime.since;
        const std::string when =
            early ? " comes only with Kubernetes 1." + std::to_string(lifetime.since) : " went with Kubernetes 1." + std::to_string(lifetime.until + 1);
        report.at(entry.key, "the field " + quote(field.name) + when + ", the target is 1." + std::to_string(minor)).field(entry.value.path(object.node()));
    }
};

void unavailable_fields(const Object& object, Reporter& report) {
    if (const auto root = schema_root(object, report)) walk_schema(UnavailableFields(object, root->minor, report), object, *root);
}

struct WrongTypes : SchemaVisitor {
    static constexpr bool reads_status = true, reads_schemas = true;
    const Object& object;
    Reporter& report;

    WrongTypes(const Object& o, Reporter& to) : object(o), report(to) {}

    void scalar(yaml::Node node, const Field& field) {
        if (!decodes(node, field.type)) wrong_shape(node, wanted_by(field.type));
    }
    void wrong_shape(yaml::Node node, std::string_view wanted) { report.at(place_of(node), wrong_type(node, wanted)).field(node.path(object.node())); }
};

void wrong_types(const Object& object, Reporter& report) {
    if (const auto root = schema_root(object, report)) walk_schema(WrongTypes(object, report), object, *root);
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
        .run = on_every_object(unknown_fields) | on_cluster(unknown_custom_fields),
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
        .run = on_every_object(wrong_types) | on_manifests(wrong_headers) | on_cluster(wrong_custom_types),
    },
};

}

extern constinit const std::span<const Check> schema = table;

}
