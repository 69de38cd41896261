#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::encryption_config_weak {

// "*." is every resource of the core group, "*.*" everything.
static bool covers_secrets(yaml::Node names) {
    for (yaml::Node name : names.items())
        if (name.scalar() == "secrets" || name.scalar() == "*." || name.scalar() == "*.*") return true;
    return false;
}

// The first provider writes; the others only read what was written before.
static void judge_writer(yaml::Node providers, Reporter& report) {
    const yaml::Node first = providers[std::size_t{0}];
    for (yaml::Entry entry : first.entries()) {
        if (entry.key.scalar() == "identity")
            report.at(entry.key, "the first provider writes, and 'identity' writes Secrets unencrypted; put it last");
        else if (entry.key.scalar() == "aesgcm")
            report.at(entry.key, "'aesgcm' is only safe while its key is changed all the time; use kms, secretbox or aescbc");
    }
}

static void judge_keys(yaml::Node providers, Reporter& report) {
    for (yaml::Node provider : providers.items()) {
        for (yaml::Entry entry : provider.entries()) {
            for (yaml::Node key : entry.value["keys"].items()) {
                const yaml::Node secret = key["secret"];
                if (secret.is_placeholder() || !secret.text()) continue;
                const std::optional<std::string> bytes = kubernetes::decode_base64(*secret.text());
                if (bytes && (bytes->size() == 16 || bytes->size() == 24 || bytes->size() == 32))
                    report.at(secret, "the key that encrypts Secrets lies in this file; put it in at deployment, or use kms").only({});
            }
        }
    }
}

static void run(const kubernetes::Object& object, Reporter& report) {
    bool covered = false;
    for (yaml::Node entry : object["resources"].items()) {
        judge_keys(entry["providers"], report);
        if (covered || !covers_secrets(entry["resources"])) continue;
        covered = true;
        judge_writer(entry["providers"], report);
    }
    if (!covered && !object.is_fragment()) report.missing(object, "resources", "secrets are in no list of resources and stay unencrypted; add them");
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - identity: {}
    ^^^^^^^^ the first provider writes, and 'identity' writes Secrets unencrypted; put it last
  - aescbc:
      keys:
      - {name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the key that encrypts Secrets lies in this file; put it in at deployment, or use kms
)",
     .good = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets, configmaps]
  providers:
  - aescbc:
      keys:
      - {name: key1, secret: "${ENCRYPTION_KEY}"}
  - identity: {}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
^^^^^^^^^ secrets are in no list of resources and stay unencrypted; add them
- resources: [configmaps]
  providers:
  - kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}
)",
     .good = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: ["*.*"]
  providers:
  - kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check encryption_config_weak = {
    .id = "encryption-config-weak",
    .title = "EncryptionConfiguration does not protect secrets.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The first provider that fits a resource writes it. An identity provider in front, a list without secrets or a key in "
           "the repository each leave the Secrets in etcd and its backups open.",
    .aliases = {"checkov:CKV_K8S_104", "kubescape:C-0142", "kics:10efce34-5af6-4d83-b414-9e096d5a06a9"},
    .standards = {"CIS-K8s-1.2.28", "NSA-secrets", "OWASP-K08"},
    .examples = examples,
    .run = on_objects({"apiserver.config.k8s.io/EncryptionConfiguration"}, run),
};

}
