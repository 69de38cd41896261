#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::secret_as_env {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    for (Node item : container["env"].items())
        if (const Node reference = item["valueFrom"]["secretKeyRef"]; reference.is_mapping())
            report.at(reference.key(), "mount the Secret as a file: environment variables are inherited, logged and shown by describe commands of runtimes");
    for (Node item : container["envFrom"].items())
        if (const Node reference = item["secretRef"]; reference.is_mapping())
            report.at(reference.key(), "mount the Secret as a file: this puts all its keys into the environment")
                .only({"checkov:CKV_K8S_35", "kubescape:C-0207", "kics:3d658f8b-d988-41a0-a841-40043121de1e", "kubesec:SecretsAsEnvironmentVariables",
                       "datree:CIS_INVALID_KEY_SECRETKEYREF_SECRETREF", "terrascan:AC_K8S_0051", "kyverno:disallow-secrets-from-env-vars",
                       "kyverno:disallow-all-secrets", "rhcop:OCP_BESTPRACT-00016"});
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: DB_PASSWORD
      valueFrom: {secretKeyRef: {name: db, key: password}}
                  ^^^^^^^^^^^^ mount the Secret as a file: environment variables are inherited, logged and shown by describe commands of runtimes
    envFrom:
    - secretRef: {name: web}
      ^^^^^^^^^ mount the Secret as a file: this puts all its keys into the environment
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env: [{name: MODE, valueFrom: {configMapKeyRef: {name: web, key: mode}}}]
    envFrom: [{configMapRef: {name: web}}]
    volumeMounts: [{name: db, mountPath: /run/secrets/db}]
  volumes: [{name: db, secret: {secretName: db}}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check secret_as_env = {
    .id = "secret-as-env",
    .title = "Secret is exposed through environment variables.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Every process of the container inherits the environment, crash reports and debug pages print it, and it does not follow a rotated Secret. "
           "A mounted file can be read by whom it is for. Very many programs know no other way, so this is off by default.",
    .aliases = {"checkov:CKV_K8S_35", "kube-linter:read-secret-from-env-var", "kubescape:C-0207", "kics:3d658f8b-d988-41a0-a841-40043121de1e",
                "kubesec:SecretsAsEnvironmentVariables", "datree:CIS_INVALID_KEY_SECRETKEYREF_SECRETREF", "terrascan:AC_K8S_0051",
                "kyverno:disallow-secrets-from-env-vars", "kyverno:disallow-all-secrets", "rhcop:OCP_BESTPRACT-00016"},
    .standards = {"CIS-K8s-5.4.1", "NSA-secrets", "OWASP-K08"},
    .examples = examples,
    .run = on_containers(run),
};

}
