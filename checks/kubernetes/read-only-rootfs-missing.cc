#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::read_only_rootfs_missing {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (container.pod->windows()) return;   // Windows needs its system drive writable
    constexpr std::string_view path = "securityContext.readOnlyRootFilesystem";
    const Source& source = container.pod->object->manifest().source();
    const yaml::Node value = container.at(path);
    if (value.is_false())
        report.at(value, "set readOnlyRootFilesystem to true, and mount an emptyDir where the program must write")
            .fix("Set readOnlyRootFilesystem to true", Safety::unsafe, yaml::replace_scalar(source, value, "true"));
    else if (kubernetes::lacks(container, path))
        report.missing(container, path, "set readOnlyRootFilesystem to true, and mount an emptyDir where the program must write")
            .fix("Set readOnlyRootFilesystem to true", Safety::unsafe, yaml::set_key(source, container.node, path, "true"));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.2
    securityContext: {readOnlyRootFilesystem: false}
                                              ^^^^^ set readOnlyRootFilesystem to true, and mount an emptyDir where the program must write
  containers:
  - name: app
          ^^^ set readOnlyRootFilesystem to true, and mount an emptyDir where the program must write
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1.2
    securityContext: {readOnlyRootFilesystem: true}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      readOnlyRootFilesystem: true
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    readOnlyRootFilesystem: true
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
    ^^^^^^^^^^^^^^^ set readOnlyRootFilesystem to true, and mount an emptyDir where the program must write
      runAsUser: 1000
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check read_only_rootfs_missing = {
    .id = "read-only-rootfs-missing",
    .title = "Root file system is writable.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "A process that cannot write to the files of its image cannot replace its program, drop a tool or leave something behind. What has to be written "
           "belongs in an emptyDir or another volume. The field exists for containers only, not for the pod.",
    .aliases = {"trivy:KSV-0014", "checkov:CKV_K8S_22", "kube-linter:no-read-only-root-fs", "kube-score:container-security-context-readonlyrootfilesystem",
                "polaris:notReadOnlyRootFilesystem", "kubescape:C-0017", "kubescape:C-0211", "kics:a9c2f49d-0671-4fc9-9ece-f4e261e128d0",
                "kubesec:ReadOnlyRootFilesystem", "semgrep:writable-filesystem-container", "kubeaudit:ReadOnlyRootFilesystemFalse",
                "kubeaudit:ReadOnlyRootFilesystemNil", "datree:CONTAINERS_INCORRECT_READONLYROOTFILESYSTEM_VALUE", "marvin:M-300", "terrascan:AC_K8S_0078",
                "kyverno:require-ro-rootfs", "gatekeeper:read-only-root-filesystem", "mondoo:readonlyrootfilesystem"},
    .standards = {"CIS-Docker-5.13", "NSA-pod-immutable-fs", "NIST-800-190-4.4.3", "OWASP-K01"},
    .examples = examples,
    .run = on_containers(run),
};

}
