#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

// The labels of Pod Security admission on namespaces.

namespace plimsoll::checks::namespace_pod_security {

static constexpr std::string_view enforce = "pod-security.kubernetes.io/enforce";

static bool is_level(std::string_view value) { return value == "privileged" || value == "baseline" || value == "restricted"; }

// Namespaces of the system itself need what the profiles forbid.
static bool is_exempt(const kubernetes::Object& object, const Reporter& report) {
    const std::string_view name = object.name();
    if (name.starts_with("kube-") || name.starts_with("openshift-")) return true;
    const std::vector<std::string>& exempt = report.list("exempt-namespaces");
    return std::find(exempt.begin(), exempt.end(), name) != exempt.end();
}

static constexpr Option options[] = {{.name = "exempt-namespaces", .what = "names of namespaces that are left alone"}};

static void missing(const kubernetes::Object& object, Reporter& report) {
    if (object.is_fragment() || object.labels().has(enforce) || is_exempt(object, report)) return;
    report.missing(object, "metadata.labels", "no Pod Security profile is enforced here; add the label " + std::string(enforce));
}

static void privileged(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node level = object.labels()[enforce];
    if (level.text() == "privileged" && !is_exempt(object, report)) report.at(level, "'privileged' enforces nothing; use baseline or restricted");
}

static void not_restricted(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node level = object.labels()[enforce];
    if (is_exempt(object, report) || level.is_placeholder()) return;
    if (level.text() == "baseline" || level.text() == "privileged")
        report.at(level, quote(level.scalar()) + " allows more than most programs need; use restricted");
    else if (!level && !object.is_fragment())
        report.missing(object, "metadata.labels", "the restricted profile is not enforced; add the label " + std::string(enforce) + ": restricted");
}

static bool is_version(std::string_view value) {
    if (value == "latest") return true;
    return value.starts_with("v1.") && value.size() > 3 && value.find_first_not_of("0123456789", 3) == std::string_view::npos;
}

static void invalid(const kubernetes::Object& object, Reporter& report) {
    constexpr std::string_view prefix = "pod-security.kubernetes.io/";
    for (yaml::Entry entry : object.labels().entries()) {
        std::string_view mode = entry.key.scalar();
        const std::optional<std::string_view> value = entry.value.text();
        if (!mode.starts_with(prefix) || !value) continue;
        mode.remove_prefix(prefix.size());
        const bool version = mode.ends_with("-version");
        if (version) mode.remove_suffix(8);
        if (mode != "enforce" && mode != "audit" && mode != "warn") {
            report.at(entry.key, quote(mode) + " is no mode of Pod Security admission; use enforce, audit or warn");
        } else if (version) {
            if (!is_version(*value))
                report.at(entry.value, quote(*value) + " is no version, and admission refuses the namespace; use latest or one like v1.34");
            if (!object.labels().has(entry.key.scalar().substr(0, entry.key.scalar().size() - 8)) && !object.is_fragment())
                report.at(entry.key, "a version without a level does nothing; add the label " + std::string(prefix) + std::string(mode));
        } else if (!is_level(*value)) {
            report.at(entry.value, quote(*value) + " is no level, and admission refuses the namespace; use privileged, baseline or restricted");
        }
    }
}

static constexpr Example namespace_psa_missing_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
  ^^^^^^ no Pod Security profile is enforced here; add the label pod-security.kubernetes.io/enforce
    pod-security.kubernetes.io/warn: baseline
)",
                                                              .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
)",
                                                              .path = "app.yaml",
                                                              .fixed = false}};

static constexpr Example namespace_psa_privileged_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: privileged
                                        ^^^^^^^^^^ 'privileged' enforces nothing; use baseline or restricted
)",
                                                                 .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
)",
                                                                 .path = "app.yaml",
                                                                 .fixed = false}};

static constexpr Example namespace_psa_not_restricted_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
                                        ^^^^^^^^ 'baseline' allows more than most programs need; use restricted
)",
                                                                     .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restricted
)",
                                                                     .path = "app.yaml",
                                                                     .fixed = false}};

static constexpr Example namespace_psa_label_invalid_examples[] = {{.bad = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restrictd
                                        ^^^^^^^^^ 'restrictd' is no level, and admission refuses the namespace; use privileged, baseline or restricted
    pod-security.kubernetes.io/enforced: baseline
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'enforced' is no mode of Pod Security admission; use enforce, audit or warn
    pod-security.kubernetes.io/enforce-version: 1.34.1
                                                ^^^^^^ '1.34.1' is no version, and admission refuses the namespace; use latest or one like v1.34
)",
                                                                    .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: v1.34
)",
                                                                    .path = "app.yaml",
                                                                    .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "namespace-psa-missing",
        .title = "Namespace has no Pod Security admission label.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Without the label only the cluster's default applies, which is to allow everything. The labels warn and audit alone "
               "refuse no pod.",
        .aliases = {"kubescape:C-0192", "mondoo:namespace-enforces-pod-security", "kyverno:add-psa-labels"},
        .standards = {"CIS-K8s-5.2.1", "NSA-pod-hardening", "OWASP-K04"},
        .options = options,
        .examples = namespace_psa_missing_examples,
        .run = on_objects({"Namespace"}, missing),
    },
    {
        .id = "namespace-psa-privileged",
        .title = "Namespace enforces less than the baseline profile.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The privileged profile forbids nothing: a pod of this namespace may take over its node. Keep it for namespaces of node "
               "agents, and name those in the option.",
        .aliases = {"kubescape:C-0193", "kubescape:C-0194", "kubescape:C-0195", "kubescape:C-0196", "kubescape:C-0199", "kubescape:C-0202", "kubescape:C-0203",
                    "kubescape:C-0204", "kyverno:deny-privileged-profile"},
        .standards = {"CIS-K8s-5.2.2", "CIS-K8s-5.2.3", "CIS-K8s-5.2.4", "CIS-K8s-5.2.5", "OWASP-K04"},
        .options = options,
        .examples = namespace_psa_privileged_examples,
        .run = on_objects({"Namespace"}, privileged),
    },
    {
        .id = "namespace-psa-not-restricted",
        .title = "Namespace does not enforce the restricted profile.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "The restricted profile asks for what a well-made program does anyway: no root, no extra capabilities, a seccomp "
               "profile.",
        .aliases = {"kubescape:C-0197", "kubescape:C-0198", "kubescape:C-0200", "kubescape:C-0201"},
        .standards = {"CIS-K8s-5.2.6", "CIS-K8s-5.2.7", "CIS-K8s-5.2.9", "OWASP-K04"},
        .options = options,
        .examples = namespace_psa_not_restricted_examples,
        .run = on_objects({"Namespace"}, not_restricted),
    },
    {
        .id = "namespace-psa-label-invalid",
        .title = "Pod Security admission label is invalid.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Admission refuses a namespace whose level or version it does not know, and takes no notice of a mode that is misspelt: "
               "then nothing is enforced.",
        .examples = namespace_psa_label_invalid_examples,
        .run = on_objects({"Namespace"}, invalid),
    },
};

extern constinit const std::span<const Check> namespace_pod_security = table;

}
