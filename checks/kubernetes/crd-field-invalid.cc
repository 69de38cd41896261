#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of a CustomResourceDefinition.

namespace plimsoll::checks::crd_field_invalid {

using kubernetes::Object;
using yaml::Node;

// ---- names ------------------------------------------------------------------------------------------------------------

// A DNS label that starts with a letter, whatever the case.
static bool is_kind(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return kubernetes::is_dns1035_label(lower);
}

static void judge_names(const Object& definition, Refusals& refusals) {
    constexpr std::string_view advice = "lower-case letters, digits and '-', starting with a letter";
    const Node spec = definition.spec(), names = spec["names"], group = spec["group"], plural = names["plural"], name = definition.metadata()["name"];
    refusals.text(plural, kubernetes::is_dns1035_label, advice);
    refusals.text(names["singular"], kubernetes::is_dns1035_label, advice);
    refusals.text(names["kind"], is_kind, "letters, digits and '-', starting with a letter");
    refusals.text(names["listKind"], is_kind, "letters, digits and '-', starting with a letter");
    for (std::string_view list : {"shortNames", "categories"})
        for (Node item : names[list].items()) refusals.text(item, kubernetes::is_dns1035_label, advice);
    if (names["kind"].text() && names["listKind"].text() == names["kind"].text())
        refusals.wrong(names["listKind"],
                       "the kind of lists has the name of the kind; write another one, such as " + std::string(*names["kind"].text()) + "List");
    if (const std::string_view text = group.text_or_empty();
        !text.empty() && (!kubernetes::is_dns1123_subdomain(text) || text.find('.') == std::string_view::npos))
        refusals.wrong(group, quote(text) + " is no group for custom resources; use a domain of your own with a dot");
    if (!plural.text() || !group.text() || !name.text()) return;
    const std::string wanted = std::string(*plural.text()) + "." + std::string(*group.text());
    if (*name.text() != wanted) refusals.wrong(name, "the name has to be " + quote(wanted) + ", the plural and the group; write that");
}

// Groups of the community want to be asked.
static void judge_approval(const Object& definition, Refusals& refusals) {
    constexpr std::string_view annotation = "api-approved.kubernetes.io";
    const std::string_view group = definition.spec()["group"].text_or_empty();
    const bool community = group == "k8s.io" || group == "kubernetes.io" || group.ends_with(".k8s.io") || group.ends_with(".kubernetes.io");
    if (!community || definition.version() != "v1") return;
    const Node approval = definition.annotations()[annotation];
    const std::string field = "metadata.annotations[" + std::string(annotation) + "]";
    const std::string_view text = approval.text_or_empty();
    if (!approval.is_set()) {
        if (refusals.whole())
            refusals
                .absent(definition.metadata(), "annotations",
                        "groups of kubernetes.io and k8s.io need an approval; name it in the annotation " + quote(annotation))
                .field(field);
    } else if (approval.text() && !text.starts_with("unapproved") && text.find("://") == std::string_view::npos) {
        refusals.wrong(approval, "the approval is the address of the review, or 'unapproved' with a reason; write one of them").field(field);
    }
}

// ---- schemas ----------------------------------------------------------------------------------------------------------

static constexpr std::string_view open_fields = "x-kubernetes-preserve-unknown-fields", either = "x-kubernetes-int-or-string";

namespace {

// Where in a schema a walk is; the text is made only for what is wrong.
struct Place {
    const Place* above;
    std::string_view step, key;
};

std::string path_of(const Place& place) {
    std::string text = place.above ? path_of(*place.above) : std::string();
    text.append(place.step);
    if (!place.key.empty()) text.append("[").append(place.key).append("]");
    return text;
}

}

// The keys of a list of maps are in every item: required, or with a default.
static void judge_keys(Node schema, const Place& place, Refusals& refusals) {
    const Node item = schema["items"];
    for (Node key : schema["x-kubernetes-list-map-keys"].items()) {
        bool there = item["properties"][key.text_or_empty()].has("default") || !item.is_mapping();
        for (Node required : item["required"].items()) there = there || (key.text() && required.text() == key.text());
        if (!there && key.text())
            refusals.wrong(key, quote(*key.text()) + " tells the items apart, so it is required or has a default; add one of them")
                .field(path_of(place) + ".items.properties[" + std::string(*key.text()) + "].default");
    }
}

namespace {

// What is judged of a schema, from one look at its keys: schemas are most of the bytes of many files.
struct Parts {
    Node type, items, properties, values;
    bool takes_text_too = false, open = false;

    explicit Parts(Node schema) {
        for (const yaml::Entry& entry : schema.entries()) {
            const std::string_view key = entry.key.scalar();
            if (key == "type") type = entry.value;
            if (key == "items") items = entry.value;
            if (key == "properties") properties = entry.value;
            if (key == "additionalProperties") values = entry.value;
            if (key == either) takes_text_too = entry.value.is_true();
            if (key == open_fields) open = entry.value.is_true();
        }
    }
};

}

// Every node of a structural schema says its type. The path is the server's own.
static void judge_schema(Node schema, const Place& place, int depth, Refusals& refusals) {
    constexpr int deepest = 60;
    if (!schema.is_mapping() || depth > deepest) return;
    const bool root = !place.above;
    const Parts parts(schema);
    const Node type = parts.type, items = parts.items;
    const bool free = !type.is_set() && (parts.takes_text_too || (!root && parts.open));
    if (!type.is_set() && !free && refusals.whole())
        refusals.absent(schema, "type", "every part of the schema says its type; add type").field(path_of(place) + ".type");
    else if (root && type.text() && *type.text() != "object")
        refusals.wrong(type, "a custom resource is an object; write object").field(path_of(place) + ".type");
    for (const yaml::Entry& entry : parts.properties.entries()) judge_schema(entry.value, {&place, ".properties", entry.key.scalar()}, depth + 1, refusals);
    if (items.is_mapping()) {
        judge_keys(schema, place, refusals);
        judge_schema(items, {&place, ".items", {}}, depth + 1, refusals);
    } else if (type.text() == "array" && !items.is_set() && refusals.whole()) {
        refusals.absent(schema, "items", "an array says what is in it; add items").field(path_of(place) + ".items");
    }
    if (parts.values.is_mapping()) judge_schema(parts.values, {&place, ".additionalProperties", {}}, depth + 1, refusals);
}

static void judge_versions(const Object& definition, Refusals& refusals) {
    const Node spec = definition.spec(), versions = spec["versions"];
    std::size_t stored = 0, count = 0;
    bool unknown = !versions.is_sequence();
    for (Node version : versions.items()) {
        ++count;
        stored += version["storage"].is_true();
        unknown = unknown || version["storage"].is_placeholder() || !version.is_mapping();
        refusals.text(version["name"], kubernetes::is_dns1035_label, "lower-case letters, digits and '-', starting with a letter");
        for (Node other : versions.items()) {
            if (other == version || count > 100) break;
            if (version["name"].text() && other["name"].text() == version["name"].text()) {
                refusals.wrong(version["name"], "another version has the same name; remove one").field(server_path(refusals, versions, ""));
                break;
            }
        }
        const Node schema = version["schema"]["openAPIV3Schema"];
        const std::string own = server_path(refusals, version, ".schema.openAPIV3Schema");
        if (!schema.is_set() && !spec["validation"]["openAPIV3Schema"].is_set() && refusals.whole() && version.is_mapping())
            refusals.absent(version, "schema", "a version needs a schema; add schema.openAPIV3Schema").field(own);
        // The schema of the only version counts as that of all.
        const std::string path = versions.size() == 1 ? server_path(refusals, spec, ".validation.openAPIV3Schema") : own;
        judge_schema(schema, {nullptr, path, {}}, 0, refusals);
    }
    if (unknown || stored == 1 || !refusals.whole()) return;
    refusals.clash(versions, stored ? "several versions are stored; set storage: true for one only" : "no version is stored; set storage: true for one");
    if (refusals.as_server() && stored == 0) refusals.clash(versions, "without a stored version none was ever stored").field("status.storedVersions");
}

// The old form has one version and one schema for all.
static void judge_old(const Object& definition, Refusals& refusals) {
    const Node spec = definition.spec(), keep = spec["preserveUnknownFields"], schema = spec["validation"]["openAPIV3Schema"];
    if (!refusals.as_server() || !refusals.whole() || !spec.is_mapping()) return;
    if (!keep.is_false()) refusals.absent(spec, "preserveUnknownFields", "unknown fields may not be kept any more; set preserveUnknownFields: false");
    const std::string path = server_path(refusals, spec, ".validation.openAPIV3Schema");
    judge_schema(schema, {nullptr, path, {}}, 0, refusals);
    if (schema.is_set()) return;
    const Node versions = spec["versions"];
    for (Node version : versions.items())
        if (!version["schema"]["openAPIV3Schema"].is_set())
            refusals.absent(version, "schema", "a version needs a schema; add schema.openAPIV3Schema")
                .field(server_path(refusals, version, ".schema.openAPIV3Schema"));
    if (versions.empty())
        refusals.absent(spec, "versions", "the definition needs a schema; add one").field(server_path(refusals, spec, ".versions[0].schema.openAPIV3Schema"));
}

static void run(const Object& definition, Reporter& report) {
    Refusals refusals(definition, report);
    const Node spec = definition.spec(), conversion = spec["conversion"];
    judge_names(definition, refusals);
    judge_approval(definition, refusals);
    refusals.one_of(spec["scope"], {"Cluster", "Namespaced"});
    refusals.one_of(conversion["strategy"], {"None", "Webhook"});
    if (definition.version() != "v1") return judge_old(definition, refusals);
    judge_versions(definition, refusals);
    if (spec["preserveUnknownFields"].is_true()) refusals.wrong(spec["preserveUnknownFields"], "unknown fields may not be kept any more; remove this");
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops}
                 ^^^^^ the name has to be 'Shops.shop', the plural and the group; write that
spec:
  group: shop
         ^^^^ 'shop' is no group for custom resources; use a domain of your own with a dot
  scope: namespaced
         ^^^^^^^^^^ 'namespaced' is not known here; use one of Cluster, Namespaced
  names: {plural: Shops, singular: shop, kind: Shop, listKind: Shop}
                  ^^^^^ 'Shops' is not valid here; use lower-case letters, digits and '-', starting with a letter
                                                               ^^^^ the kind of lists has the name of the kind; write another one, such as ShopList
  versions:
  ^^^^^^^^ several versions are stored; set storage: true for one only
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
      ^^^^^^^^^^^^^^^ every part of the schema says its type; add type
        properties:
          spec: {properties: {size: {type: integer}}}
          ^^^^ every part of the schema says its type; add type
          parts: {type: array}
          ^^^^^ an array says what is in it; add items
  - {name: v2, served: true, storage: true}
           ^^ a version needs a schema; add schema.openAPIV3Schema
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.k8s.io}
^^^^^^^^ groups of kubernetes.io and k8s.io need an approval; name it in the annotation 'api-approved.kubernetes.io'
spec:
  group: example.k8s.io
  scope: Cluster
  names: {plural: shops, singular: shop, kind: Shop}
  preserveUnknownFields: true
                         ^^^^ unknown fields may not be kept any more; remove this
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
)",
     .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: shops, singular: shop, kind: Shop, listKind: ShopList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {x-kubernetes-int-or-string: true}}}
          parts: {type: array, items: {type: string}}
          anything: {x-kubernetes-preserve-unknown-fields: true}
  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec:
^^^^ the definition needs a schema; add one
^^^^ unknown fields may not be kept any more; set preserveUnknownFields: false
  group: example.org
  version: v1
  scope: Namespaced
  names: {plural: shops, singular: shop, kind: Shop}
)",
     .good = R"(
apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec:
  group: example.org
  version: v1
  preserveUnknownFields: false
  scope: Namespaced
  names: {plural: shops, singular: shop, kind: Shop}
  validation: {openAPIV3Schema: {type: object}}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check crd_field_invalid = {
    .id = "crd-field-invalid",
    .title = "CustomResourceDefinition is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why =
        "A definition is named after its plural and group, stores one version, and each version has a schema that says the type of everything. The API server "
        "refuses it otherwise, and with it every object of the kind.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"CustomResourceDefinition"}, run),
};

}
