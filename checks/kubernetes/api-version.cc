#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/engine/config.h"
#include "analyzer/kubernetes/lifecycle.h"

// Versions of API groups that are gone, going or not yet there.

namespace plimsoll::checks::api_version {

// "use apps/v1", with the kind where that changed as well.
static std::string advice(const kubernetes::Lifecycle& row) {
    if (row.replacement.empty()) return "it has no successor";
    if (row.replacement_kind.empty()) return "use " + std::string(row.replacement);
    return "use " + std::string(row.replacement_kind) + " of " + std::string(row.replacement);
}

static void offer_fix(Draft draft, const kubernetes::Object& object, const kubernetes::Lifecycle& row) {
    if (row.same_fields)
        draft.fix("Use " + std::string(row.replacement), Safety::unsafe,
                  yaml::replace_scalar(object.manifest().source(), object["apiVersion"], row.replacement));
}

// The rule of KubeLinter looks for this word in the group; those of datree name one release each.
static std::string_view linter_alias(const kubernetes::Lifecycle& row, std::string_view otherwise) {
    return row.group.find("extensions") != std::string_view::npos ? "kube-linter:no-extensions-v1beta" : otherwise;
}

static std::string_view datree_alias(std::string_view prefix, const Check& check, int minor, std::string_view otherwise) {
    const std::string wanted = std::string(prefix) + std::to_string(minor);
    for (std::string_view alias : check.aliases)
        if (alias == wanted) return alias;
    return otherwise;
}

static std::string subject(const kubernetes::Object& object) { return quote(object.api_version()) + " " + std::string(object.kind()); }

static bool is_gone(const kubernetes::Lifecycle& row, const Reporter& report) {
    return row.removed && kubernetes::target_minor(report.settings().kubernetes_version) >= row.removed;
}

static void removed(const kubernetes::Object& object, Reporter& report) {
    const kubernetes::Lifecycle* row = kubernetes::lifecycle_of(object.group(), object.version(), object.kind());
    if (!row) return;
    if (!row->gone_since.empty()) {
        report.at(object["apiVersion"], subject(object) + " is not served since " + std::string(row->gone_since) + "; " + advice(*row)).only({"pluto:removed"});
    } else if (is_gone(*row, report)) {
        Draft draft =
            report.at(object["apiVersion"], subject(object) + " is not served since Kubernetes 1." + std::to_string(row->removed) + "; " + advice(*row));
        draft.only({"trivy:KSV-0107", "kube-score:stable-version", "kics:94b76ea5-e074-4ca2-8a03-c5a606e30645", "kubeaudit:DeprecatedAPIUsed", "pluto:removed",
                    "popeye:403", "kyverno:check-deprecated-apis", "gatekeeper:verifydeprecatedapi", "sonar:S1874", "helm-lint:validateNoDeprecations",
                    linter_alias(*row, "pluto:removed"), datree_alias("datree:K8S_REMOVED_APIVERSION_1.", report.check(), row->removed, "pluto:removed")});
        offer_fix(draft, object, *row);
    }
}

static void deprecated(const kubernetes::Object& object, Reporter& report) {
    const kubernetes::Lifecycle* row = kubernetes::lifecycle_of(object.group(), object.version(), object.kind());
    if (!row || (row->replacement.empty() && !row->deprecated)) return;
    if (!row->deprecated_since.empty()) {
        report.at(object["apiVersion"], subject(object) + " is deprecated since " + std::string(row->deprecated_since) + "; " + advice(*row))
            .only({"pluto:deprecated"});
        return;
    }
    const int target = kubernetes::target_minor(report.settings().kubernetes_version);
    if (!row->deprecated || target < row->deprecated || is_gone(*row, report)) return;
    std::string message = subject(object) + " is deprecated since Kubernetes 1." + std::to_string(row->deprecated);
    if (row->removed) message += " and goes in 1." + std::to_string(row->removed);
    Draft draft = report.at(object["apiVersion"], message + "; " + advice(*row));
    draft.only({"trivy:KSV-0107", "kube-score:stable-version", "kics:94b76ea5-e074-4ca2-8a03-c5a606e30645", "kubeaudit:DeprecatedAPIUsed", "pluto:deprecated",
                "popeye:403", "kyverno:check-deprecated-apis", "gatekeeper:verifydeprecatedapi", "sonar:S1874", "helm-lint:validateNoDeprecations",
                linter_alias(*row, "pluto:deprecated"),
                datree_alias("datree:K8S_DEPRECATED_APIVERSION_1.", report.check(), row->deprecated, "pluto:deprecated")});
    offer_fix(draft, object, *row);
}

static void unstable(const kubernetes::Object& object, Reporter& report) {
    if (!object.builtin()) return;
    const bool alpha = object.version().find("alpha") != std::string_view::npos;
    if (!alpha && object.version().find("beta") == std::string_view::npos) return;
    const kubernetes::Lifecycle* row = kubernetes::lifecycle_of(object.group(), object.version(), object.kind());
    if (row && is_gone(*row, report)) return;
    const bool has_stable =
        row && !row->replacement.empty() && row->replacement.find("alpha") == std::string_view::npos && row->replacement.find("beta") == std::string_view::npos;
    if (has_stable)
        report.at(object["apiVersion"], subject(object) + " has a stable version; " + advice(*row));
    else if (alpha)
        report.at(object["apiVersion"], subject(object) + " is off by default and may change or go with any release");
}

static constexpr Example api_version_removed_examples[] = {
    {.bad = R"(
apiVersion: apps/v1beta2
            ^^^^^^^^^^^^ 'apps/v1beta2' Deployment is not served since Kubernetes 1.16; use apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web:1.4.2}
)",
     .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web:1.4.2}
)",
     .path = "app.yaml"},
    {.bad = R"(
apiVersion: extensions/v1beta1
            ^^^^^^^^^^^^^^^^^^ 'extensions/v1beta1' Ingress is not served since Kubernetes 1.22; use networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  backend: {serviceName: web, servicePort: 80}
---
apiVersion: cert-manager.io/v1alpha2
            ^^^^^^^^^^^^^^^^^^^^^^^^ 'cert-manager.io/v1alpha2' Issuer is not served since cert-manager 1.6; use cert-manager.io/v1
kind: Issuer
metadata: {name: ca}
spec:
  selfSigned: {}
)",
     .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend:
    service: {name: web, port: {number: 80}}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example api_version_deprecated_examples[] = {
    {.bad = R"(
apiVersion: v1
            ^^ 'v1' Endpoints is deprecated since Kubernetes 1.33; use EndpointSlice of discovery.k8s.io/v1
kind: Endpoints
metadata: {name: db}
subsets:
- addresses: [{ip: 192.0.2.10}]
  ports: [{port: 5432}]
)",
     .good = R"(
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
endpoints:
- addresses: [192.0.2.10]
ports: [{port: 5432}]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: batch/v1beta1
            ^^^^^^^^^^^^^ 'batch/v1beta1' CronJob is deprecated since Kubernetes 1.21 and goes in 1.25; use batch/v1
kind: CronJob
metadata: {name: report}
)",
     .good = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
)",
     .config = R"(kubernetes-version: "1.22")",
     .path = "app.yaml"},
};

static constexpr Example api_version_alpha_examples[] = {{.bad = R"(
apiVersion: internal.apiserver.k8s.io/v1alpha1
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'internal.apiserver.k8s.io/v1alpha1' StorageVersion is off by default and may change or go with any release
kind: StorageVersion
metadata: {name: apps.deployments}
spec: {}
)",
                                                          .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web:1.4.2}
)",
                                                          .path = "app.yaml",
                                                          .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "api-version-removed",
        .title = "apiVersion is not served by the target Kubernetes version.",
        .category = Category::deprecation,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "The API server refuses the object: this version of the kind is gone. Say which Kubernetes version you run with "
               "kubernetes-version; without it the newest one counts.",
        .aliases = {"trivy:KSV-0107", "kube-linter:no-extensions-v1beta", "kube-score:stable-version", "kics:94b76ea5-e074-4ca2-8a03-c5a606e30645",
                    "datree:K8S_REMOVED_APIVERSION_1.22", "datree:K8S_REMOVED_APIVERSION_1.23", "datree:K8S_REMOVED_APIVERSION_1.24",
                    "datree:K8S_REMOVED_APIVERSION_1.25", "datree:K8S_REMOVED_APIVERSION_1.26", "datree:K8S_REMOVED_APIVERSION_1.27",
                    "kubeaudit:DeprecatedAPIUsed", "pluto:removed", "popeye:403", "kyverno:check-deprecated-apis", "gatekeeper:verifydeprecatedapi",
                    "sonar:S1874", "helm-lint:validateNoDeprecations"},
        .standards = {"OWASP-K10"},
        .examples = api_version_removed_examples,
        .run = on_every_object(removed),
    },
    {
        .id = "api-version-deprecated",
        .title = "apiVersion is deprecated.",
        .category = Category::deprecation,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .fix = Safety::unsafe,
        .why = "The version is still served, but a later Kubernetes will refuse it, and then an upgrade of the cluster breaks the next "
               "deployment.",
        .aliases = {"trivy:KSV-0107", "kube-linter:no-extensions-v1beta", "kube-score:stable-version", "kics:94b76ea5-e074-4ca2-8a03-c5a606e30645",
                    "datree:K8S_DEPRECATED_APIVERSION_1.16", "datree:K8S_DEPRECATED_APIVERSION_1.17", "datree:K8S_DEPRECATED_APIVERSION_1.19",
                    "datree:K8S_DEPRECATED_APIVERSION_1.21", "datree:K8S_DEPRECATED_APIVERSION_1.22", "datree:K8S_DEPRECATED_APIVERSION_1.23",
                    "datree:K8S_DEPRECATED_APIVERSION_1.24", "kubeaudit:DeprecatedAPIUsed", "pluto:deprecated", "popeye:403", "kyverno:check-deprecated-apis",
                    "gatekeeper:verifydeprecatedapi", "sonar:S1874", "helm-lint:validateNoDeprecations"},
        .standards = {"OWASP-K10"},
        .examples = api_version_deprecated_examples,
        .run = on_every_object(deprecated),
    },
    {
        .id = "api-version-alpha",
        .title = "Alpha or beta API is used.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Alpha versions are off unless the cluster turns them on, and may change or disappear with any release. A beta version "
               "beside a stable one is only kept for old manifests.",
        .aliases = {"kube-score:stable-version"},
        .examples = api_version_alpha_examples,
        .run = on_every_object(unstable),
    },
};

extern constinit const std::span<const Check> api_version = table;

}
