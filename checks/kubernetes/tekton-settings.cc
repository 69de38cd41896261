#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::tekton_settings {

static void judge_steps(yaml::Node spec, Reporter& report) {
    const bool common = spec.at("stepTemplate.securityContext").is_set();
    for (yaml::Node step : spec["steps"].items())
        if (!common && !step["securityContext"].is_set())
            report.at(step.head(), "the step runs with the rights its image wants; add a securityContext").only({"kyverno:require-tekton-securitycontext"});
}

// A bundle pins what runs; a name alone is looked up in the namespace.
static void judge_reference(yaml::Node reference, Reporter& report) {
    if (reference["name"].is_set() && !reference["bundle"].is_set() && !reference["resolver"].is_set())
        report.at(reference["name"], quote(reference["name"].scalar()) + " is whatever has that name in the namespace; refer to a bundle by digest")
            .only({"kyverno:require-tekton-bundle"});
}

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node spec = object.spec();
    const bool runs = object.kind() == "TaskRun" || object.kind() == "PipelineRun";
    if (object.kind() == "Task" || object.kind() == "ClusterTask") judge_steps(spec, report);
    if (runs) {
        judge_steps(spec["taskSpec"], report);
        judge_reference(spec["taskRef"], report);
        judge_reference(spec["pipelineRef"], report);
    }
    const std::vector<std::string>& allowed = report.list("allow-namespaces");
    const std::optional<std::string_view> place = object.declared_namespace();
    if (runs && place && !allowed.empty() && std::find(allowed.begin(), allowed.end(), *place) == allowed.end())
        report.at(object.metadata()["namespace"], quote(*place) + " is not for pipelines; use one of the namespaces of the configuration")
            .only({"kyverno:require-tekton-namespace-pipelinerun"});
}

static constexpr Option options[] = {{.name = "allow-namespaces", .what = "namespaces that runs may be in; any when empty"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: build}
spec:
  taskRef: {name: golang-build}
                  ^^^^^^^^^^^^ 'golang-build' is whatever has that name in the namespace; refer to a bundle by digest
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: test}
spec:
  steps:
  - {name: test, image: golang:1.25.3}
           ^^^^ the step runs with the rights its image wants; add a securityContext
)",
                                        .good = R"(
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: build}
spec:
  taskRef:
    resolver: bundles
    params: [{name: bundle, value: example.com/tasks@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945}]
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check tekton_settings = {
    .id = "tekton-settings",
    .title = "Tekton resource lacks hardening settings.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Pipelines hold the keys to sources and registries. What they run should be pinned, and run with no more rights than it "
           "needs.",
    .aliases = {"kyverno:require-tekton-bundle", "kyverno:require-tekton-securitycontext", "kyverno:require-tekton-namespace-pipelinerun",
                "kyverno:block-tekton-task-runs"},
    .options = options,
    .examples = examples,
    .run = on_objects({"tekton.dev/Task", "tekton.dev/ClusterTask", "tekton.dev/TaskRun", "tekton.dev/PipelineRun"}, run),
};

}
