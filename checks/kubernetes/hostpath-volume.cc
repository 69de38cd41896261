#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::hostpath_volume {

using yaml::Node;

// Folders of the node that hold its software, its settings or those of other pods.
static bool is_delicate(std::string_view path) {
    if (path == "/") return true;
    for (std::string_view folder : {"/boot", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/run", "/sys", "/usr", "/var/lib", "/var/log"})
        if (kubernetes::lies_in(path, folder)) return true;
    return false;
}

static bool is_exempt(const kubernetes::Pod& pod, std::string_view path, Reporter& report) {
    const std::optional<std::string_view> name_space = pod.object->declared_namespace();
    for (const std::string& exempt : report.list("exempt_namespaces"))
        if (name_space == exempt) return true;
    for (const std::string& allowed : report.list("allow_paths"))
        if (kubernetes::lies_in(path, kubernetes::clean_host_path(allowed))) return true;
    return false;
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const Node volume : pod["volumes"].items()) {
        const Node host_path = volume["hostPath"], value = host_path["path"];
        if (!host_path.is_mapping()) continue;
        const std::string path = kubernetes::clean_host_path(value.text_or_empty());
        if (is_exempt(pod, path, report)) continue;
        Draft draft = report.at(value.text() ? value : host_path.key(), "mounts " + (value.text() ? quote(*value.text()) : std::string("a path")) +
                                                                            " of the node; use a volume that does not depend on the node");
        if (!value.text()) draft.field(host_path.path());
        if (!is_delicate(path)) draft.severity(Severity::medium);
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    }
}

static constexpr Option options[] = {{.name = "allow_paths", .what = "paths of the node that may be mounted, with all below them"},
                                     {.name = "exempt_namespaces", .what = "namespaces whose pods may mount the node"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    hostPath:
      path: /etc/kubernetes
            ^^^^^^^^^^^^^^^ mounts '/etc/kubernetes' of the node; use a volume that does not depend on the node
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    emptyDir: {}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  volumes:
  - {name: a, hostPath: {path: /data/cache/x}}
  - {name: b, hostPath: {path: /srv/data}}
                               ^^^^^^^^^ mounts '/srv/data' of the node; use a volume that does not depend on the node
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  volumes:
  - {name: a, hostPath: {path: /data/cache/x}}
)",
                                        .config = R"(checks:
  hostpath-volume: {allow_paths: [/data/cache]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_volume = {
    .id = "hostpath-volume",
    .title = "hostPath volume is used.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A hostPath volume shows the pod files of the node, past all isolation: it can read other pods' data and credentials, often change what the node "
           "runs, and finds other files on another node. Agents of the node need it; applications have persistent volumes, configMaps and emptyDirs.",
    .aliases = {"trivy:KSV-0023", "polaris:hostPathSet", "kubescape:C-0048", "kics:aa8f7a35-9923-4cad-bd61-a19b7f6aac91",
                "datree:CONTAINERS_INCORRECT_KEY_HOSTPATH", "marvin:M-104", "terrascan:AC_K8S_0076", "kyverno:disallow-host-path",
                "kyverno:limit-hostpath-vols", "gatekeeper:host-filesystem", "psa:hostPathVolumes", "pss:baseline/hostPathVolumes",
                "pss:restricted/restrictedVolumes"},
    .standards = {"PSS-baseline", "CIS-K8s-5.2.11", "NSA-pod-hardening", "NIST-800-190-4.5.5", "MITRE-T1611"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
