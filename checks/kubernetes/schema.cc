#include <algorithm>
#include <deque>
#include <vector>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/schema.h"
#include "analyzer/text/distance.h"

// What the strict decoder of the API server refuses: unknown fields, values of another type, unknown kinds.

namespace plimsoll::checks {

namespace {

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
std::string home_of(std::string_view field, Definition root) {
    constexpr std::size_t most_structures = 400;
    std::deque<Place> todo{{root, ""}};
    std::vector<std::uint16_t> seen{root.index()};
    for (std::size_t looked = 0; !todo.empty() && looked < most_structures; ++looked) {
        const Place here = std::move(todo.front());
        todo.pop_front();
        for (std::size_t i = 0; i < here.definition.size(); ++i) {
            const Field inner = here.definition.field(i);
            if (inner.name == "status" || inner.name == "managedFields") continue;
            if (inner.name == field && !here.path.empty()) return here.path;
            if (inner.type != FieldType::structure || std::find(seen.begin(), seen.end(), inner.definition) != seen.end()) continue;
            seen.push_back(inner.definition);
            todo.push_back(
                {inner.structure(), here.path + (here.path.empty() ? "" : ".") + std::string(inner.name) + (inner.shape == FieldShape::one ? "" : "[]")});
        }
    }
    return {};
}

std::string nearest_field(std::string_view name, Definition definition) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < definition.size(); ++i) names.push_back(definition.field(i).name);
    return std::string(nearest_name(name, names));
}

// ---- values -----------------------------------------------------------------------------------------------------------

std::string_view shape_of(yaml::Node node) {
    if (node.is_mapping()) return "a mapping";
    if (node.is_sequence()) return "a list";
    if (node.type() == yaml::Type::boolean) return "a boolean";
    return node.type() == yaml::Type::integer || node.type() == yaml::Type::number ? "a number" : "a text";
}

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

// Walks an object along its definition and calls back for what does not fit.
template <typename Unknown, typename Wrong>
class Walk {
public:
    Walk(Unknown unknown, Wrong wrong) : unknown_(unknown), wrong_(wrong) {}

    void structure(yaml::Node node, Definition definition, int depth = 0) {
        constexpr int deepest = 64;   // schemas of custom resources nest in themselves
        if (depth > deepest) return;
        for (const yaml::Entry& entry : node.entries()) {
            const std::optional<Field> field = definition.find(entry.key.scalar());
            if (field)
                value(entry.value, *field, field->shape, depth);
            else
                unknown_(entry, definition);
        }
    }

private:
    void value(yaml::Node node, const Field& field, FieldShape shape, int depth) {
        if (!node.is_set() || node.is_placeholder()) return;
        if (shape == FieldShape::one) return one(node, field, depth);
        if (shape == FieldShape::list) {
            if (!node.is_sequence()) return wrong_(node, "a list");
            for (yaml::Node item : node.items()) value(item, field, FieldShape::one, depth);
            return;
        }
        if (!node.is_mapping()) return wrong_(node, "a mapping");
        const FieldShape inner = shape == FieldShape::map ? FieldShape::one : FieldShape::list;
        for (const yaml::Entry& entry : node.entries()) value(entry.value, field, inner, depth);
    }

    void one(yaml::Node node, const Field& field, int depth) {
        if (!decodes(node, field.type)) return wrong_(node, wanted_by(field.type));
        if (field.type == FieldType::structure) structure(node, field.structure(), depth + 1);
    }

    Unknown unknown_;
    Wrong wrong_;
};

std::optional<Definition> definition_of(const Object& object) { return kubernetes::find_kind(object.group(), object.version(), object.kind()); }

// ---- the checks -------------------------------------------------------------------------------------------------------

void unknown_fields(const Object& object, Reporter& report) {
    const std::optional<Definition> root = definition_of(object);
    if (!root) return;
    const auto unknown = [&](const yaml::Entry& entry, Definition definition) {
        const std::string_view name = entry.key.scalar();
        // Directives of a strategic merge patch: $patch, $setElementOrder/...
        if (name.starts_with('$') && (object.is_fragment() || object.is_patch())) return;
        std::string message = "there is no field " + quote(name) + " here";
        const std::string near = nearest_field(name, definition);
        const std::string home = near.empty() ? home_of(name, *root) : std::string();
        if (!near.empty()) message += "; did you mean " + quote(near) + "?";
        if (!home.empty()) message += "; it belongs under " + home;
        Draft draft = report.at(entry.key, std::move(message));
        draft.field(entry.value.path(object.node()));
        if (!near.empty()) draft.fix("Rename to " + near, Safety::unsafe, yaml::rename_key(object.manifest().source(), entry.value, near));
    };
    Walk(unknown, [](yaml::Node, std::string_view) {}).structure(object.node(), *root);
}

void wrong_types(const Object& object, Reporter& report) {
    const std::optional<Definition> root = definition_of(object);
    if (!root) return;
    const auto wrong = [&](yaml::Node node, std::string_view wanted) {
        const std::string what = node.is_scalar() ? quote(node.scalar()) + " is " : std::string("this is ");
        const Span place = node.is_scalar() || !node.key() ? node.span() : node.key().span();
        report.at(place, what + std::string(shape_of(node)) + ", but the API takes " + std::string(wanted) + " here").field(node.path(object.node()));
    };
    Walk([](const yaml::Entry&, Definition) {}, wrong).structure(object.node(), *root);
}

void unknown_kinds(const Object& object, Reporter& report) {
    if (!kubernetes::is_api_group(object.group()) || object.builtin() || definition_of(object)) return;
    const auto versions = kubernetes::versions_of(object.group(), object.kind());
    if (!versions.empty()) {
        std::string right = object.group().empty() ? std::string() : std::string(object.group()) + "/";
        right += versions.back();
        report.at(object["apiVersion"], std::string(object.kind()) + " is no kind of " + quote(object.api_version()) + "; the API serves it in " + right);
        return;
    }
    const std::string near(nearest_name(object.kind(), kubernetes::kinds_of(object.group(), object.version())));
    report.at(object["kind"], "the API knows no kind " + quote(object.kind()) + " in " + quote(object.api_version()) +
                                  (near.empty() ? "" : "; did you mean " + quote(near) + "?"));
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

constexpr Example kind_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deploymnet
      ^^^^^^^^^^ the API knows no kind 'Deploymnet' in 'apps/v1'; did you mean 'Deployment'?
metadata: {name: web}
)",
                                      .good = R"(
apiVersion: example.org/v1
kind: Deploymnet
metadata: {name: web}
)",
                                      .path = "app.yaml"}};

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
        .run = on_every_object(unknown_fields),
    },
    {
        .id = "schema-unknown-kind",
        .title = "An object is of a kind that the API does not know.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The API server refuses objects of a kind that its own groups do not have; usually the kind or the version is mistyped.",
        .aliases = {"kube-linter:schema-validation"},
        .examples = kind_examples,
        .run = on_every_object(unknown_kinds),
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
        .run = on_every_object(wrong_types),
    },
};

}

extern constinit const std::span<const Check> schema = table;

}
