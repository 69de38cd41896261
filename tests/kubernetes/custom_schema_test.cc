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
    CHECK(judged(schema, "{a: 0, b: 2, c: a, d: 3000000000}") == Faults{"spec.a invalid: at least 1.50", "spec.b invalid: 1, two, \"\" or true",
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
    CHECK(faults(text + object_of("{in: {apiVersion: v1, kind: L, metadata: {name: a}, data: x}}")).empty());
    CHECK(faults(text + object_of("{in: {apiVersion: v1}}")) == Faults{"spec.in missing data", "spec.in missing kind"});
    CHECK(faults(text + object_of("{in: {apiVersion: a/b/c, kind: 1, data: x}}")) ==
          Faults{"spec.in.apiVersion invalid: a version such as apps/v1", "spec.in.kind type: a text"});
    CHECK(faults(text + object_of("{in: {apiVersion: '', kind: a_b, data: x}}")).size() == 2);
}

TEST_CASE("the name of a custom resource is what its schema says", "[kubernetes][schema]") {
    const std::string text =
        definition_of("  - name: v1\n    schema: {openAPIV3Schema: {type: object, properties: {metadata: {type: object, properties: {name: "
                      "{type: string, maxLength: 2}}}, spec: {type: integer}}}}\n");
    CHECK(faults(text + object_of("1")).empty());
    CHECK(faults(text + "apiVersion: a.b/v1\nkind: K\nmetadata: {name: long, labels: {a: b}}\n") == Faults{"metadata.name invalid: at most 2 characters"});
}

TEST_CASE("texts match the pattern of their schema", "[kubernetes][schema]") {
    CHECK(judged("{type: string, pattern: '^[a-z]+$'}", "abc").empty());
    CHECK(judged("{type: string, pattern: '^[a-z]+$'}", "Abc") == Faults{"spec invalid: a text that matches ^[a-z]+$"});
    CHECK(judged("{type: string, pattern: '^[a-z]+$'}", "\"abc\\n\"").size() == 1);   // $ is the end of the text
    CHECK(judged("{type: string, pattern: 'b'}", "abc").empty());                     // anywhere
    CHECK(judged("{type: string, pattern: '^.{3}$'}", "äöü").empty());                // characters, not bytes
    CHECK(judged("{type: string, pattern: '^a'}", "${X}").empty());
    CHECK(judged("{type: string, minLength: 3, pattern: '^a'}", "bb") == Faults{"spec invalid: at least 3 characters"});
    CHECK(judged("{x-kubernetes-int-or-string: true, pattern: '^[0-9]+%$'}", "5").empty());
    CHECK(judged("{x-kubernetes-int-or-string: true, pattern: '^[0-9]+%$'}", "five").size() == 1);
}

TEST_CASE("a pattern that cannot be evaluated finds nothing", "[kubernetes][schema]") {
    for (const std::string pattern : {"(?=a)b", "(", "a{1001}", "\\C", "(?P<x", "((((x{100}){100}){100}){100})", "(\\pL{500}){2}"})
        CHECK(judged("{type: string, pattern: '" + pattern + "'}", "zzz").empty());
    CHECK(judged("{type: string, pattern: 1}", "zzz").empty());
    CHECK(judged("{type: string, not: {pattern: '(?=a)b'}}", "zzz").empty());
}

TEST_CASE("a long pattern is cut, and stands on one line", "[kubernetes][schema]") {
    CHECK(judged("{type: string, pattern: \"^a\\nb$\"}", "x") == Faults{"spec invalid: a text that matches ^a b$"});
    const Faults found = judged("{type: string, pattern: '^" + std::string(300, 'a') + "$'}", "x");
    REQUIRE(found.size() == 1);
    CHECK(found[0] == "spec invalid: a text that matches ^" + std::string(159, 'a') + "...");
}

TEST_CASE("numbers are multiples of what their schema says", "[kubernetes][schema]") {
    CHECK(judged("{type: integer, multipleOf: 5}", "10").empty());
    CHECK(judged("{type: integer, multipleOf: 5}", "11") == Faults{"spec invalid: a multiple of 5"});
    CHECK(judged("{type: number, multipleOf: 0.1}", "0.3").empty());
    CHECK(judged("{type: number, multipleOf: 0.1}", "0.35").size() == 1);
    CHECK(judged("{type: number, multipleOf: 0.4}", "1").empty());   // not evaluated
}

TEST_CASE("of a bound with a fraction the whole part counts for whole numbers", "[kubernetes][schema]") {
    CHECK(judged("{type: number, minimum: 0.5}", "0").empty());
    CHECK(judged("{type: number, minimum: 0.5}", "0.4").size() == 1);
    CHECK(judged("{type: integer, maximum: 9223372036854775806}", "9223372036854775807").empty());   // as the API server, which knows the bound as a float
}

TEST_CASE("mappings have as many entries as their schema says", "[kubernetes][schema]") {
    const std::string schema = "{type: object, minProperties: 2, maxProperties: 3, properties: {a: {}, b: {}, c: {default: 1}, n: {nullable: true}, "
                               "z: {type: string}}}";
    CHECK(judged(schema, "{}") == Faults{"spec invalid: at least 2 entries"});
    CHECK(judged(schema, "{a: 1}").empty());   // c is filled in
    CHECK(judged(schema, "{z: ~}").size() == 1);
    CHECK(judged(schema, "{n: ~}").empty());
    CHECK(judged(schema, "{a: 1, b: 1, n: 1}") == Faults{"spec invalid: at most 3 entries"});
    CHECK(judged("{type: object, minProperties: 2, additionalProperties: {}}", "{'{{ a }}': 1}").empty());
}

TEST_CASE("null is a value only where the schema says so", "[kubernetes][schema]") {
    CHECK(judged("{type: array, items: {type: string}}", "[a, ~]") == Faults{"spec[1] type: a text"});
    CHECK(judged("{type: array, items: {type: string, nullable: true}}", "[a, ~]").empty());
    CHECK(judged("{type: object, required: [a], properties: {a: {type: string}}}", "{a: ~}") == Faults{"spec missing a"});
    CHECK(judged("{type: object, required: [a], properties: {a: {type: string, nullable: true}}}", "{a: ~}").empty());
    CHECK(judged("{type: object, properties: {a: {type: string, nullable: true, enum: [x]}}}", "{a: ~}") == Faults{"spec.a invalid: x"});
}

TEST_CASE("items are the same when their JSON is", "[kubernetes][schema]") {
    const std::string set = "{type: array, x-kubernetes-list-type: set, items: {x-kubernetes-preserve-unknown-fields: true}}";
    CHECK(judged(set, "[80, '80', 1.5, true, 'true', [1], {a: 1}]").empty());
    CHECK(judged(set, "[16, 0x10]") == Faults{"spec[1] invalid: items that differ from one another"});
    CHECK(judged(set, "[{a: 1, b: [x]}, {b: [x], a: 1}]") == Faults{"spec[1] invalid: items that differ from one another"});
    const std::string map = "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, protocol], items: {type: object, "
                            "properties: {port: {type: integer}, protocol: {type: string, default: TCP}}}}";
    CHECK(judged(map, "[{port: 1}, {port: 2}, {port: 1, protocol: UDP}]").empty());
    CHECK(judged(map, "[{port: 1}, {port: 1}]") == Faults{"spec[1].port invalid: items that differ from one another"});
}

TEST_CASE("formats that the API server looks at", "[kubernetes][schema]") {
    const auto is = [](const std::string& format, const std::string& value) {
        return judged("{type: string, format: " + format + "}", "'" + value + "'").empty();
    };
    CHECK((is("date", "2020-02-29") && !is("date", "2021-02-29") && !is("date", "2020-1-1")));
    CHECK((is("date-time", "2014-12-15T19:30:20.000Z") && is("datetime", "2014-12-15t19:30:20+01:00") && !is("date-time", "2014-12-15 19:30:20Z")));
    CHECK((is("duration", "1h30m") && is("duration", "2 weeks") && is("duration", "-1.5h") && !is("duration", "5") && !is("duration", "soon")));
    CHECK((is("uuid", "00112233-4455-6677-8899-AABBCCDDEEFF") && !is("uuid", "x") && !is("uuid4", "00112233-4455-6677-8899-aabbccddeeff")));
    CHECK((is("mac", "0000.5e00.5301") && is("mac", "00-00-5e-00-53-01") && is("mac", "00005e005301") && !is("mac", "00:00-5e:00:53:01")));
    CHECK((is("hostname", "a.example.org") && is("hostname", "größe.example") && !is("hostname", "exa_mple.org")));
    CHECK((is("hexcolor", "#fff") && !is("hexcolor", "#ffff") && is("rgbcolor", "rgb(0, 1, 2)") && !is("rgbcolor", "rgb(256,0,0)")));
    CHECK((is("ssn", "123-45-6789") && !is("ssn", "123456789")));
    CHECK((is("ipv4", "10.0.0.1") && !is("ipv4", "::1") && is("ipv6", "::1") && !is("ipv6", "10.0.0.1") && !is("cidr", "10.0.0.1")));
    CHECK((is("ipv4", "010.0.0.1") && is("cidr", "010.0.0.0/8") && !is("ipv6", "::ffff:010.0.0.1")));
    CHECK((is("byte", "eA==") && !is("byte", "eA") && !is("byte", "")));
    CHECK((is("uri", "x") && is("email", "x") && is("anything", "x")));
    CHECK(judged("{type: string, format: date}", "yesterday") == Faults{"spec invalid: a date such as 2006-01-02"});
    CHECK(judged("{type: number, format: int32}", "3000000000").empty());   // a format of other types
}

TEST_CASE("all of the schemas under allOf count, and each fault is where it is", "[kubernetes][schema]") {
    const std::string schema =
        "{type: object, properties: {a: {type: string}, b: {type: string}}, allOf: [{properties: {a: {maxLength: 1}}}, {required: [b]}]}";
    CHECK(judged(schema, "{a: x, b: z}").empty());
    CHECK(judged(schema, "{a: xx}") == Faults{"spec.a invalid: at most 1 characters", "spec missing b"});
    CHECK(judged(schema, "{a: xx, other: 1}") == Faults{"spec.other unknown other"});   // one mistake is one finding
}

TEST_CASE("one of the schemas under anyOf fits", "[kubernetes][schema]") {
    const std::string fields = "{type: object, properties: {a: {type: string}, b: {type: string}, d: {type: string, default: x}}, anyOf: ";
    CHECK(judged(fields + "[{required: [a]}, {required: [b]}]}", "{b: x}").empty());
    CHECK(judged(fields + "[{required: [a]}, {required: [b]}]}", "{}") == Faults{"spec invalid: the field 'a' or the field 'b'"});
    CHECK(judged(fields + "[{required: [a]}, {required: [d]}]}", "{}").empty());                  // filled in
    CHECK(judged(fields + "[{required: [a]}, {properties: {d: {enum: [z]}}}]}", "{}").empty());   // with what is not known
    CHECK(judged(fields + "[{properties: {a: {enum: [x]}}}, {required: [b]}]}", "{a: '{{ a }}'}").empty());
    CHECK(judged(fields + "[{properties: {a: {enum: [x]}}}, {required: [b]}]}", "{a: z}") == Faults{"spec invalid: one of the forms that anyOf lists"});
    CHECK(judged("{type: string, anyOf: [{format: ipv4}, {format: ipv6}]}", "x") == Faults{"spec invalid: an IPv4 address or an IPv6 address"});
}

TEST_CASE("exactly one of the schemas under oneOf fits", "[kubernetes][schema]") {
    const std::string schema = "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}";
    CHECK(judged(schema, "{a: x}").empty());
    CHECK(judged(schema, "{}") == Faults{"spec invalid: the field 'a' or the field 'b'"});
    CHECK(judged(schema, "{a: x, b: z}") == Faults{"spec invalid: only one of the fields 'a' and 'b'"});
    CHECK(judged(schema, "{a: x, b: ~}").empty());
    CHECK(judged("{type: string, oneOf: [{pattern: ^a}, {pattern: b$}]}", "ab") == Faults{"spec invalid: only one of the forms that oneOf lists"});
    const std::string at_most = "{type: object, properties: {a: {}, b: {}}, oneOf: [{not: {anyOf: [{required: [a]}, {required: [b]}]}}, {required: [a]}, "
                                "{required: [b]}]}";
    CHECK(judged(at_most, "{}").empty());
    CHECK(judged(at_most, "{a: 1}").empty());
    CHECK(judged(at_most, "{a: 1, b: 1}").size() == 1);
}

TEST_CASE("the schema under not does not fit", "[kubernetes][schema]") {
    const std::string fields = "{type: object, properties: {a: {type: string}, b: {type: string}}, not: ";
    CHECK(judged(fields + "{required: [a, b]}}", "{a: x}").empty());
    CHECK(judged(fields + "{required: [a, b]}}", "{a: x, b: z}") == Faults{"spec invalid: not 'a' and 'b' together"});
    CHECK(judged(fields + "{required: [a]}}", "{a: x}") == Faults{"spec invalid: no field 'a'"});
    CHECK(judged("{type: integer, not: {enum: [3]}}", "3") == Faults{"spec invalid: what does not fit the schema under 'not'"});
    CHECK(judged("{type: integer, not: {enum: [3]}}", "4").empty());
    CHECK(judged(fields + "{properties: {a: {enum: [x]}}, required: [a]}}", "{a: '${A}'}").empty());
}

TEST_CASE("alternatives that aliases multiply are given up", "[kubernetes][schema]") {
    std::string parts = "a0: &a0 {required: [x]}";
    for (int level = 1; level < 30; ++level) {
        const std::string below = "*a" + std::to_string(level - 1), name = "a" + std::to_string(level);
        parts.append(", " + name + ": &" + name + " {not: {anyOf: [{not: {anyOf: [" + below + ", " + below + "]}}, {not: " + below + "}]}}");
    }
    CHECK(judged("{type: object, properties: {" + parts + ", y: {not: *a29, x-kubernetes-preserve-unknown-fields: true}}}", "{y: {}}").size() <= 1);
}

TEST_CASE("of the two forms of a number or text only one is said", "[kubernetes][schema]") {
    const std::string schema = "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], minimum: 3}";
    CHECK(judged(schema, "5").empty());
    CHECK(judged(schema, "five").empty());
    CHECK(judged(schema, "2") == Faults{"spec invalid: at least 3"});
    CHECK(judged(schema, "{}") == Faults{"spec type: a whole number or text"});
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
