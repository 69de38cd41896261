#include "checks/control-plane/flag_rule.h"

// Admission plugins of the API server that are on or off to its harm.

namespace plimsoll::checks::apiserver_plugins_wrong {

static constexpr FlagRule apiserver_plugin_always_admit = {.component = kubernetes::Component::api_server,
                                                           .flag = "enable-admission-plugins",
                                                           .must = Must::not_contain,
                                                           .reason = "it admits every request, whatever the other plugins are for",
                                                           .want = "AlwaysAdmit",
                                                           .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_namespace_lifecycle = {.component = kubernetes::Component::api_server,
                                                                  .flag = "disable-admission-plugins",
                                                                  .must = Must::not_contain,
                                                                  .reason = "objects can be created in namespaces that are being deleted",
                                                                  .want = "NamespaceLifecycle"};
static constexpr FlagRule apiserver_plugin_service_account = {.component = kubernetes::Component::api_server,
                                                              .flag = "disable-admission-plugins",
                                                              .must = Must::not_contain,
                                                              .reason = "pods run without a service account of their own",
                                                              .want = "ServiceAccount"};
static constexpr FlagRule apiserver_plugin_pod_security = {.component = kubernetes::Component::api_server,
                                                           .flag = "disable-admission-plugins",
                                                           .must = Must::not_contain,
                                                           .reason = "the pod security labels of namespaces have no effect",
                                                           .want = "PodSecurity"};

static constexpr Example apiserver_plugin_always_admit_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,AlwaysAdmit"]
                                                                          ^^^^^^^^^^^ 'AlwaysAdmit' in --enable-admission-plugins: it admits every request, whatever the other plugins are for; remove it
)",
                                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
)",
                                                                      .path = "app.yaml",
                                                                      .fixed = false}};

static constexpr Example apiserver_plugin_namespace_lifecycle_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--disable-admission-plugins=StorageObjectInUseProtection,NamespaceLifecycle"]
                                                                                        ^^^^^^^^^^^^^^^^^^ 'NamespaceLifecycle' in --disable-admission-plugins: objects can be created in namespaces that are being deleted; remove it
)",
                                                                             .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --disable-admission-plugins=StorageObjectInUseProtection]
)",
                                                                             .path = "app.yaml",
                                                                             .fixed = false}};

static constexpr Example apiserver_plugin_service_account_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--disable-admission-plugins=StorageObjectInUseProtection,ServiceAccount"]
                                                                                        ^^^^^^^^^^^^^^ 'ServiceAccount' in --disable-admission-plugins: pods run without a service account of their own; remove it
)",
                                                                         .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --disable-admission-plugins=StorageObjectInUseProtection]
)",
                                                                         .path = "app.yaml",
                                                                         .fixed = false}};

static constexpr Example apiserver_plugin_pod_security_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--disable-admission-plugins=StorageObjectInUseProtection,PodSecurity"]
                                                                                        ^^^^^^^^^^^ 'PodSecurity' in --disable-admission-plugins: the pod security labels of namespaces have no effect; remove it
)",
                                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --disable-admission-plugins=StorageObjectInUseProtection]
)",
                                                                      .path = "app.yaml",
                                                                      .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-plugin-always-admit",
        .title = "AlwaysAdmit admission plugin is enabled.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The plugin does nothing but admit; it is there for tests and hides that admission was never thought through.",
        .aliases = {"trivy:KCV-0011", "checkov:CKV_K8S_79", "kubescape:C-0122", "kics:ce30e584-b33f-4c7d-b418-a3d7027f8f60",
                    "mondoo:api-server-no-always-admit"},
        .standards = {"CIS-K8s-1.2.10"},
        .examples = apiserver_plugin_always_admit_examples,
        .run = on_flag<apiserver_plugin_always_admit>(),
    },
    {
        .id = "apiserver-plugin-namespace-lifecycle",
        .title = "NamespaceLifecycle admission plugin is disabled.",
        .category = Category::reliability,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The plugin refuses new objects in namespaces that are missing or going away and protects the three system namespaces. "
               "It is on by default.",
        .aliases = {"trivy:KCV-0015", "checkov:CKV_K8S_83", "kubescape:C-0126", "kics:1ffe7bf7-563b-4b3d-a71d-ba6bd8d49b37"},
        .standards = {"CIS-K8s-1.2.13"},
        .examples = apiserver_plugin_namespace_lifecycle_examples,
        .run = on_flag<apiserver_plugin_namespace_lifecycle>(),
    },
    {
        .id = "apiserver-plugin-service-account",
        .title = "ServiceAccount admission plugin is disabled.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The plugin gives each pod its service account and checks that it may use the secrets it mounts. It is on by default.",
        .aliases = {"trivy:KCV-0014", "checkov:CKV_K8S_82", "kubescape:C-0125", "kics:9587c890-0524-40c2-9ce2-663af7c2f063"},
        .standards = {"CIS-K8s-1.2.12"},
        .examples = apiserver_plugin_service_account_examples,
        .run = on_flag<apiserver_plugin_service_account>(),
    },
    {
        .id = "apiserver-plugin-pod-security",
        .title = "PodSecurity admission plugin is disabled.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The plugin enforces the Pod Security Standards that namespaces ask for by label. It is on by default, and without it "
               "the labels are decoration.",
        .aliases = {"mondoo:api-server-admission-pod-security"},
        .standards = {"CIS-K8s-5.2.1"},
        .examples = apiserver_plugin_pod_security_examples,
        .run = on_flag<apiserver_plugin_pod_security>(),
    },
};

extern constinit const std::span<const Check> apiserver_plugins_wrong = table;

}
