#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"

namespace plimsoll::checks::hostpath_sensitive {

using yaml::Node;

// Below the sensitive folders, but made for the agents of the node, or read by all kinds of pods without harm.
static bool is_harmless(std::string_view path) {
    for (std::string_view folder : {"/etc/ssl",
                                    "/etc/pki",
                                    "/etc/ca-certificates",
                                    "/usr/share",
                                    "/usr/local/share/ca-certificates",
                                    "/etc/localtime",
                                    "/etc/timezone",
                                    "/etc/machine-id",
                                    "/etc/os-release",
                                    "/usr/lib/os-release",
                                    "/etc/resolv.conf",
                                    "/etc/hosts",
                                    "/lib/modules",
                                    "/usr/src",
                                    "/run",
                                    "/dev",
                                    "/proc",
                                    "/sys",
                                    "/var/log",
                                    "/var/lib/kubelet/plugins",
                                    "/var/lib/kubelet/plugins_registry",
                                    "/var/lib/kubelet/device-plugins",
                                    "/var/lib/kubelet/pod-resources",
                                    "/var/lib/docker/containers"})
        if (kubernetes::lies_in(path, folder)) return true;
    return false;
}

// What kube-linter and Trivy look for, as whole paths.
static bool is_in_peers_list(std::string_view path) {
    constexpr std::string_view folders[] = {"/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"};
    return std::find(std::begin(folders), std::end(folders), path) != std::end(folders);
}

static void judge(const Node path, Reporter& report) {
    const std::string clean = kubernetes::clean_host_path(*path.text());
    for (const std::string& listed : report.list("paths")) {
        const std::string folder = kubernetes::clean_host_path(listed);
        if (clean == folder) {
            Draft draft = report.at(path, quote(*path.text()) + " is a sensitive folder of the node; mount only what is needed below it, or nothing");
            if (!is_in_peers_list(clean)) draft.without("kube-linter");
            if (!is_in_peers_list(clean) && clean != "/var/lib/docker") draft.without("trivy");
            return;
        }
        if (folder == "/" || !kubernetes::lies_in(clean, folder) || is_harmless(clean)) continue;
        // The peers compare whole paths.
        report.at(path, quote(*path.text()) + " lies in " + quote(listed) + ", a sensitive folder of the node; do without")
            .severity(Severity::high)
            .only({"kubesec:ProcMount", "kubeaudit:SensitivePathsMounted", "sonar:S6433"});
        return;
    }
}

static bool is_mounted(const kubernetes::Pod& pod, std::string_view name) {
    for (const kubernetes::Container& container : pod.containers)
        for (const Node mount : container["volumeMounts"].items())
            if (mount["name"].text_or_empty() == name) return true;
    return false;
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    kubernetes::each_host_path(pod, [&](Node volume, Node path) {
        if (is_mounted(pod, volume["name"].text_or_empty())) judge(path, report);
    });
}

static constexpr Option options[] = {
    {.name = "paths",
     .value = "/ /boot /dev /etc /lib /proc /sys /usr /root /run /var/log /var/lib/kubelet /var/lib/docker /var/lib/containerd /var/lib/etcd /home",
     .what = "sensitive folders of the node"}};

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
      path: /etc/
            ^^^^^ '/etc/' is a sensitive folder of the node; mount only what is needed below it, or nothing
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
    hostPath:
      path: /etc/ssl/certs
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
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    hostPath:
      path: /var/lib/kubelet/pki
            ^^^^^^^^^^^^^^^^^^^^ '/var/lib/kubelet/pki' lies in '/var/lib/kubelet', a sensitive folder of the node; do without
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
    hostPath:
      path: /srv/data
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
    volumeMounts:
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    hostPath:
      path: /
            ^ '/' is a sensitive folder of the node; mount only what is needed below it, or nothing
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
  - name: unused
    hostPath: {path: /}
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_sensitive = {
    .id = "hostpath-sensitive",
    .title = "Sensitive host directory mounted.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "Whoever can write to /etc, /root or the folders of the kubelet owns the node, and whoever can read them has its keys and the secrets of all its "
           "pods. The root of the node's file system holds all of that.",
    .aliases = {"trivy:KSV-0121", "kube-linter:sensitive-host-mounts", "kics:5308a7a8-06f8-45ac-bf10-791fe21de46e", "kubesec:ProcMount",
                "kubeaudit:SensitivePathsMounted", "sonar:S6433"},
    .standards = {"PSS-baseline", "CIS-K8s-5.2.11", "CIS-Docker-5.6", "NIST-800-190-4.5.5", "MITRE-T1611"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
