#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/glob.h"

#include <algorithm>

// Labels and annotations that the conventions of a house ask for.

namespace plimsoll::checks::label_policy {

namespace {

// "owner" asks for the key, "env=prod-*" for a value as well.
struct Demand {
    std::string_view key, pattern;
    explicit Demand(std::string_view text)
        : key(text.substr(0, text.find('='))), pattern(text.size() > key.size() ? text.substr(key.size() + 1) : std::string_view{}) {}
    bool fits(std::string_view value) const { return pattern.empty() || Glob(pattern).matches(value); }
};

bool concerns(const kubernetes::Object& object, const Reporter& report) {
    const std::vector<std::string>& kinds = report.list("kinds");
    return kinds.empty() ? object.is_workload() && (object.builtin() || object.kind() == "DeploymentConfig")
                         : std::any_of(kinds.begin(), kinds.end(), [&](const std::string& kind) { return object.is(kind); });
}

void demand(const kubernetes::Object& object, yaml::Node present, std::string_view option, std::string_view noun, Reporter& report) {
    if (report.list(option).empty() || !concerns(object, report)) return;
    for (const std::string& text : report.list(option)) {
        const Demand wanted(text);
        const yaml::Node value = present[wanted.key];
        if (!value) {
            if (!object.is_fragment())
                report.missing(object, std::string("metadata.").append(option), "the " + std::string(noun) + " " + quote(wanted.key) + " is missing; add it");
        } else if (value.text() && !wanted.fits(*value.text())) {
            report.at(value,
                      quote(*value.text()) + " does not fit the pattern " + quote(wanted.pattern) + " of the " + std::string(noun) + " " + quote(wanted.key));
        }
    }
}

}

static void required_labels(const kubernetes::Object& object, Reporter& report) { demand(object, object.labels(), "labels", "label", report); }

static void required_annotations(const kubernetes::Object& object, Reporter& report) {
    demand(object, object.annotations(), "annotations", "annotation", report);
}

static void forbidden_annotations(const kubernetes::Object& object, Reporter& report) {
    for (const std::string& text : report.list("annotations")) {
        const Demand refused(text);
        const yaml::Node value = object.annotations()[refused.key];
        if (value && (refused.pattern.empty() || (value.text() && refused.fits(*value.text()))))
            report.at(value.key(), "the annotation " + quote(refused.key) + " is not allowed here; remove it");
    }
}

static void recommended_labels(const kubernetes::Object& object, Reporter& report) {
    if (!object.is_workload() || object.is_fragment()) return;
    const std::vector<std::string>& known = report.list("labels");
    if (std::none_of(known.begin(), known.end(), [&](const std::string& label) { return object.labels().has(label); }))
        report.missing(object, "metadata.labels", "none of the common labels is set; add app.kubernetes.io/name at least");
}

static void instance(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node label = object.labels()["app.kubernetes.io/instance"];
    if (!object.is_workload() || object.name().empty()) return;
    if (!label) {
        if (!object.is_fragment())
            report.missing(object, "metadata.labels", "the label app.kubernetes.io/instance is missing; set it to " + quote(object.name()));
    } else if (label.text() && *label.text() != object.name()) {
        report.at(label, quote(*label.text()) + " is not the object's name " + quote(object.name()));
    }
}

static void key_convention(const kubernetes::Object& object, Reporter& report) {
    const std::vector<std::string>& prefixes = report.list("prefixes");
    if (prefixes.empty()) return;
    for (yaml::Entry entry : object.labels().entries())
        if (std::none_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) { return entry.key.scalar().starts_with(prefix); }))
            report.at(entry.key, "the key " + quote(entry.key.scalar()) + " begins with none of the configured prefixes");
}

static constexpr Option required_labels_options[] = {{.name = "labels", .value = "owner", .what = "keys, or key=pattern"},
                                                     {.name = "kinds", .what = "kinds that need them; the built-in ones with pods when empty"}};
static constexpr Option required_annotations_options[] = {{.name = "annotations", .value = "email", .what = "keys, or key=pattern"},
                                                          {.name = "kinds", .what = "kinds that need them; the built-in ones with pods when empty"}};
static constexpr Option forbidden_options[] = {{.name = "annotations", .what = "keys, or key=pattern"}};
static constexpr Option recommended_options[] = {{.name = "labels",
                                                  .value = "app.kubernetes.io/name app.kubernetes.io/instance app.kubernetes.io/version "
                                                           "app.kubernetes.io/component app.kubernetes.io/part-of app.kubernetes.io/managed-by",
                                                  .what = "any of these will do"}};
static constexpr Option prefix_options[] = {{.name = "prefixes", .what = "what keys may begin with"}};

static constexpr Example required_labels_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels:
  ^^^^^^ the label 'owner' is missing; add it
    env: test
         ^^^^ 'test' does not fit the pattern 'prod-*' of the label 'env'
)",
                                                        .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels: {owner: shop, env: prod-eu}
)",
                                                        .config = R"(checks: {required-labels: {labels: [owner, "env=prod-*"], kinds: [ConfigMap]}})",
                                                        .path = "app.yaml",
                                                        .fixed = false}};

static constexpr Example required_annotations_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
^^^^^^^^ the annotation 'contact' is missing; add it
  name: settings
)",
                                                             .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {contact: shop@example.com}
)",
                                                             .config = R"(checks: {required-annotations: {annotations: [contact], kinds: [ConfigMap]}})",
                                                             .path = "app.yaml",
                                                             .fixed = false}};

static constexpr Example forbidden_annotations_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {example.com/skip-scan: "true"}
                ^^^^^^^^^^^^^^^^^^^^^ the annotation 'example.com/skip-scan' is not allowed here; remove it
)",
                                                              .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {example.com/skip-scan: "false"}
)",
                                                              .config = R"(checks: {forbidden-annotations: {annotations: ["example.com/skip-scan=true"]}})",
                                                              .path = "app.yaml",
                                                              .fixed = false}};

static constexpr Example recommended_labels_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
  ^^^^^^ none of the common labels is set; add app.kubernetes.io/name at least
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                                           .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app.kubernetes.io/name: web}
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Example instance_label_mismatch_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app.kubernetes.io/instance: shop}
                                       ^^^^ 'shop' is not the object's name 'web'
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                                                .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app.kubernetes.io/instance: web}
spec:
  containers:
  - {name: web, image: web:1.4.2}
)",
                                                                .path = "app.yaml",
                                                                .fixed = false}};

static constexpr Example label_key_convention_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels: {team: shop, example.com/env: prod}
           ^^^^ the key 'team' begins with none of the configured prefixes
)",
                                                             .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels: {example.com/team: shop, app.kubernetes.io/name: shop}
)",
                                                             .config = R"(checks: {label-key-convention: {prefixes: [example.com/, app.kubernetes.io/]}})",
                                                             .path = "app.yaml",
                                                             .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "required-labels",
        .title = "Required object label is missing.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Labels tell who owns an object and what it belongs to, for people, bills and policies. The configuration says which "
               "ones you want.",
        .aliases = {"kube-linter:required-label-owner", "kubescape:C-0076", "datree:WORKLOAD_MISSING_LABEL_OWNER_VALUE",
                    "datree:DEPLOYMENT_MISSING_LABEL_ENV_VALUE", "terrascan:AC_K8S_0013", "kyverno:require-labels", "gatekeeper:requiredlabels",
                    "kyverno:metadata-match-regex", "kyverno:require-kubecost-labels"},
        .options = required_labels_options,
        .examples = required_labels_examples,
        .run = on_every_object(required_labels),
    },
    {
        .id = "required-annotations",
        .title = "Required annotation is missing.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Annotations carry what tools and people need to know about an object: a contact, a runbook. The configuration says "
               "which ones you want.",
        .aliases = {"kube-linter:required-annotation-email", "kyverno:require-annotations", "gatekeeper:requiredannotations"},
        .options = required_annotations_options,
        .examples = required_annotations_examples,
        .run = on_every_object(required_annotations),
    },
    {
        .id = "forbidden-annotations",
        .title = "Forbidden annotation is present.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Some annotations switch protections off or reach into shared components. The configuration says which ones you do not "
               "want.",
        .aliases = {"kube-linter:template:forbidden-annotation", "kyverno:restrict-annotations", "kyverno:allowed-annotations"},
        .options = forbidden_options,
        .examples = forbidden_annotations_examples,
        .run = on_every_object(forbidden_annotations),
    },
    {
        .id = "recommended-labels",
        .title = "Recommended app.kubernetes.io labels are missing.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Dashboards and tools find what belongs together by the common labels of Kubernetes.",
        .aliases = {"kubescape:C-0077", "rhcop:OCP_BESTPRACT-00001"},
        .options = recommended_options,
        .examples = recommended_labels_examples,
        .run = on_every_object(recommended_labels),
    },
    {
        .id = "instance-label-mismatch",
        .title = "Label app.kubernetes.io/instance differs from the object name.",
        .category = Category::style,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "The instance label names this copy of an application. When it differs from the object's name, people look for the "
               "wrong thing.",
        .aliases = {"polaris:metadataAndInstanceMismatched"},
        .examples = instance_label_mismatch_examples,
        .run = on_every_object(instance),
    },
    {
        .id = "label-key-convention",
        .title = "Label key breaks the house convention.",
        .category = Category::style,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "A prefix says whose label it is and keeps two tools from fighting over one key.",
        .aliases = {"rhcop:OCP_BESTPRACT-00006"},
        .options = prefix_options,
        .examples = label_key_convention_examples,
        .run = on_every_object(key_convention),
    },
};

extern constinit const std::span<const Check> label_policy = table;

}
