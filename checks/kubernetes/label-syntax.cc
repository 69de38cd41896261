#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What may be written in names and labels.

namespace plimsoll::checks::label_syntax {

namespace {

constexpr std::string_view value_advice = "use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

// Text that is there; what a template engine would fill in counts as it stands only when that is what the API server is asked.
std::optional<std::string_view> literal(yaml::Node node, const Reporter& report) {
    if (!node.is_placeholder()) return node.text();
    return node.is_scalar() && report.settings().profile == "api-server" ? std::optional(node.scalar()) : std::nullopt;
}

void judge_key(yaml::Node key, Reporter& report) {
    if (literal(key, report) && !kubernetes::is_qualified_name(key.scalar()))
        report.at(key, quote(key.scalar()) + " is no valid key; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'");
}

void judge_labels(yaml::Node labels, Reporter& report) {
    for (yaml::Entry entry : labels.entries()) {
        judge_key(entry.key, report);
        if (const auto text = literal(entry.value, report); text && !kubernetes::is_label_value(*text))
            report.at(entry.value, quote(*text) + " is no valid label value; " + std::string(value_advice));
    }
}

// The API server names the labels of a template without the metadata they are in, and some selectors without their key.
void judge_template(const kubernetes::Object& object, yaml::Node map, std::string_view name, Reporter& report) {
    std::string field = map.parent().path(object.node());
    field.resize(std::min(field.rfind('.'), field.size()));
    for (yaml::Entry entry : map.entries()) {
        std::string lower(entry.key.scalar());
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const bool label = name == "labels";
        if (!entry.key.is_placeholder() && !kubernetes::is_qualified_name(label ? entry.key.scalar() : std::string_view(lower)))
            report
                .at(entry.key,
                    quote(entry.key.scalar()) + " is no valid key; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'")
                .field(field + "." + std::string(name));
        if (const auto text = literal(entry.value, report); label && text && !kubernetes::is_label_value(*text))
            report.at(entry.value, quote(*text) + " is no valid label value; " + std::string(value_advice)).field(field + ".labels");
    }
}

// Keys of annotations may hold capitals in the prefix; their values are free.
void judge_annotations(yaml::Node annotations, Reporter& report) {
    for (yaml::Entry entry : annotations.entries()) {
        const std::string_view key = entry.key.scalar();
        if (entry.key.is_placeholder() || kubernetes::is_qualified_name(key)) continue;
        std::string lower(key);
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!kubernetes::is_qualified_name(lower)) judge_key(entry.key, report);
    }
}

void judge_selector(yaml::Node selector, Reporter& report) {
    judge_labels(selector["matchLabels"], report);
    for (yaml::Node term : selector["matchExpressions"].items()) {
        if (term["key"].text() && !term["key"].is_placeholder()) judge_key(term["key"], report);
        for (yaml::Node value : term["values"].items())
            if (const auto text = literal(value, report); text && !kubernetes::is_label_value(*text))
                report.at(value, quote(*text) + " is no valid label value; " + std::string(value_advice));
    }
}

}

static void labels(const kubernetes::Object& object, Reporter& report) {
    if (beyond_server(object, report)) return;
    judge_labels(object.labels(), report);
    judge_annotations(object.annotations(), report);
    for (const kubernetes::Pod& pod : object.pods()) {
        judge_labels(pod.spec["nodeSelector"], report);
        if (pod.metadata == object.metadata()) continue;
        if (report.settings().profile == "api-server") {
            judge_template(object, pod.labels(), "labels", report);
            judge_template(object, pod.annotations(), "annotations", report);
            continue;
        }
        judge_labels(pod.labels(), report);
        judge_annotations(pod.annotations(), report);
    }
    if (!object.builtin()) return;
    const yaml::Node selector = object.spec()["selector"];
    if (object.is("ReplicationController") && report.settings().profile == "api-server") return;   // only compared with the labels
    if (object.is("Service") || object.is("ReplicationController"))
        judge_labels(selector, report);
    else
        judge_selector(selector, report);
    judge_selector(object.spec()["podSelector"], report);
}

namespace {

enum class NameRule : unsigned char { subdomain, label, service, segment };

NameRule rule_of(const kubernetes::Object& object) {
    for (std::string_view kind : {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "PodDisruptionBudget"})
        if (object.is(kind)) return NameRule::segment;
    if (object.is("Namespace") || object.is("StatefulSet")) return NameRule::label;
    return object.is("Service") ? NameRule::service : NameRule::subdomain;
}

// What is wrong with a name for the kind; "" when nothing.
std::string_view fault_of(const kubernetes::Object& object, std::string_view name) {
    switch (rule_of(object)) {
        case NameRule::segment: return name == "." || name == ".." || name.find_first_of("/%") != std::string_view::npos ? "use neither '/' nor '%'" : "";
        case NameRule::label:
            return kubernetes::is_dns1123_label(name) ? "" : "use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends";
        case NameRule::service: return kubernetes::is_dns1123_label(name) ? "" : "use at most 63 lower-case letters, digits and '-', without dots";
        case NameRule::subdomain:
            if (!kubernetes::is_dns1123_subdomain(name)) return "use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends";
            return object.is("CronJob") && name.size() > 52 ? "use at most 52 characters, as names of Jobs are made from it" : "";
    }
    return {};
}

// Served by their own servers, which have other rules: users called system:admin, images named by digest.
bool has_own_names(const kubernetes::Object& object) {
    return !object.builtin() && (object.group().ends_with("openshift.io") || object.group() == "projectcalico.org");
}

// Requests that are not stored need no name, nor do the assertions of kuttl and Chainsaw tests, which any object of the kind may meet.
bool needs_name(const kubernetes::Object& object, Reporter& report) {
    const std::string_view path = object.manifest().source().path();
    const Refusals refusals(object, report);
    if (!refusals.whole()) return false;
    if (!refusals.as_server() && (path.ends_with("assert.yaml") || path.ends_with("errors.yaml"))) return false;
    return object.builtin() && !object.kind().ends_with("Review") && object.kind() != "Eviction" && object.group() != "audit.k8s.io";
}

}

static void names(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node name = object.metadata()["name"];
    const yaml::Node prefix = object.metadata()["generateName"];
    const auto text = literal(name, report);
    if ((name.is_placeholder() && !text) || prefix.is_placeholder() || has_own_names(object) || beyond_server(object, report)) return;
    if (prefix.text() && !prefix.text()->empty()) {
        // What stands behind a dash at the end is made by the API server.
        std::string made(*prefix.text());
        if (made.size() > 1 && made.back() == '-') made.back() = 'a';
        const std::string_view fault = fault_of(object, made);
        if (!fault.empty())
            report.at(prefix, quote(*prefix.text()) + " is no beginning of a name for a " + std::string(object.kind()) + "; " + std::string(fault));
    }
    if (!name.is_set() || text == "") {
        if (!prefix.is_set() && needs_name(object, report))
            report.missing(object, "metadata.name", "a " + std::string(object.kind()) + " needs a name; set metadata.name");
    } else if (text && (object.builtin() || text->find('/') == std::string_view::npos)) {
        // With a slash it is no resource but a file that some program reads.
        const std::string_view fault = fault_of(object, *text);
        if (fault.empty()) return;
        // cronjob-name-too-long says this one in the other profiles.
        if (object.is("CronJob") && kubernetes::is_dns1123_subdomain(*text) && report.settings().profile != "api-server") return;
        Draft draft = report.at(name, quote(*text) + " is no valid name for a " + std::string(object.kind()) + "; " + std::string(fault));
        // The name of a namespace is a label of it as well.
        if (object.is("Namespace") && report.settings().profile == "api-server" && !kubernetes::is_label_value(*text)) draft.field("metadata");
    }
}

static constexpr Example label_value_invalid_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels:
    version: 1.0 beta
             ^^^^^^^^ '1.0 beta' is no valid label value; use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends
    -team: shop
    ^^^^^ '-team' is no valid key; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
  annotations: {note: anything goes here}
)",
     .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels:
    version: 1.0-beta
    example.com/team: shop
    empty: ""
  annotations: {note: anything goes here}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web/front}
                  ^^^^^^^^^ 'web/front' is no valid label value; use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends
)",
     .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web-front}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example object_name_invalid_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web.front}
                 ^^^^^^^^^ 'web.front' is no valid name for a Service; use at most 63 lower-case letters, digits and '-', without dots
---
apiVersion: v1
kind: ConfigMap
metadata: {name: Web_Settings}
                 ^^^^^^^^^^^^ 'Web_Settings' is no valid name for a ConfigMap; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
---
apiVersion: v1
kind: Secret
metadata:
^^^^^^^^ a Secret needs a name; set metadata.name
  labels: {app: web}
)",
                                                            .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: web.settings}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: "system:Web_Reader"}
rules: []
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: import-}
)",
                                                            .path = "app.yaml",
                                                            .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "label-value-invalid",
        .title = "Label or annotation is syntactically invalid.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The API server refuses an object with a malformed label, annotation key or selector, usually in the middle of a "
               "rollout.",
        .aliases = {"kube-score:label-values", "kics:1123031a-f921-4c5b-bd86-ef354ecfd37a", "datree:WORKLOAD_INVALID_LABELS_VALUE", refused},
        .examples = label_value_invalid_examples,
        .run = on_every_object(labels),
    },
    {
        .id = "object-name-invalid",
        .title = "Object name is missing or invalid.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::bugs,
        .why = "The API server refuses the object. Most kinds take DNS names, some only one label of them, roles nearly anything.",
        .aliases = {"datree:RESOURCE_MISSING_NAME", "helm-lint:validateMetadataName", refused},
        .examples = object_name_invalid_examples,
        .run = on_every_object(names),
    },
};

extern constinit const std::span<const Check> label_syntax = table;

}
