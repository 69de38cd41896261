#include "analyzer/kubernetes/custom_schema.h"

#include <memory>
#include <string>
#include <vector>

#include "analyzer/kubernetes/cluster.h"
#include "tests/catch.h"
#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll;
using kubernetes::CompactSchemas;

namespace {

using Faults = std::vector<std::string>;

// "path kind what" of each.
Faults faults_in(const std::vector<const ManifestFile*>& files) {
    std::vector<const kubernetes::Object*> objects;
    for (const ManifestFile* file : files)
        for (const auto& object : file->manifest.objects()) objects.push_back(object.get());
    const kubernetes::Cluster cluster(objects, kubernetes::Knowledge::complete);
    constexpr const char* kinds[] = {"unknown", "type", "missing", "invalid"};
    Faults out;
    for (const kubernetes::CustomFault& fault : cluster.custom_schemas().faults()) {
        CHECK(static_cast<bool>(fault.place));
        std::string& line = out.emplace_back(fault.place.path());
        line.append(" ").append(kinds[static_cast<int>(fault.kind)]);
        if (!fault.name.empty()) line.append(" ").append(fault.name);
        if (!fault.what.empty()) line.append(": ").append(fault.what);
    }
    return out;
}

// The same whether the trees of the schemas are there or not.
Faults faults(const std::string& text) {
    ManifestFile file(text);
    Faults before = faults_in({&file});
    file.manifest.drop_schemas();
    CHECK(faults_in({&file}) == before);
    return before;
}

std::string definition_of(const std::string& versions, const std::string& group = "a.b") {
    return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ks." + group + "}\nspec:\n  group: " + group +
           "\n  names: {kind: K, plural: ks}\n  versions:\n" + versions + "---\n";
}

std::string version_of(const std::string& name, const std::string& spec) {
    return "  - name: " + name + "\n    schema: {openAPIV3Schema: {type: object, properties: {spec: " + spec + "}}}\n";
}

std::string object_of(const std::string& spec, const std::string& version = "a.b/v1") {
    return "apiVersion: " + version + "\nkind: K\nmetadata: {name: k}\nspec: " + spec + "\n---\n";
}

// What is wrong with the spec of an object by a schema.
Faults judged(const std::string& schema, const std::string& spec) { return faults(definition_of(version_of("v1", schema)) + object_of(spec)); }

}

TEST_CASE("bounds of custom resources are said as they are written", "[kubernetes][schema]") {
    const std::string schema = "{type: object, properties: {a: {minimum: 1.50, maximum: 1e3, exclusiveMaximum: true}, b: {enum: [1, two, \"\", true]}, "
                               "c: {type: string, minLength: 2, maxLength: 3}, d: {type: integer, format: int32}}}";
    CHECK(judged(schema, "{a: 1.5, b: 1.0, c: äöü, d: 1}").empty());
    CHECK(judged(schema, "{a: 1, b: 2, c: a, d: 3000000000}") == Faults{"spec.a invalid: at least 1.50", "spec.b invalid: 1, two, \"\" or true",
                                                                        "spec.c invalid: at least 2 characters", "spec.d invalid: a number of 32 bits"});
    CHECK(judged(schema, "{a: 1000, b: 'true', c: abcd}") ==
          Faults{"spec.a invalid: less than 1e3", "spec.b invalid: 1, two, \"\" or true", "spec.c invalid: at most 3 characters"});
    CHECK(judged("{type: object, properties: {a: {minimum: \"1\", enum: [], maxLength: x}}}", "{a: 0}").empty());
}

TEST_CASE("a long list of choices is cut", "[kubernetes][schema]") {
    const Faults found = judged("{enum: [m, l, k, j, i, h, g, f, e, d, c, b, a]}", "x");
    CHECK(found == Faults{"spec invalid: m, l, k, j, i, h, g, f, e, d, c, b and others"});
    std::string many = "a0";
    for (int i = 1; i < 1000; ++i) many += ", a" + std::to_string(i);
    CHECK(judged("{enum: [" + many + "]}", "x").empty());   // too many to look at
}

TEST_CASE("items of lists differ in what the schema says", "[kubernetes][schema]") {
    const std::string map = "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [b, a], items: {type: object, "
                            "additionalProperties: {type: string}}}";
    CHECK(judged(map, "[{a: x, b: v}, {a: x, b: z}, {a: x, b: '{{ b }}'}, {a: x, b: '{{ b }}'}, {a: x}, {a: x}]").empty());
    CHECK(judged(map, "[{a: x, b: v}, {b: v, a: x}]") == Faults{"spec[1].b invalid: items that differ from one another"});
    CHECK(judged("{type: array, x-kubernetes-list-type: set, minItems: 3}", "[1, 1]") ==
          Faults{"spec invalid: at least 3 items", "spec[1] invalid: items that differ from one another"});
    CHECK(judged("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [], items: {x-kubernetes-preserve-unknown-fields: true}}",
                 "[{a: x}, {a: x}]")
              .empty());
}

TEST_CASE("fields of a schema are found in any order", "[kubernetes][schema]") {
    const std::string schema =
        "{type: object, required: [d, b, zz], properties: {d: {}, b: {default: 1}, colour: {type: string}, colors: {}, a: {type: integer}, "
        "a: {type: string}, any: , open: {additionalProperties: true}, map: {additionalProperties: {type: string}}}}";
    CHECK(judged(schema, "{d: x, zz: 1}") == Faults{"spec.zz unknown zz"});
    CHECK(judged(schema, "{a: 1}") == Faults{"spec.a type: a text", "spec missing d", "spec missing zz"});   // of a key that stands twice the last counts
    CHECK(judged(schema, "{color: x}") == Faults{"spec.color unknown color: colour"});                       // of two as near the first in the file
    CHECK(judged(schema, "{any: {x: 1}, open: {x: 1}, map: {x: 1}, '{{ x }}': 1}") == Faults{"spec.map.x type: a text"});
    std::string many;
    for (int i = 500; i > 0; --i) many += "f" + std::to_string(i) + ": {type: string}, ";
    CHECK(judged("{type: object, properties: {" + many + "}}", "{f7: 1, f500: a, f501: a}") == Faults{"spec.f7 type: a text", "spec.f501 unknown f501: f500"});
}

TEST_CASE("a plain y is the name true on both sides", "[kubernetes][schema]") {
    CHECK(judged("{type: object, properties: {y: {type: integer}}}", "{y: a}") == Faults{"spec.y type: a whole number"});
    CHECK(judged("{type: object, properties: {1: {type: integer}}}", "{\"1\": a}").size() == 1);
}

TEST_CASE("resources within custom resources have what all have", "[kubernetes][schema]") {
    const std::string schema = "{type: object, properties: {spec: {type: object, properties: {in: {x-kubernetes-embedded-resource: true, type: object, "
                               "required: [kind, data], properties: {data: {type: string}}}}}}}";
    const std::string text = definition_of("  - name: v1\n    schema: {openAPIV3Schema: " + schema + "}\n");
    CHECK(faults(text + object_of("{in: {apiVersion: v1, metadata: {name: a}, data: x}}")).empty());
    CHECK(faults(text + object_of("{in: {apiVersion: v1}}")) == Faults{"spec.in missing data"});
}

TEST_CASE("each version of a definition has a schema of its own", "[kubernetes][schema]") {
    const std::string text = definition_of(version_of("v1", "{type: string}") + version_of("v2", "{type: integer}") + "  - name: v3\n");
    CHECK(faults(text + object_of("1")) == Faults{"spec type: a text"});
    CHECK(faults(text + object_of("a", "a.b/v2")) == Faults{"spec type: a whole number"});
    CHECK(faults(text + object_of("a", "a.b/v3")).empty());
    CHECK(faults(text + object_of("a", "a.b/v4")).empty());
}

TEST_CASE("a definition of the old form has one schema for all versions", "[kubernetes][schema]") {
    const std::string head = "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: ks.a.b}\nspec:\n  group: a.b\n"
                             "  names: {kind: K}\n  preserveUnknownFields: false\n";
    const std::string validation = "  validation: {openAPIV3Schema: {properties: {spec: {type: string}}}}\n";
    CHECK(faults(head + validation + "  version: v1\n---\n" + object_of("1")) == Faults{"spec type: a text"});
    const std::string versions = "  versions:\n  - name: v1\n" + version_of("v2", "{type: integer}") + "---\n";
    CHECK(faults(head + validation + versions + object_of("1")) == Faults{"spec type: a text"});
    CHECK(faults(head + validation + versions + object_of("a", "a.b/v2")) == Faults{"spec type: a whole number"});
}

TEST_CASE("of two definitions of a kind that of the nearest file counts", "[kubernetes][schema]") {
    ManifestFile text(definition_of(version_of("v1", "{type: string}")), "x/crds/k.yaml");
    ManifestFile number(definition_of(version_of("v1", "{type: integer}")), "y/crds/k.yaml");
    const ManifestFile first(object_of("1"), "x/k.yaml"), second(object_of("1"), "y/k.yaml");
    text.manifest.drop_schemas();
    number.manifest.drop_schemas();
    CHECK(faults_in({&text, &number, &first, &second}) == Faults{"spec type: a text"});
    CHECK(faults_in({&number, &second}).empty());
}

TEST_CASE("definitions of one file are told from one another", "[kubernetes][schema]") {
    const std::string both = "apiVersion: v1\nkind: ConfigMap\n---\n" + definition_of(version_of("v1", "{type: string}"), "a.b") +
                             definition_of(version_of("v1", "{type: integer}"), "c.d");
    CHECK(faults(both + object_of("1") + object_of("a", "c.d/v1")) == Faults{"spec type: a text", "spec type: a whole number"});
}

TEST_CASE("aliases in a schema are followed", "[kubernetes][schema]") {
    const std::string schema = "{type: object, required: &names [a], properties: {a: &text {type: string}, b: *text, c: {<<: *text, maxLength: 1}, "
                               "d: {type: object, required: *names}}}";
    CHECK(judged(schema, "{a: x, b: x, c: x, d: {a: x}}") == Faults{"spec.d.a unknown a"});
    CHECK(judged(schema, "{b: 1, c: xx, d: {}}") ==
          Faults{"spec.b type: a text", "spec.c invalid: at most 1 characters", "spec.d missing a", "spec missing a"});
    CHECK(judged("&s {type: object, properties: {more: *s}}", "{more: 1}").empty());   // refused by the reader
}

TEST_CASE("schemas that aliases multiply stay small", "[kubernetes][schema]") {
    std::string fields = "a0: &a0 {type: object, properties: {x: {type: string}}}";
    for (int level = 1; level < 18; ++level) {
        const std::string below = "*a" + std::to_string(level - 1);
        fields.append(", a" + std::to_string(level) + ": &a" + std::to_string(level) + " {type: object, properties: {p: " + below + ", q: " + below + "}}");
    }
    const ManifestFile file(definition_of(version_of("v1", "{type: object, properties: {" + fields + "}}")));
    const CompactSchemas& schemas = file.manifest.schemas();
    CHECK(schemas.root(0, 0) != CompactSchemas::none);
    CHECK(schemas.size() < 50);
    CHECK(judged("{type: object, properties: {" + fields + "}}", "{a2: {p: {q: {x: 1}}}}") == Faults{"spec.a2.p.q.x type: a text"});
}

TEST_CASE("what is deeper than a schema may be is not judged", "[kubernetes][schema]") {
    const auto nested = [](int levels) {
        std::string schema = "{properties: {x: {default: 1}}, required: [x, z]}", value = "{}";
        for (int level = 0; level < levels; ++level) schema = "{items: " + schema + "}", value = "[" + value + "]";
        return judged(schema, value).size();
    };
    CHECK(nested(63) == 1);   // the spec lies one level deep
    CHECK(nested(64) == 0);
    CHECK(nested(900) == 0);
}

TEST_CASE("a schema that is cut where it is deep is whole where it is not", "[kubernetes][schema]") {
    std::string deep = "&a {items: {items: {type: string}}}";
    for (int level = 0; level < 62; ++level) deep = "{items: " + deep + "}";
    const std::string schema = "{properties: {b: &b {type: string}, c: *b, deep: " + deep + ", near: *a}}";
    CHECK(judged(schema, "{near: [[1]]}") == Faults{"spec.near[0][0] type: a text"});
}

TEST_CASE("equal schemas are held once", "[kubernetes][schema]") {
    const std::string spec = "{type: object, properties: {a: {type: string, description: one}, b: {type: string, description: two}}}";
    const ManifestFile file(definition_of(version_of("v1", spec) + version_of("v2", spec)));
    CHECK(file.manifest.schemas().root(0, 0) == file.manifest.schemas().root(0, 1));
    CHECK(file.manifest.schemas().size() == 3);
    CHECK(file.manifest.schemas().root(1, 0) == CompactSchemas::none);
}
