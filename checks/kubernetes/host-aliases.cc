#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::host_aliases {

static void run_set(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node aliases = pod["hostAliases"];
    if (aliases.is_sequence() && !aliases.empty())
        report.at(aliases.key(), "these names are resolved from the manifest and no longer from DNS; put them into DNS or a Service without selector");
}

static void run_missing(const kubernetes::Pod& pod, Reporter& report) {
    if (report.flag("wanted") && !pod.partial && !pod["hostAliases"].is_set())
        report.missing(pod, "hostAliases", "the pod has no hostAliases; set them where this rule is wanted");
}

static constexpr Option missing_options[] = {
    {.name = "wanted", .type = Option::Type::flag, .value = "false", .what = "Asks for hostAliases in every pod; without it the check is silent."},
};

static constexpr Example set_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostAliases:
  ^^^^^^^^^^^ these names are resolved from the manifest and no longer from DNS; put them into DNS or a Service without selector
  - {ip: 10.1.2.3, hostnames: [db.example.org]}
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostAliases: []
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                            .path = "app.yaml"}};

static constexpr Example missing_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the pod has no hostAliases; set them where this rule is wanted
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                                .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostAliases:
  - {ip: 10.1.2.3, hostnames: [db.example.org]}
  containers: [{name: web, image: "example.org/web:1.4"}]
)",
                                                .config = "checks:\n  host-aliases-missing:\n    wanted: true\n",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "host-aliases-missing",
     .title = "Pod has no hostAliases (inverted peer rule).",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "One peer once asked for hostAliases in every pod. The rule is here so that its id can be named in settings and comments; host-aliases-set says "
            "the opposite.",
     .aliases = {"kics:72b03514-20ae-4409-8842-2dd70c2e25aa"},
     .options = missing_options,
     .examples = missing_examples,
     .run = on_pods(run_missing)},
    {.id = "host-aliases-set",
     .title = "Pod manages /etc/hosts through hostAliases.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Addresses then live in two places, DNS and the manifest, and go stale in one of them. "
            "Whoever may edit the manifest can send the pod's traffic somewhere else without touching DNS.",
     .aliases = {"trivy:KSV-0007", "kubesec:HostAliases", "mondoo:hostalias"},
     .examples = set_examples,
     .run = on_pods(run_set)},
};

extern constinit const std::span<const Check> host_aliases = table;

}
