#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::argo_cd_object_placement {

static void judge_application(const kubernetes::Object& object, Reporter& report) {
    if (const yaml::Node project = object.at("spec.project"); project.text() == "default")
        report.at(project, "project 'default' may deploy anything anywhere; use a project of its own").only({"kyverno:application-prevent-default-project"});
}

static void judge_project(const kubernetes::Object& object, Reporter& report) {
    for (yaml::Node item : object.at("spec.clusterResourceWhitelist").items())
        if (item["kind"].text() == "*" && item["group"].text() == "*")
            report.at(item, "the project may create every kind of cluster-wide object; list the ones it needs")
                .only({"kyverno:appproject-clusterresourceblacklist"});
    for (yaml::Node target : object.at("spec.destinations").items())
        if (target["namespace"].text() == "*" && (target["server"].text() == "*" || target["name"].text() == "*"))
            report.at(target, "the project may deploy to every namespace of every cluster; list its own").only({"kyverno:application-field-validation"});
}

static void run(const kubernetes::Object& object, Reporter& report) {
    if (object.is("ConfigMap")) {
        static constexpr std::string_view names[] = {
            "argocd-cm", "argocd-rbac-cm", "argocd-cmd-params-cm", "argocd-tls-certs-cm", "argocd-ssh-known-hosts-cm", "argocd-notifications-cm"};
        for (std::string_view name : names)
            if (object.name() == name && object.label("app.kubernetes.io/part-of") != "argocd" && !object.is_fragment())
                report.missing(object, "metadata.labels", "Argo CD only reads this map with the label app.kubernetes.io/part-of: argocd; add it")
                    .only({"datree:ARGO_CONFIGMAP_MISSING_PART_OF_LABEL_VALUE_ARGOCD"});
        return;
    }
    const std::optional<std::string_view> place = object.declared_namespace();
    if (object.kind() == "AppProject" && place && !place->empty() && place->find("argo") == std::string_view::npos &&
        place->find("gitops") == std::string_view::npos)
        report.at(object.metadata()["namespace"], "Argo CD looks for projects in its own namespace only, not in " + quote(*place))
            .only({"datree:ARGO_APP_PROJECT_INCORRECT_NAMESPACE_VALUE"});
    if (object.kind() == "Application") judge_application(object, report);
    if (object.kind() == "AppProject") judge_project(object, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: shop, namespace: default}
                                  ^^^^^^^ Argo CD looks for projects in its own namespace only, not in 'default'
spec:
  clusterResourceWhitelist:
  - group: "*"
    ^^^^^^^^^^ the project may create every kind of cluster-wide object; list the ones it needs
    kind: "*"
---
apiVersion: v1
kind: ConfigMap
metadata:
^^^^^^^^ Argo CD only reads this map with the label app.kubernetes.io/part-of: argocd; add it
  name: argocd-cm
)",
                                        .good = R"(
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec: {project: shop}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  labels: {app.kubernetes.io/part-of: argocd}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check argo_cd_object_placement = {
    .id = "argo-cd-object-placement",
    .title = "Argo CD object is in the wrong place or unlabelled.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Argo CD takes no notice of objects in the wrong place or without its label, and says nothing about it. Projects are "
           "what keeps teams apart in it.",
    .aliases = {"datree:ARGO_APP_PROJECT_INCORRECT_NAMESPACE_VALUE", "datree:ARGO_CONFIGMAP_MISSING_PART_OF_LABEL_VALUE_ARGOCD",
                "kyverno:application-prevent-default-project", "kyverno:application-field-validation", "kyverno:appproject-clusterresourceblacklist"},
    .examples = examples,
    .run = on_objects({"argoproj.io/Application", "argoproj.io/AppProject", "ConfigMap"}, run),
};

}
