#include "analyzer/engine/kubernetes_check.h"

// What a PodSecurityPolicy allows. The kind is gone since Kubernetes 1.25; older clusters still use it.

namespace plimsoll::checks::pod_security_policy {

// A field that must not be true.
template <const auto& row>
static void forbid(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node value = object.spec()[row.field];
    if (value.is_true()) report.at(value, std::string(row.field) + " lets pods " + std::string(row.what) + "; set it to false");
}

namespace {

struct Row {
    std::string_view field, what;
};
constexpr Row privileged = {"privileged", "run privileged containers"};
constexpr Row host_pid = {"hostPID", "see and signal the processes of the node"};
constexpr Row host_ipc = {"hostIPC", "read the shared memory of the node"};
constexpr Row host_network = {"hostNetwork", "use the network of the node"};

}

static void used(const kubernetes::Object& object, Reporter& report) {
    report.at(object["kind"], "Kubernetes 1.25 and newer know no PodSecurityPolicy; label namespaces for Pod Security admission instead");
}

static void escalation(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node value = object.spec()["allowPrivilegeEscalation"];
    if (value.is_true())
        report.at(value, "programs of the pods may gain privileges; set allowPrivilegeEscalation to false");
    else if (!value.is_set() && !object.is_fragment())
        report.missing(object, "spec.allowPrivilegeEscalation", "allowPrivilegeEscalation is not set and means true; set it to false");
}

// MustRunAs is as good as MustRunAsNonRoot when no range begins at 0.
static void root(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node rule = object.at("spec.runAsUser.rule");
    if (!rule.is_set()) {
        if (!object.is_fragment()) report.missing(object, "spec.runAsUser.rule", "containers may run as root; set spec.runAsUser.rule to MustRunAsNonRoot");
        return;
    }
    if (rule.text() == "MustRunAs") {
        for (yaml::Node range : object.at("spec.runAsUser.ranges").items())
            if (range["min"].integer().value_or(1) <= 0) report.at(range["min"], "the range of users begins at root; begin at 1 or more");
    } else if (rule.text() && rule.text() != "MustRunAsNonRoot") {
        report.at(rule, quote(rule.scalar()) + " lets containers run as root; use MustRunAsNonRoot");
    }
}

static bool holds(yaml::Node list, std::string_view name) {
    for (yaml::Node item : list.items())
        if (item.text() == name) return true;
    return false;
}

static void net_raw(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node dropped = object.spec()["requiredDropCapabilities"];
    if (!object.is_fragment() && !holds(dropped, "NET_RAW") && !holds(dropped, "ALL"))
        report.missing(object, "spec.requiredDropCapabilities", "pods keep NET_RAW and can forge packets; require dropping it or ALL");
}

static void dropped_capabilities(const kubernetes::Object& object, Reporter& report) {
    if (!object.is_fragment() && object.spec()["requiredDropCapabilities"].items().empty())
        report.missing(object, "spec.requiredDropCapabilities", "no capability has to be dropped; require dropping ALL");
}

static void added_capabilities(const kubernetes::Object& object, Reporter& report) {
    for (std::string_view field : {"allowedCapabilities", "defaultAddCapabilities"})
        for (yaml::Node item : object.spec()[field].items())
            report.at(item, quote(item.scalar()) + " in " + std::string(field) + " gives pods more than the default; remove it");
}

static void seccomp(const kubernetes::Object& object, Reporter& report) {
    constexpr std::string_view key = "seccomp.security.alpha.kubernetes.io/defaultProfileName";
    const yaml::Node value = object.annotations()[key];
    if (!value) {
        if (!object.is_fragment())
            report.missing(object, "metadata.annotations", "pods get no seccomp profile; set the annotation " + std::string(key) + " to runtime/default");
    } else if (value.text() && value.text() != "runtime/default" && value.text() != "docker/default") {
        report.at(value, quote(value.scalar()) + " is not the runtime's own seccomp profile; use runtime/default");
    }
}

static void host_path(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node volumes = object.spec()["volumes"];
    if (volumes.is_set() && !holds(volumes, "hostPath") && !holds(volumes, "*")) return;
    const yaml::Node allowed = object.spec()["allowedHostPaths"];
    if (allowed.items().empty()) {
        if (volumes.is_set() && !object.is_fragment())
            report.missing(object, "spec.allowedHostPaths", "pods may mount every path of the node; list the ones they need in allowedHostPaths");
        return;
    }
    for (yaml::Node path : allowed.items())
        if (!path["readOnly"].is_true()) report.at(path, "pods may write to " + quote(path["pathPrefix"].scalar()) + " of the node; add readOnly: true");
}

static void sysctls(const kubernetes::Object& object, Reporter& report) {
    for (yaml::Node item : object.spec()["allowedUnsafeSysctls"].items())
        report.at(item, quote(item.scalar()) + " affects the whole node; remove it from allowedUnsafeSysctls");
}

static constexpr Example psp_kind_used_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
      ^^^^^^^^^^^^^^^^^ Kubernetes 1.25 and newer know no PodSecurityPolicy; label namespaces for Pod Security admission instead
metadata: {name: tenants}
spec:
  privileged: false
)",
                                                      .good = R"(
apiVersion: v1
kind: Namespace
metadata:
  name: tenants
  labels: {pod-security.kubernetes.io/enforce: baseline}
)",
                                                      .path = "app.yaml",
                                                      .fixed = false}};

static constexpr Example psp_privileged_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  privileged: true
              ^^^^ privileged lets pods run privileged containers; set it to false
)",
                                                       .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  privileged: false
)",
                                                       .path = "app.yaml",
                                                       .fixed = false}};

static constexpr Example psp_host_pid_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostPID: true
           ^^^^ hostPID lets pods see and signal the processes of the node; set it to false
)",
                                                     .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostPID: false
)",
                                                     .path = "app.yaml",
                                                     .fixed = false}};

static constexpr Example psp_host_ipc_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostIPC: true
           ^^^^ hostIPC lets pods read the shared memory of the node; set it to false
)",
                                                     .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostIPC: false
)",
                                                     .path = "app.yaml",
                                                     .fixed = false}};

static constexpr Example psp_host_network_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostNetwork: true
               ^^^^ hostNetwork lets pods use the network of the node; set it to false
)",
                                                         .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  hostNetwork: false
)",
                                                         .path = "app.yaml",
                                                         .fixed = false}};

static constexpr Example psp_privilege_escalation_examples[] = {
    {.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowPrivilegeEscalation: true
                            ^^^^ programs of the pods may gain privileges; set allowPrivilegeEscalation to false
)",
     .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowPrivilegeEscalation: false
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: tenants}
spec:
^^^^ allowPrivilegeEscalation is not set and means true; set it to false
  privileged: false
)",
     .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowPrivilegeEscalation: false
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example psp_root_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  runAsUser: {rule: RunAsAny}
                    ^^^^^^^^ 'RunAsAny' lets containers run as root; use MustRunAsNonRoot
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  runAsUser:
    rule: MustRunAs
    ranges: [{min: 0, max: 1000}]
                   ^ the range of users begins at root; begin at 1 or more
)",
                                                 .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  runAsUser: {rule: MustRunAsNonRoot}
)",
                                                 .path = "app.yaml",
                                                 .fixed = false}};

static constexpr Example psp_net_raw_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  requiredDropCapabilities: [SYS_CHROOT]
  ^^^^^^^^^^^^^^^^^^^^^^^^ pods keep NET_RAW and can forge packets; require dropping it or ALL
)",
                                                    .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  requiredDropCapabilities: [NET_RAW]
)",
                                                    .path = "app.yaml",
                                                    .fixed = false}};

static constexpr Example psp_added_capabilities_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowedCapabilities: [ SYS_ADMIN ]
                         ^^^^^^^^^ 'SYS_ADMIN' in allowedCapabilities gives pods more than the default; remove it
)",
                                                               .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowedCapabilities: []
)",
                                                               .path = "app.yaml",
                                                               .fixed = false}};

static constexpr Example psp_drop_capabilities_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: tenants}
spec:
^^^^ no capability has to be dropped; require dropping ALL
  privileged: false
)",
                                                              .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  requiredDropCapabilities: [ALL]
)",
                                                              .path = "app.yaml",
                                                              .fixed = false}};

static constexpr Example psp_seccomp_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
^^^^^^^^ pods get no seccomp profile; set the annotation seccomp.security.alpha.kubernetes.io/defaultProfileName to runtime/default
  name: tenants
spec:
  privileged: false
)",
                                                    .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
  annotations: {seccomp.security.alpha.kubernetes.io/defaultProfileName: runtime/default}
spec:
  privileged: false
)",
                                                    .path = "app.yaml",
                                                    .fixed = false}};

static constexpr Example psp_host_path_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  volumes: [hostPath]
  allowedHostPaths:
  - pathPrefix: /var/log
    ^^^^^^^^^^^^^^^^^^^^ pods may write to '/var/log' of the node; add readOnly: true
)",
                                                      .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  volumes: [hostPath]
  allowedHostPaths:
  - {pathPrefix: /var/log, readOnly: true}
)",
                                                      .path = "app.yaml",
                                                      .fixed = false}};

static constexpr Example psp_unsafe_sysctls_examples[] = {{.bad = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowedUnsafeSysctls: [ kernel.msg* ]
                          ^^^^^^^^^^^ 'kernel.msg*' affects the whole node; remove it from allowedUnsafeSysctls
)",
                                                           .good = R"(
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: tenants
spec:
  allowedUnsafeSysctls: []
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "psp-kind-used",
        .title = "PodSecurityPolicy object is used.",
        .category = Category::deprecation,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "From 1.25 on the API server does not know the kind, and what the policy forbade is allowed without a word. Pod "
               "Security admission or a policy engine take its place.",
        .aliases = {"trivy:KSV-0107", "kubescape:C-0068"},
        .examples = psp_kind_used_examples,
        .run = on_objects({"PodSecurityPolicy"}, used),
    },
    {
        .id = "psp-privileged",
        .title = "PodSecurityPolicy allows privileged pods.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "On a cluster that still has pod security policies this is the only thing that keeps a pod from it: whoever may use the "
               "policy gets the right.",
        .aliases = {"checkov:CKV_K8S_2", "kubescape:C-0213", "kics:c48e57d3-d642-4e0b-90db-37f807b41b91"},
        .examples = psp_privileged_examples,
        .run = on_objects({"PodSecurityPolicy"}, forbid<privileged>),
    },
    {
        .id = "psp-host-pid",
        .title = "PodSecurityPolicy allows hostPID.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "On a cluster that still has pod security policies this is the only thing that keeps a pod from it: whoever may use the "
               "policy gets the right.",
        .aliases = {"checkov:CKV_K8S_1", "kubescape:C-0214", "kics:91dacd0e-d189-4a9c-8272-5999a3cc32d9"},
        .examples = psp_host_pid_examples,
        .run = on_objects({"PodSecurityPolicy"}, forbid<host_pid>),
    },
    {
        .id = "psp-host-ipc",
        .title = "PodSecurityPolicy allows hostIPC.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "On a cluster that still has pod security policies this is the only thing that keeps a pod from it: whoever may use the "
               "policy gets the right.",
        .aliases = {"checkov:CKV_K8S_3", "kubescape:C-0215", "kics:80f93444-b240-4ebb-a4c6-5c40b76c04ea"},
        .examples = psp_host_ipc_examples,
        .run = on_objects({"PodSecurityPolicy"}, forbid<host_ipc>),
    },
    {
        .id = "psp-host-network",
        .title = "PodSecurityPolicy allows hostNetwork.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "On a cluster that still has pod security policies this is the only thing that keeps a pod from it: whoever may use the "
               "policy gets the right.",
        .aliases = {"checkov:CKV_K8S_4", "kubescape:C-0216", "kics:a33e9173-b674-4dfb-9d82-cf3754816e4b"},
        .examples = psp_host_network_examples,
        .run = on_objects({"PodSecurityPolicy"}, forbid<host_network>),
    },
    {
        .id = "psp-privilege-escalation",
        .title = "PodSecurityPolicy allows privilege escalation.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "With escalation allowed a program with the set-user-id bit can make itself root. Absent means allowed.",
        .aliases = {"checkov:CKV_K8S_5", "kubescape:C-0217", "kics:87554eef-154d-411d-bdce-9dbd91e56851", "kics:0a7c420c-4568-4cec-ba36-4d42a6f9613b"},
        .examples = psp_privilege_escalation_examples,
        .run = on_objects({"PodSecurityPolicy"}, escalation),
    },
    {
        .id = "psp-root",
        .title = "PodSecurityPolicy admits root containers.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "A process that is root in its container is one kernel bug away from being root on the node.",
        .aliases = {"checkov:CKV_K8S_6", "kubescape:C-0218", "kics:e3aa0612-4351-4a0d-983f-aefea25cf203"},
        .examples = psp_root_examples,
        .run = on_objects({"PodSecurityPolicy"}, root),
    },
    {
        .id = "psp-net-raw",
        .title = "PodSecurityPolicy does not require dropping NET_RAW.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "With NET_RAW, which containers have by default, a pod can forge packets and impersonate others on its network.",
        .aliases = {"checkov:CKV_K8S_7", "kics:2270987f-bb51-479f-b8be-3ca73e5ad648"},
        .examples = psp_net_raw_examples,
        .run = on_objects({"PodSecurityPolicy"}, net_raw),
    },
    {
        .id = "psp-added-capabilities",
        .title = "PodSecurityPolicy allows added capabilities.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "On a cluster that still has pod security policies this is the only thing that keeps a pod from it: whoever may use the "
               "policy gets the right.",
        .aliases = {"checkov:CKV_K8S_24", "kubescape:C-0219", "kics:7307579a-3abb-46ad-9ce5-2a915634d5c8"},
        .examples = psp_added_capabilities_examples,
        .run = on_objects({"PodSecurityPolicy"}, added_capabilities),
    },
    {
        .id = "psp-drop-capabilities",
        .title = "PodSecurityPolicy requires no dropped capabilities.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Containers start with more capabilities than nearly any program needs. A policy can require that they are dropped.",
        .aliases = {"checkov:CKV_K8S_36", "kubescape:C-0220", "kics:caa93370-791f-4fc6-814b-ba6ce0cb4032"},
        .examples = psp_drop_capabilities_examples,
        .run = on_objects({"PodSecurityPolicy"}, dropped_capabilities),
    },
    {
        .id = "psp-seccomp",
        .title = "PodSecurityPolicy sets no default seccomp profile.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Without a default profile pods run with every system call of the kernel open to them.",
        .aliases = {"checkov:CKV_K8S_32"},
        .examples = psp_seccomp_examples,
        .run = on_objects({"PodSecurityPolicy"}, seccomp),
    },
    {
        .id = "psp-host-path",
        .title = "PodSecurityPolicy does not restrict host paths.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::strict,
        .why = "A path of the node in a pod is a way out of it, most of all when the pod may write there.",
        .aliases = {"kics:de4421f1-4e35-43b4-9783-737dd4e4a47e"},
        .examples = psp_host_path_examples,
        .run = on_objects({"PodSecurityPolicy"}, host_path),
    },
    {
        .id = "psp-unsafe-sysctls",
        .title = "PodSecurityPolicy allows unsafe sysctls.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Unsafe kernel settings are not confined to the pod that sets them and can upset every other pod on the node.",
        .aliases = {"kics:9127f0d9-2310-42e7-866f-5fd9d20dcbad"},
        .examples = psp_unsafe_sysctls_examples,
        .run = on_objects({"PodSecurityPolicy"}, sysctls),
    },
};

extern constinit const std::span<const Check> pod_security_policy = table;

}
