#include "checks/kubernetes/refusal.h"

// The label selectors of workloads.

namespace plimsoll::checks::workload_selector {

using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Selector;
using yaml::Node;

// kube-score has a rule for each of two kinds.
static void keep_aliases(const Object& object, Draft draft) {
    if (object.is("StatefulSet"))
        draft.only({"kube-linter:mismatching-selector", "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels", "kubescape:C-0296",
                    "popeye:508", "helm-lint:validateMatchSelector", refused});
    else if (object.is("Deployment"))
        draft.only({"kube-linter:mismatching-selector", "kube-score:deployment-pod-selector-labels-match-template-metadata-labels", "kubescape:C-0296",
                    "popeye:508", "helm-lint:validateMatchSelector", refused});
    else
        draft.only({"kube-linter:mismatching-selector", "kubescape:C-0296", "popeye:508", "helm-lint:validateMatchSelector", refused});
}

static void judge_match(const Object& object, const Selector& selector, Reporter& report) {
    const Node labels = object.at("spec.template.metadata.labels");
    if (selector.matches(labels) != Match::no) return;
    const Node unmet = selector.first_unmet(labels), wrong = unmet ? unmet : selector.node();
    Draft draft = report.at(wrong, "the template's labels do not meet this requirement; the API server refuses that, so make them equal");
    keep_aliases(object, draft);
    // The API server names the labels.
    if (Refusals(object, report).as_server()) draft.field("spec.template.metadata.labels");
    if (labels) draft.related(labels.key().span(), "the labels of the template");
}

// What the API server says where the selector is missing; it took the labels of the template in old versions.
static void judge_absent(const Object& object, Reporter& report) {
    const bool old = object.group() != "apps" || object.version() != "v1";
    const bool labelled = !object.at("spec.template.metadata.labels").empty();
    if (object.is("Job") || object.is("ReplicationController") || !object.spec().is_mapping() || (old && labelled)) return;
    // What the schema of today wants is said by it.
    if (old && !object.is("DaemonSet")) report.missing(object, "spec.selector", "spec.selector is missing; select the template's labels");
    report.missing(object, "spec.selector", "without a selector the template's labels are not selected").field("spec.template.metadata.labels");
}

static void run_mismatch(const Object& object, Reporter& report) {
    const Node node = object.spec()["selector"];
    if (!Refusals(object, report).whole()) return;
    if (Refusals(object, report).as_server() && !node.is_set()) return judge_absent(object, report);
    if (!object.at("spec.template").is_mapping()) return;
    if (object.is("ReplicationController")) {
        if (node.is_mapping() && !node.empty()) judge_match(object, Selector::map(node), report);
        return;
    }
    const bool job = object.is("Job");
    if (job && !object.spec()["manualSelector"].is_true()) return;
    // Old versions took the selector from the template. Without labels in either place, Kustomize's labels are to come.
    if (!node.is_set()) {
        if (object.group() == "apps" && object.version() == "v1" && !object.at("spec.template.metadata.labels").empty())
            keep_aliases(object,
                         report.missing(object, "spec.selector", "spec.selector is missing; the API server refuses that, so select the template's labels"));
        return;
    }
    if (!node.is_mapping()) return;
    const Selector selector = Selector::labels(node);
    if (selector.empty())
        keep_aliases(object, report.at(node.key(), "an empty selector would select every pod; the API server refuses that, so select the template's labels"));
    else if (!selector.valid())
        keep_aliases(object,
                     report.at(node.key(), "the selector has an unknown operator, or values where none or some are needed; the API server refuses that"));
    else
        judge_match(object, selector, report);
}

// "1.2", "v1.2.3-rc1": a release; "v1" alone is often the name of a variant.
static bool is_release(std::string_view text) {
    if (text.starts_with('v')) text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
    return text.substr(0, dot).find_first_not_of("0123456789") == std::string_view::npos && text[dot + 1] >= '0' && text[dot + 1] <= '9';
}

static bool is_hash(std::string_view text) {
    return text.size() >= 7 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

static bool is_volatile(std::string_view key, std::string_view value) {
    if (key == "helm.sh/chart") return true;
    if (key == "chart") return value.find('-') != std::string_view::npos && is_release(value.substr(value.rfind('-') + 1));
    for (std::string_view name : {"app.kubernetes.io/version", "version", "appVersion", "app-version", "release-version", "image-tag", "imageTag", "tag",
                                  "build", "revision", "commit", "git-commit", "git-sha", "gitCommit", "sha", "date"})
        if (key == name) return is_release(value) || is_hash(value);
    return false;
}

static void run_volatile(const Object& object, Reporter& report) {
    for (const yaml::Entry& entry : object.at("spec.selector.matchLabels").entries())
        if (is_volatile(entry.key.scalar(), entry.value.scalar()))
            report.at(entry.key, quote(entry.key.scalar()) + " changes with each release, but a selector may not change; leave it to the template's labels");
}

static constexpr Example mismatch_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector:
    matchLabels: {app: web, tier: front}
                                  ^^^^^ the template's labels do not meet this requirement; the API server refuses that, so make them equal
  template:
    metadata: {labels: {app: web, tier: back}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector:
    matchExpressions: [{key: app, operator: In, values: [web, site]}]
  template:
    metadata: {labels: {app: web, tier: back}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .path = "app.yaml"},
                                                {.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
^^^^ spec.selector is missing; the API server refuses that, so select the template's labels
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.org/agent:1.0"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {}
  ^^^^^^^^ an empty selector would select every pod; the API server refuses that, so select the template's labels
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.org/db:1.0"}]}
)",
                                                 .good = R"(
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: old, image: "example.org/old:1.0"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: once, image: "example.org/once:1.0"}]}
)",
                                                 .path = "app.yaml"}};

static constexpr Example volatile_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector:
    matchLabels:
      app: web
      helm.sh/chart: web-1.4.0
      ^^^^^^^^^^^^^ 'helm.sh/chart' changes with each release, but a selector may not change; leave it to the template's labels
      version: 1.4.0
      ^^^^^^^ 'version' changes with each release, but a selector may not change; leave it to the template's labels
  template:
    metadata: {labels: {app: web, helm.sh/chart: web-1.4.0, version: 1.4.0}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector:
    matchLabels: {app: web, version: v1}
  template:
    metadata: {labels: {app: web, version: v1, helm.sh/chart: web-1.4.0}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
)",
                                                 .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "selector-template-mismatch",
     .title = "Workload selector and template labels disagree.",
     .category = Category::correctness,
     .severity = Severity::critical,
     .profile = Profile::bugs,
     .why = "A controller finds its pods by their labels. If the template's labels do not meet the selector it would make pods for ever and see none of them, "
            "so the API "
            "server refuses the object.",
     .aliases = {"kube-linter:mismatching-selector", "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
                 "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels", "kubescape:C-0296", "popeye:508",
                 "helm-lint:validateMatchSelector", refused},
     .examples = mismatch_examples,
     .run = on_objects({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"}, run_mismatch)},
    {.id = "selector-volatile-label",
     .title = "Immutable selector contains a changing label.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "Selectors of workloads cannot be changed once the object exists. With a chart or release version among them the next upgrade fails until somebody "
            "deletes the "
            "workload.",
     .examples = volatile_examples,
     .run = on_objects({"Deployment", "StatefulSet", "DaemonSet"}, run_volatile)},
};

extern constinit const std::span<const Check> workload_selector = table;

}
