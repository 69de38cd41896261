#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::openshift_scc_privileged {

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node value = object["allowPrivilegedContainer"];
    if (value.is_true())
        report.at(value, "whoever may use this SecurityContextConstraints may run privileged containers; set allowPrivilegedContainer to false");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata:
  name: builders
allowPrivilegedContainer: true
                          ^^^^ whoever may use this SecurityContextConstraints may run privileged containers; set allowPrivilegedContainer to false
runAsUser: {type: RunAsAny}
seLinuxContext: {type: RunAsAny}
)",
                                        .good = R"(
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata:
  name: builders
allowPrivilegedContainer: false
runAsUser: {type: MustRunAsNonRoot}
seLinuxContext: {type: MustRunAs}
)",
                                        .path = "app.yaml"}};

extern constinit const Check openshift_scc_privileged = {
    .id = "openshift-scc-privileged",
    .title = "SecurityContextConstraints allows privileged containers.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "On OpenShift a SecurityContextConstraints object says what the pods of its users and groups may do. A privileged container owns the node, so the "
           "right to run one is the right to the cluster.",
    .aliases = {"kube-linter:scc-deny-privileged-container", "kyverno:disallow-security-context-constraint-anyuid"},
    .examples = examples,
    .run = on_objects({"security.openshift.io/SecurityContextConstraints"}, run),
};

}
