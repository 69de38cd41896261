#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::read_only_rootfs_no_scratch {

using yaml::Node;

// A mount the container can write to. Claim templates of a StatefulSet are volumes that the pod does not list.
static bool is_scratch(const kubernetes::Container& container, Node mount) {
    if (mount["readOnly"].is_true()) return false;
    const kubernetes::Pod& pod = *container.pod;
    const std::string_view name = mount["name"].text_or_empty();
    const std::string source{kubernetes::volume_source(pod.volume(name)).key.scalar()};
    return source != "configMap" && source != "secret" && source != "downwardAPI" && source != "projected" && source != "image";
}

static bool covers(std::string_view mount, std::string_view path) { return kubernetes::lies_in(path, kubernetes::clean_host_path(mount)); }

static void run(const kubernetes::Container& container, Reporter& report) {
    if (!container.long_running() || container.pod->partial || !container.read_only_root()) return;
    const std::vector<std::string>& paths = report.list("required_paths");
    std::size_t scratch = 0;
    std::vector<std::string_view> left(paths.begin(), paths.end());
    for (const Node mount : container["volumeMounts"].items()) {
        if (!is_scratch(container, mount)) continue;
        ++scratch;
        std::erase_if(left, [&](std::string_view path) { return covers(mount["mountPath"].text_or_empty(), path); });
    }
    const Node value = container.own_security()["readOnlyRootFilesystem"];
    if (paths.empty() && scratch == 0) report.at(value, "nothing is writable here; mount an emptyDir at /tmp if the program needs one");
    for (std::string_view path : left) report.at(value, "nothing writable is mounted at " + quote(path) + "; mount an emptyDir there");
}

static constexpr Option options[] = {{.name = "required_paths", .what = "paths that must be writable; without, any writable volume will do"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      readOnlyRootFilesystem: true
                              ^^^^ nothing is writable here; mount an emptyDir at /tmp if the program needs one
    volumeMounts:
    - {name: settings, mountPath: /etc/app}
  volumes:
  - name: settings
    configMap: {name: app}
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
    securityContext:
      readOnlyRootFilesystem: true
    volumeMounts:
    - {name: tmp, mountPath: /tmp}
  volumes:
  - name: tmp
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
    securityContext:
      readOnlyRootFilesystem: true
                              ^^^^ nothing writable is mounted at '/var/cache'; mount an emptyDir there
    volumeMounts:
    - {name: tmp, mountPath: /tmp}
  volumes:
  - name: tmp
    emptyDir: {}
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
    securityContext:
      readOnlyRootFilesystem: true
    volumeMounts:
    - {name: tmp, mountPath: /tmp}
    - {name: tmp, mountPath: /var, subPath: var}
  volumes:
  - name: tmp
    emptyDir: {}
)",
                                        .config = R"(checks:
  read-only-rootfs-no-scratch: {required_paths: [/tmp, /var/cache]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check read_only_rootfs_no_scratch = {
    .id = "read-only-rootfs-no-scratch",
    .title = "Read-only root file system but no writable /tmp.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Many runtimes write at least to /tmp and fail, often late, when the root file system is read-only and no volume is mounted there. Programs that "
           "write nothing are fine without.",
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
