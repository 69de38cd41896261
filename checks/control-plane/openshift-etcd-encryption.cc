#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::openshift_etcd_encryption {

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node type = object.at("spec.encryption.type");
    if (!type.is_set()) {
        if (!object.is_fragment()) report.missing(object, "spec.encryption.type", "etcd is not encrypted; set spec.encryption.type to aescbc or aesgcm");
    } else if (type.text() == "identity" || type.text() == "") {
        report.at(type, quote(type.scalar()) + " leaves etcd unencrypted; use aescbc or aesgcm");
    }
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: config.openshift.io/v1
kind: APIServer
metadata: {name: cluster}
spec:
  encryption: {type: identity}
                     ^^^^^^^^ 'identity' leaves etcd unencrypted; use aescbc or aesgcm
)",
     .good = R"(
apiVersion: config.openshift.io/v1
kind: APIServer
metadata: {name: cluster}
spec:
  encryption: {type: aescbc}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: config.openshift.io/v1
kind: APIServer
metadata: {name: cluster}
spec:
^^^^ etcd is not encrypted; set spec.encryption.type to aescbc or aesgcm
  audit: {profile: Default}
)",
     .good = R"(
apiVersion: config.openshift.io/v1
kind: APIServer
metadata: {name: cluster}
spec:
  encryption: {type: aesgcm}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check openshift_etcd_encryption = {
    .id = "openshift-etcd-encryption",
    .title = "OpenShift APIServer object leaves etcd unencrypted.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Without a type the cluster writes Secrets and ConfigMaps to etcd as they are, and every backup holds them readable.",
    .aliases = {"kyverno:enforce-etcd-encryption"},
    .standards = {"CIS-K8s-1.2.27"},
    .examples = examples,
    .run = on_objects({"config.openshift.io/APIServer"}, run),
};

}
