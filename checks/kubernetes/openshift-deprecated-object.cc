#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::openshift_deprecated_object {

namespace {

// Kinds that OpenShift first served in the core group, and the group each has now.
struct Moved {
    std::string_view kind, group;
};
constexpr Moved moved[] = {
    {"BuildConfig", "build.openshift.io"},
    {"Build", "build.openshift.io"},
    {"DeploymentConfig", "apps.openshift.io"},
    {"ImageStream", "image.openshift.io"},
    {"ImageStreamTag", "image.openshift.io"},
    {"Route", "route.openshift.io"},
    {"Template", "template.openshift.io"},
    {"Project", "project.openshift.io"},
    {"ProjectRequest", "project.openshift.io"},
    {"SecurityContextConstraints", "security.openshift.io"},
    {"OAuthClient", "oauth.openshift.io"},
    {"User", "user.openshift.io"},
    {"Group", "user.openshift.io"},
    {"Identity", "user.openshift.io"},
    {"ClusterResourceQuota", "quota.openshift.io"},
    {"RoleBindingRestriction", "authorization.openshift.io"},
};

void judge_strategy(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node strategy = object.at("spec.strategy");
    if (const yaml::Node jenkins = strategy["jenkinsPipelineStrategy"]; jenkins.is_set() || strategy["type"].text() == "JenkinsPipeline")
        report.at(jenkins.key() ? jenkins.key() : strategy["type"], "the pipeline strategy is deprecated; move the steps to Tekton or a Jenkinsfile of its own")
            .only({"rhcop:OCP_DEPRECATED", "kyverno:disallow-jenkins-pipeline-strategy"});
    if (const yaml::Node socket = strategy.at("customStrategy.exposeDockerSocket"); socket.is_true())
        report.at(socket, "a build with the node's container socket owns the node; remove exposeDockerSocket").only({"rhcop:OCP_DEPRECATED"});
}

}

static void run(const kubernetes::Object& object, Reporter& report) {
    if (object.api_version() == "v1" && !object.builtin()) {
        for (const Moved& row : moved)
            if (object.kind() == row.kind)
                report
                    .at(object["apiVersion"],
                        std::string(object.kind()) + " is served by " + std::string(row.group) + " now; write " + std::string(row.group) + "/v1")
                    .only({"rhcop:OCP_DEPRECATED", "kyverno:disallow-deprecated-apis"});
    }
    if (object.kind() == "BuildConfig") judge_strategy(object, report);
    if (object.group() == "servicecatalog.k8s.io" || object.group() == "automationbroker.io")
        report.at(object["apiVersion"], "the service catalog is gone since OpenShift 4.4; use operators").only({"rhcop:OCP_DEPRECATED"});
    if (object.is("operators.coreos.com/OperatorSource") || object.is("operators.coreos.com/CatalogSourceConfig"))
        report.at(object["kind"], std::string(object.kind()) + " is gone since OpenShift 4.6; use a CatalogSource").only({"rhcop:OCP_DEPRECATED"});
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
            ^^ Route is served by route.openshift.io now; write route.openshift.io/v1
kind: Route
metadata: {name: web}
---
apiVersion: build.openshift.io/v1
kind: BuildConfig
metadata: {name: web}
spec:
  strategy:
    jenkinsPipelineStrategy: {jenkinsfilePath: Jenkinsfile}
    ^^^^^^^^^^^^^^^^^^^^^^^ the pipeline strategy is deprecated; move the steps to Tekton or a Jenkinsfile of its own
)",
                                        .good = R"(
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check openshift_deprecated_object = {
    .id = "openshift-deprecated-object",
    .title = "Deprecated OpenShift object or build strategy.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Newer versions of OpenShift refuse these objects or take no notice of them.",
    .aliases = {"rhcop:OCP_DEPRECATED", "rhcop:OCP_BESTPRACT-00019", "rhcop:OCP_BESTPRACT-00027", "kyverno:disallow-jenkins-pipeline-strategy",
                "kyverno:disallow-deprecated-apis"},
    .examples = examples,
    .run = on_every_object(run),
};

}
