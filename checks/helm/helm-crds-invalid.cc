#include <vector>

#include "checks/helm/chart.h"

namespace plimsoll::checks::helm_crds_invalid {

namespace {

using kubernetes::Object;

bool is_definition(const Object& object) { return object.is("CustomResourceDefinition"); }

// Whether the definition is that of the object's kind.
bool defines(const Object& definition, const Object& object) {
    const yaml::Node spec = definition.spec();
    return spec.at("names.kind").text_or_empty() == object.kind() && spec["group"].text_or_empty() == object.group();
}

void judge_template(const Object& definition, const kubernetes::Manifest& file, Reporter& report) {
    if (definition.annotations().has("helm.sh/hook")) return;
    for (const auto& object : file.objects()) {
        if (object->builtin() || template_of(*object).empty() || object->annotations().has("helm.sh/hook") || !defines(definition, *object)) continue;
        report
            .at(definition, definition.head(),
                "the chart's own " + quote(object->kind()) + " is checked before this is installed, so the first installation fails; put it into crds/")
            .related(*object, object->head(), "the object of that kind");
        return;
    }
}

void misplaced(const Object& object, Reporter& report) {
    report.at(object, object.head(),
              "a " + quote(object.kind()) + " lies in crds/, where Helm installs once and never updates or deletes; move it to templates/");
}

// The file lies in the crds/ of a chart.
bool in_definitions_folder(const kubernetes::Manifest& file, const Reporter& report) {
    const std::string& folder = report.context().folder();
    return (folder == "crds" || folder.ends_with("/crds")) && file.file_class() == kubernetes::FileClass::objects &&
           report.context().exists_around("../Chart.yaml") == true;
}

void run(const kubernetes::Manifest& file, Reporter& report) {
    const bool among_definitions = in_definitions_folder(file, report);
    for (const auto& object : file.objects()) {
        if (among_definitions && !is_definition(*object)) {
            misplaced(*object, report);
            continue;
        }
        if (template_of(*object).empty()) continue;
        if (is_definition(*object) && rendered_from_folder(*object, "templates"))
            judge_template(*object, file, report);
        else if (!is_definition(*object) && rendered_from_folder(*object, "crds"))
            misplaced(*object, report);
    }
}

constexpr Example examples[] = {{.bad = R"(
# Source: shop/crds/namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
                 ^^^^ a 'Namespace' lies in crds/, where Helm installs once and never updates or deletes; move it to templates/
)",
                                 .good = R"(
# Source: shop/templates/namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)",
                                 .path = "app.yaml",
                                 .fixed = false},
                                {.bad = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
                 ^^^^ a 'Namespace' lies in crds/, where Helm installs once and never updates or deletes; move it to templates/
)",
                                 .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
)",
                                 .files = {"shop/Chart.yaml=name: shop\n"},
                                 .path = "shop/crds/all.yaml"},
                                {.bad = R"(
# Source: shop/templates/definition.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
                 ^^^^^^^^^^^^^^^^^ the chart's own 'Shop' is checked before this is installed, so the first installation fails; put it into crds/
spec: {group: example.org, names: {kind: Shop, plural: shops}}
---
# Source: shop/templates/shop.yaml
apiVersion: example.org/v1
kind: Shop
metadata: {name: first}
)",
                                 .good = R"(
# Source: shop/templates/definition.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
spec: {group: example.org, names: {kind: Shop, plural: shops}}
)",
                                 .path = "app.yaml",
                                 .fixed = false}};

}

extern constinit const Check helm_crds_invalid = {
    .id = "helm-crds-invalid",
    .title = "Custom resource definitions and other objects are in each other's place.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Helm installs crds/ before everything else, does not render it and never touches it again. Definitions belong there when the chart has objects of "
           "their "
           "kinds; anything else does not.",
    .aliases = {"helm-lint:validateCrdsDir", "helm-lint:validateCrdAPIVersion", "helm-lint:validateCrdKind", "chart-verifier:not-contains-crds"},
    .examples = examples,
    .run = on_manifests(run),
};

}
