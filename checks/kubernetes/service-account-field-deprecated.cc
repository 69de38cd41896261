#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::service_account_field_deprecated {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node old = pod["serviceAccount"], current = pod["serviceAccountName"];
    const std::string_view name = old.text_or_empty(), used = current.text_or_empty();
    if (name.empty() || name == used || current.is_placeholder()) return;
    const Source& source = pod.object->manifest().source();
    if (used.empty() && !current)
        report.at(old.key(), "serviceAccount is the old name of this field; call it serviceAccountName")
            .fix("Rename to serviceAccountName", Safety::safe, yaml::rename_key(source, old, "serviceAccountName"));
    else if (!used.empty())
        report.at(old, quote(name) + " is not used, because serviceAccountName says " + quote(used) + "; remove serviceAccount")
            .related(current.span(), "this account is used")
            .fix("Remove serviceAccount", Safety::safe, yaml::remove_entry(source, old));
    else
        report.at(old.key(), "serviceAccount is the old name of this field; write " + quote(name) + " into serviceAccountName");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccount: web  # reads leases
  ^^^^^^^^^^^^^^ serviceAccount is the old name of this field; call it serviceAccountName
  containers:
  - name: web
    image: example.org/web:1.4
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: web  # reads leases
  containers:
  - name: web
    image: example.org/web:1.4
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccount: old
                      ^^^ 'old' is not used, because serviceAccountName says 'web'; remove serviceAccount
      serviceAccountName: web
      containers:
      - name: web
        image: example.org/web:1.4
)",
                                        .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: example.org/web:1.4
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
 "spec": {"serviceAccount": "web", "containers": [{"name": "c", "image": "example.org/web:1.4"}]}}
          ^^^^^^^^^^^^^^^^ serviceAccount is the old name of this field; call it serviceAccountName
)",
                                        .good = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
 "spec": {"serviceAccountName": "web", "containers": [{"name": "c", "image": "example.org/web:1.4"}]}}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {serviceAccount: old, serviceAccountName: web, containers: [{name: c, image: "example.org/web:1.4"}]}
                       ^^^ 'old' is not used, because serviceAccountName says 'web'; remove serviceAccount
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {serviceAccount: web, serviceAccountName: web, containers: [{name: c, image: "example.org/web:1.4"}]}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check service_account_field_deprecated = {
    .id = "service-account-field-deprecated",
    .title = "Deprecated serviceAccount field used.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "serviceAccount is kept for old clients only. Where both fields are set, serviceAccountName decides and the other one misleads the reader.",
    .aliases = {"kube-linter:deprecated-service-account-field", "kubescape:C-0294", "kubeaudit:AutomountServiceAccountTokenDeprecated"},
    .examples = examples,
    .run = on_pods(run),
};

}
