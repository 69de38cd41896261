#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::hostpath_writable {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    for (const Node mount : container["volumeMounts"].items()) {
        const Node read_only = mount["readOnly"];
        if (read_only.is_true() || (read_only.is_set() && !read_only.is_false())) continue;
        const Node host_path = container.pod->volume(mount["name"].text_or_empty())["hostPath"];
        if (!host_path.is_mapping()) continue;
        const std::string_view path = host_path["path"].text_or_empty();
        const Node place = read_only.is_set() ? read_only : mount["mountPath"] ? mount["mountPath"] : mount["name"];
        report.at(place, (path.empty() ? std::string("a path") : quote(path)) + " of the node can be written here; set readOnly to true")
            .field(mount.path() + ".readOnly")
            .fix("Mount it read-only", Safety::unsafe, yaml::set_key(container.pod->object->manifest().source(), mount, "readOnly", "true"));
    }
}

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
    - name: host
      mountPath: /host
                 ^^^^^ '/srv/data' of the node can be written here; set readOnly to true
    - {name: logs, mountPath: /logs, readOnly: false}
                                               ^^^^^ '/var/log' of the node can be written here; set readOnly to true
  volumes:
  - name: host
    hostPath: {path: /srv/data}
  - name: logs
    hostPath: {path: /var/log}
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
    - name: host
      mountPath: /host
      readOnly: true
    - {name: logs, mountPath: /logs, readOnly: true}
  volumes:
  - name: host
    hostPath: {path: /srv/data}
  - name: logs
    hostPath: {path: /var/log}
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_writable = {
    .id = "hostpath-writable",
    .title = "hostPath mounted writable.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why =
        "What a container can write on the node it can use to get there: a cron job, a unit file, a kubelet manifest. Most pods that mount the node only read.",
    .aliases = {"kube-linter:writable-host-mount", "kubescape:C-0045", "kics:b7652612-de4e-4466-a0bf-1cd81f0c6063",
                "datree:EKS_INVALID_HOSTPATH_MOUNT_READONLY_VALUE", "kyverno:ensure-readonly-hostpath", "mondoo:hostpath-readonly"},
    .standards = {"NSA-pod-hardening", "NIST-800-190-4.5.5", "MITRE-T1611"},
    .examples = examples,
    .run = on_containers(run),
};

}
