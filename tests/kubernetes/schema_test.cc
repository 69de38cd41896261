#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/kubernetes/lifecycle.h"
#include "analyzer/kubernetes/schema.h"
#include "analyzer/kubernetes/schema_tables.h"
#include "tests/catch.h"
#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll;

namespace {

namespace tables = kubernetes::schema_tables;
using kubernetes::Definition;
using kubernetes::Field;
using kubernetes::FieldNeed;
using kubernetes::FieldShape;
using kubernetes::FieldType;

const std::vector<std::string> schema_checks = {"schema-unknown-field", "schema-wrong-type",     "schema-unknown-kind",     "schema-missing-field",
                                                "schema-invalid-value", "schema-duplicate-item", "schema-field-unavailable"};

struct Analysis {
    std::vector<std::string> places;   // "check field"
    std::vector<std::string> messages;
    FileResult file;
};

// A run asks every check whether it is wanted: here a few of many are, thousands of times.
const Registry& only_schema() {
    static const Registry registry([] {
        std::vector<RegisteredCheck> kept;
        for (const RegisteredCheck& check : all_checks().all())
            if (check.check->id.starts_with("schema-") || check.check->id.starts_with("api-version")) kept.push_back(check);
        return kept;
    }());
    return registry;
}

// What the schema checks say to a text as it stands.
Analysis analyse(const std::string& text, const std::string& version = {}, const std::vector<std::string>& select = schema_checks,
                 const std::string& profile = "api-server") {
    static MemoryFileSystem files;
    static std::map<std::string, std::unique_ptr<Configuration>> configurations;
    std::unique_ptr<Configuration>& configuration = configurations[profile + version + (select == schema_checks ? "" : select.front())];
    if (!configuration) {
        Overrides overrides;
        overrides.profile = profile;
        overrides.select = select;
        overrides.kubernetes_version = version;
        configuration = std::make_unique<Configuration>(files, all_checks(), overrides);
    }
    FileAnalysis found = analyze_text(&files, {"app.yaml", FileKind::other, true, {}}, text, only_schema(), configuration->for_file("app.yaml"), true);
    Analysis out;
    for (const Finding& finding : found.findings) {
        out.places.push_back(std::string(finding.check->id) + " " + finding.field);
        out.messages.push_back(finding.message);
    }
    out.file = std::move(found.file);
    return out;
}

// ---- objects made from the tables ------------------------------------------------------------------------------------

struct Value {
    enum class Kind { scalar, list, map } kind = Kind::scalar;
    std::string text;                                                 // of a scalar, as JSON
    std::vector<std::pair<std::string, std::unique_ptr<Value>>> in;   // names are "" in lists
};

void render(const Value& value, std::string& out) {
    if (value.kind == Value::Kind::scalar) {
        out += value.text;
        return;
    }
    const bool map = value.kind == Value::Kind::map;
    out += map ? '{' : '[';
    for (std::size_t i = 0; i < value.in.size(); ++i) {
        if (i) out += ", ";
        if (map) out.append("\"").append(value.in[i].first).append("\": ");
        render(*value.in[i].second, out);
    }
    out += map ? '}' : ']';
}

// A field of the object, and how the one finding is called when it is spoilt.
struct Spot {
    Value* holder;
    std::size_t index;
    std::string path;
    Field field;
    bool in_collection;   // an item of a list or a value of a map of this field
};

class Maker {
public:
    explicit Maker(std::uint32_t seed) : random_(seed) {}

    std::unique_ptr<Value> object(const tables::KindRow& kind) {
        spots.clear();
        left_ = 250;
        return structure(Definition(kind.definition), "", 0);
    }
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

    std::vector<Spot> spots;

private:
    static std::string joined(const std::string& path, std::string_view name) {
        // Keys with dots and the like stand in brackets.
        const bool plain = name.find_first_of("./") == std::string_view::npos;
        if (!plain) return path + "[" + std::string(name) + "]";
        return path + (path.empty() ? "" : ".") + std::string(name);
    }

    std::unique_ptr<Value> structure(Definition definition, const std::string& path, int depth) {
        auto out = std::make_unique<Value>();
        out->kind = Value::Kind::map;
        for (std::size_t i = 0; i < definition.size(); ++i) {
            const Field field = definition.field(i);
            if (!field.lifetime.holds(kubernetes::newest_minor)) continue;
            if (depth == 0 && (field.name == "status" || field.name == "apiVersion" || field.name == "kind")) continue;
            const bool wanted = field.need == FieldNeed::needed || (depth < 9 && left_ > 0 && below(100) < 35);
            if (!wanted) continue;
            --left_;
            out->in.emplace_back(std::string(field.name), nullptr);
            const std::string here = joined(path, field.name);
            const std::size_t index = out->in.size() - 1;
            spots.push_back({out.get(), index, here, field, false});
            out->in[index].second = value(field, field.shape, here, depth);
        }
        return out;
    }

    std::unique_ptr<Value> value(const Field& field, FieldShape shape, const std::string& path, int depth) {
        if (shape == FieldShape::one) return one(field, path, depth);
        auto out = std::make_unique<Value>();
        const bool list = shape == FieldShape::list;
        out->kind = list ? Value::Kind::list : Value::Kind::map;
        const std::string here = list ? path + "[0]" : path + ".key";
        out->in.emplace_back(list ? "" : "key", nullptr);
        if (shape != FieldShape::map_of_lists) spots.push_back({out.get(), 0, here, field, true});
        out->in[0].second = value(field, shape == FieldShape::map_of_lists ? FieldShape::list : FieldShape::one, here, depth);
        return out;
    }

    std::unique_ptr<Value> one(const Field& field, const std::string& path, int depth) {
        if (field.type == FieldType::structure) return structure(field.structure(), path, depth + 1);
        auto out = std::make_unique<Value>();
        constexpr std::string_view right[] = {"\"x\"", "1", "1", "1.5", "true", "\"eA==\"", "\"2026-01-01T00:00:00Z\"", "\"1\"", "1", "true", "{}"};
        out->text = right[static_cast<unsigned>(field.type)];
        if (field.choice_count) out->text = "\"" + std::string(field.choices()[below(field.choice_count)]) + "\"";
        return out;
    }

    std::mt19937 random_;
    int left_ = 0;
};

std::unique_ptr<Value> scalar(std::string text) {
    auto out = std::make_unique<Value>();
    out->text = std::move(text);
    return out;
}

// Spoils one key; gives what has to be found, "" when this kind of mutation does not apply.
std::string mutate(const Spot& spot, std::size_t way) {
    Value& holder = *spot.holder;
    auto& [name, value] = holder.in[spot.index];
    const FieldShape shape = spot.field.shape;
    if (way == 0 && !spot.in_collection) {
        const std::string old = name;
        name = "zq" + old;
        std::string path = spot.path;
        path.replace(path.rfind(old), old.size(), name);
        return "schema-unknown-field " + path;
    }
    if (way == 1 && spot.field.need == FieldNeed::needed && !spot.in_collection) {
        holder.in.erase(holder.in.begin() + static_cast<std::ptrdiff_t>(spot.index));
        return "schema-missing-field " + spot.path;
    }
    if (way == 2 && spot.field.choice_count && value->kind == Value::Kind::scalar) {
        value = scalar("\"zq\"");
        return "schema-invalid-value " + spot.path;
    }
    const bool collection = shape != FieldShape::one && !spot.in_collection;
    if (!collection && spot.field.type == FieldType::any) return {};
    constexpr std::string_view wrong[] = {"7", "\"x\"", "\"x\"", "\"x\"", "\"x\"", "\"%\"", "7", "\"x y\"", "true", "\"x\"", "", "\"x\""};
    value = scalar(collection ? "\"x\"" : std::string(wrong[static_cast<unsigned>(spot.field.type)]));
    return "schema-wrong-type " + spot.path;
}

std::string text_of(tables::TextRow row) { return std::string(tables::texts + row.begin, row.size); }

std::string manifest_of(const tables::KindRow& kind, const Value& object) {
    std::string body;
    render(object, body);
    const std::string group = text_of(kind.group);
    return "{\"apiVersion\": \"" + (group.empty() ? "" : group + "/") + text_of(kind.version) + "\", \"kind\": \"" + text_of(kind.kind) + "\"" +
           (body == "{}" ? "" : ", ") + body.substr(1) + "\n";
}

std::vector<const tables::KindRow*> served_kinds() {
    std::vector<const tables::KindRow*> out;
    for (unsigned i = 0; i < tables::kind_count; ++i)
        if (tables::kinds[i].definition != 0xffff && tables::kinds[i].until == 0) out.push_back(&tables::kinds[i]);
    return out;
}

}

TEST_CASE("one mutated key of a valid object is one finding of the schema, at that key", "[kubernetes][schema]") {
    const auto kinds = served_kinds();
    REQUIRE(kinds.size() > 80);
    Maker maker(20260101);
    int mutations = 0;
    while (mutations < 2000) {
        const tables::KindRow& kind = *kinds[maker.below(kinds.size())];
        const std::unique_ptr<Value> object = maker.object(kind);
        if (mutations % 8 == 0) {
            const std::string valid = manifest_of(kind, *object);
            INFO(valid);
            CHECK(analyse(valid).places == std::vector<std::string>());
        }
        if (maker.spots.empty()) continue;
        const std::string wanted = mutate(maker.spots[maker.below(maker.spots.size())], maker.below(4));
        if (wanted.empty()) continue;
        ++mutations;
        const std::string text = manifest_of(kind, *object);
        INFO(text);
        // The API server would also miss what a misnamed key should be; people are told once. A workload without its spec is a patch to people.
        const char* const profile = wanted.starts_with("schema-missing-field") ? "api-server" : "strict";
        CHECK(analyse(text, {}, schema_checks, profile).places == std::vector<std::string>{wanted});
    }
}

TEST_CASE("kinds and fields have their versions", "[kubernetes][schema]") {
    struct Row {
        const char *group, *version, *kind;
        int first, last;   // the minors that serve it, 0: to the newest
    };
    const Row rows[] = {{"extensions", "v1beta1", "Ingress", 16, 21},
                        {"networking.k8s.io", "v1", "Ingress", 19, 0},
                        {"batch", "v1beta1", "CronJob", 16, 24},
                        {"batch", "v1", "CronJob", 21, 0},
                        {"policy", "v1beta1", "PodSecurityPolicy", 16, 24},
                        {"apps", "v1", "Deployment", 16, 0},
                        {"autoscaling", "v2", "HorizontalPodAutoscaler", 23, 0},
                        {"flowcontrol.apiserver.k8s.io", "v1beta3", "FlowSchema", 26, 31}};
    for (const Row& row : rows) {
        const auto kind = kubernetes::find_kind(row.group, row.version, row.kind);
        REQUIRE(kind);
        INFO(row.kind);
        for (int minor = kubernetes::oldest_minor; minor <= kubernetes::newest_minor; ++minor)
            CHECK(kind->lifetime.holds(minor) == (minor >= row.first && (row.last == 0 || minor <= row.last)));
    }
    CHECK_FALSE(kubernetes::find_kind("apps", "v1", "Pod"));
    const std::string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostUsers: false, containers: [{name: a, image: b}]}\n";
    CHECK(analyse(pod, "1.24").places == std::vector<std::string>{"schema-field-unavailable spec.hostUsers"});
    CHECK(analyse(pod, "v1.25.3").places.empty());
    CHECK(analyse("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n", "1.20").places.front() == "schema-unknown-kind apiVersion");
}

TEST_CASE("versions of Kubernetes that may be the target", "[kubernetes][schema]") {
    for (const char* good : {"1.16", "1.29", "v1.29.3", "1.37", "1.30.0-eks-1"}) CHECK(kubernetes::complaint_about_version(good) == "");
    for (const char* bad : {"1.15", "1.38", "2.0", "latest", "1.", "1.x", "29", "1.2 9"})
        CHECK(kubernetes::complaint_about_version(bad).find("there are 1.16, 1.17") != std::string::npos);
}

TEST_CASE("what the API takes at a node is told to editors", "[kubernetes][schema]") {
    const ManifestFile file(
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        ports: [{containerPort: 1}]\n"
        "        imagePullPolicy: Always\n");
    const yaml::Node root = file.object().node();
    const Definition deployment = *kubernetes::find_kind("apps", "v1", "Deployment")->definition;
    const auto at = [&](yaml::Node node) { return kubernetes::schema_of(deployment, root, node); };
    CHECK(at(root).definition->name() == "Deployment");
    const yaml::Node containers = root.at("spec.template.spec.containers");
    CHECK(at(containers).field->type_name() == "list of Container");
    CHECK_FALSE(at(containers).definition);
    CHECK(at(containers[0]).definition->name() == "Container");
    CHECK(at(containers[0]["ports"][0]["containerPort"]).field->need == FieldNeed::needed);
    CHECK(at(containers[0]["imagePullPolicy"]).field->choices().size() == 3);
    CHECK(at(containers[0]).definition->find("resizePolicy")->lifetime.since == 27);
    CHECK(at(containers[0]).definition->find("terminationMessagePolicy")->default_value == "File");
}

namespace {

constexpr const char* definition = R"(apiVersion: apiextensions.k8s.io/v1
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
            required: [schedule, mode]
            properties:
              schedule: {type: string, minLength: 3}
              mode: {type: string, enum: [full, incremental], default: full}
              keep: {type: integer, minimum: 1, maximum: 30}
              port: {x-kubernetes-int-or-string: true}
              tags: {type: array, maxItems: 2, x-kubernetes-list-type: set, items: {type: string}}
              labels: {type: object, additionalProperties: {type: string}}
              extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
              address: {type: string, format: ipv4}
---
)";

Analysis backup(const std::string& spec) {
    return analyse(std::string(definition) + "apiVersion: example.org/v1\nkind: Backup\nmetadata: {name: a}\nspec: " + spec + "\n", {},
                   {"schema-unknown-field", "schema-wrong-type", "schema-invalid-value", "schema-custom-field-missing"});
}

}

TEST_CASE("definitions among the files are the schemas of custom resources", "[kubernetes][schema]") {
    CHECK(backup("{schedule: daily, keep: 3, port: http, tags: [a], labels: {a: b}, extra: {a: 1}, address: 192.0.2.1}").places.empty());
    CHECK(backup("{schedule: ${WHEN}, keep: '{{ keep }}'}").places.empty());
    CHECK(backup("{schedule: daily}").file.not_validated == 0);
    using Places = std::vector<std::string>;
    CHECK(backup("{schedule: daily, kep: 3}").places == Places{"schema-unknown-field spec.kep"});
    CHECK(backup("{schedule: daily, keep: three}").places == Places{"schema-wrong-type spec.keep"});
    CHECK(backup("{schedule: daily, keep: 31}").places == Places{"schema-invalid-value spec.keep"});
    CHECK(backup("{schedule: no}").places == Places{"schema-wrong-type spec.schedule"});
    CHECK(backup("{schedule: aa}").places == Places{"schema-invalid-value spec.schedule"});
    CHECK(backup("{schedule: daily, mode: ful}").places == Places{"schema-invalid-value spec.mode"});
    CHECK(backup("{schedule: daily, port: 1.5}").places == Places{"schema-wrong-type spec.port"});
    CHECK(backup("{schedule: daily, tags: [a, b, c]}").places == Places{"schema-invalid-value spec.tags"});
    CHECK(backup("{schedule: daily, tags: [a, a]}").places == Places{"schema-invalid-value spec.tags[1]"});
    CHECK(backup("{schedule: daily, tags: [1]}").places == Places{"schema-wrong-type spec.tags[0]"});
    CHECK(backup("{schedule: daily, labels: {a: 1}}").places == Places{"schema-wrong-type spec.labels.a"});
    CHECK(backup("{schedule: daily, address: 2001:db8::1}").places == Places{"schema-invalid-value spec.address"});
    CHECK(backup("{keep: 3}").places == Places{"schema-custom-field-missing spec.schedule"});
}

TEST_CASE("objects without a definition are counted", "[kubernetes][schema]") {
    const Analysis analysis =
        analyse("apiVersion: example.org/v1\nkind: Backup\nmetadata: {name: a}\nspec: {x: 1}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
    CHECK(analysis.places.empty());
    CHECK(analysis.file.not_validated == 1);
}
