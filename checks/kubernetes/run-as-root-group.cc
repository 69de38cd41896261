#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::run_as_root_group {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    kubernetes::each_setting(
        pod, [](const kubernetes::Container& container) { return container.run_as_group(); },
        [&](const auto& group, const auto* container) {
            if (group.value != 0) return;
            Draft draft = report.at(group.node, "the primary group is root; set runAsGroup above 0");
            if (container) draft.container(*container);
            draft.without("gatekeeper:fsgroup");
            if (!group.from_pod) draft.without("trivy");   // reads the pod's setting only
        });
    const Node security = pod.security();
    for (const Node group : security["supplementalGroups"].items())
        if (group.integer() == 0)
            report.at(group, "the root group is among the supplementalGroups; remove it")
                .only({"trivy:KSV-0116", "kyverno:require-non-root-groups", "gatekeeper:users"});
    if (security["fsGroup"].integer() == 0)
        report.at(security["fsGroup"], "files of volumes get the root group; set fsGroup above 0")
            .only({"trivy:KSV-0116", "kyverno:require-non-root-groups", "gatekeeper:fsgroup"});
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    fsGroup: 0
             ^ files of volumes get the root group; set fsGroup above 0
    supplementalGroups: [1000, 0]
                               ^ the root group is among the supplementalGroups; remove it
    runAsGroup: 0
                ^ the primary group is root; set runAsGroup above 0
  containers:
  - name: app
    image: registry.example/app:1.2
  - name: log
    image: registry.example/log:1.2
    securityContext: {runAsGroup: 0}
                                  ^ the primary group is root; set runAsGroup above 0
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    fsGroup: 2000
    supplementalGroups: [1000]
    runAsGroup: 0
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {runAsGroup: 1000}
)",
                                        .path = "app.yaml"}};

extern constinit const Check run_as_root_group = {
    .id = "run-as-root-group",
    .title = "Root group used as primary, supplementary or fs group.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Many files of images and host paths can be read or written by group 0. A group of its own keeps a broken-into process away from them.",
    .aliases = {"trivy:KSV-0116", "kube-linter:run-as-non-root", "kubescape:C-0013", "kyverno:require-non-root-groups", "gatekeeper:users",
                "gatekeeper:fsgroup"},
    .standards = {"NSA-pod-nonroot"},
    .examples = examples,
    .run = on_pods(run),
};

}
