#include "checks/helm/chart.h"

namespace plimsoll::checks::rendered_objects {

namespace {

using kubernetes::Object;

void run_list(const Object& object, Reporter& report) {
    if (!object.is_list_item()) return;
    if (const yaml::Node policy = object.annotations()["helm.sh/resource-policy"])
        report.at(policy, "Helm looks for resource policies on the List only, so this one has no effect; give the object a document of its own");
}

void run_hook(const Object& object, Reporter& report) {
    const yaml::Node hook = object.annotations()["helm.sh/hook"];
    if (hook && !object.annotations().has("helm.sh/hook-delete-policy"))
        report.at(hook, "what the hook made stays until its next run; say when it goes with helm.sh/hook-delete-policy");
}

void run_csi(const Object& object, Reporter& report) {
    if (!template_of(object).empty()) report.at(object, "the chart installs a CSI driver, which certified charts may not");
}

void run_crd_install(const Object& object, Reporter& report) {
    const yaml::Node hook = object.annotations()["helm.sh/hook"];
    if (hook.text_or_empty() == "crd-install") report.at(hook, "Helm passes over the hook crd-install since version 3; put the definition into crds/");
}

// requirements.yaml is the place of apiVersion v1.
void run_requirements(yaml::Node chart, Reporter& report) {
    if (chart["apiVersion"].text_or_empty() == "v2" && report.context().exists("requirements.yaml") == true)
        report.at(chart["apiVersion"], "requirements.yaml belongs to apiVersion v1; list the dependencies in Chart.yaml");
}

constexpr Example list_examples[] = {{.bad = R"(
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: data
    annotations: {helm.sh/resource-policy: keep}
                                           ^^^^ Helm looks for resource policies on the List only, so this one has no effect; give the object a document of its own
)",
                                      .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  annotations: {helm.sh/resource-policy: keep}
)",
                                      .path = "app.yaml"}};

constexpr Example hook_examples[] = {{.bad = R"(
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: pre-upgrade}
                              ^^^^^^^^^^^ what the hook made stays until its next run; say when it goes with helm.sh/hook-delete-policy
)",
                                      .good = R"(
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded}
)",
                                      .path = "app.yaml"}};

constexpr Example csi_examples[] = {{.bad = R"(
# Source: disks/templates/driver.yaml
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disks.example.org}
                 ^^^^^^^^^^^^^^^^^ the chart installs a CSI driver, which certified charts may not
)",
                                     .good = R"(
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disks.example.org}
)",
                                     .path = "app.yaml"}};

constexpr Example deprecated_examples[] = {{.bad = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.org
  annotations: {helm.sh/hook: crd-install}
                              ^^^^^^^^^^^ Helm passes over the hook crd-install since version 3; put the definition into crds/
)",
                                            .good = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.org}
)",
                                            .path = "app.yaml"},
                                           {.bad = R"(
apiVersion: v2
            ^^ requirements.yaml belongs to apiVersion v1; list the dependencies in Chart.yaml
name: shop
version: 1.0.0
)",
                                            .good = R"(
apiVersion: v1
name: shop
version: 1.0.0
)",
                                            .files = {"requirements.yaml=dependencies: []\n"},
                                            .path = "Chart.yaml"}};

constexpr Check table[] = {
    {.id = "helm-csi-objects",
     .title = "Chart installs CSI driver objects.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "A CSI driver reaches into every node; Red Hat's certification of charts leaves it to operators.",
     .aliases = {"chart-verifier:not-contain-csi-objects"},
     .examples = csi_examples,
     .run = on_objects({"CSIDriver"}, run_csi)},
    {.id = "helm-deprecated-function",
     .title = "Deprecated construct of Helm 2.",
     .category = Category::deprecation,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = "These were Helm 2's ways. Helm 3 and later read them for older charts only, or not at all.",
     .examples = deprecated_examples,
     .run = on_objects({"CustomResourceDefinition"}, run_crd_install) | on_charts<run_requirements>()},
    {.id = "helm-hook-without-delete-policy",
     .title = "Hook Job has no delete policy.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Helm deletes what a hook made only before the hook runs again, so finished Jobs and their pods stay for as long as there is no next release.",
     .examples = hook_examples,
     .run = on_objects({"Job", "Pod"}, run_hook)},
    {.id = "helm-list-annotation-ignored",
     .title = "Resource-policy annotation inside a List is ignored.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "Helm keeps or deletes whole documents. An item that was to be kept goes with its List when the release is removed.",
     .aliases = {"helm-lint:validateListAnnotations"},
     .examples = list_examples,
     .run = on_every_object(run_list)},
};

}

extern constinit const std::span<const Check> rendered_objects = table;

}
