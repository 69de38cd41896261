#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"

namespace plimsoll::checks::hostpath_type_missing {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    kubernetes::each_host_path(pod, [&](Node volume, Node path) {
        const Node type = volume["hostPath"]["type"];
        if (!type.is_set() || (type.text() && type.text()->empty()))
            report.at(path, "say the type of " + quote(*path.text()) + ": without, nothing is checked before it is mounted")
                .field(volume["hostPath"].path() + ".type");
    });
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
    - {name: host, mountPath: /host, readOnly: true}
  volumes:
  - name: host
    hostPath:
      path: /srv/data
            ^^^^^^^^^ say the type of '/srv/data': without, nothing is checked before it is mounted
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
      type: Directory
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
      path: /srv/data
            ^^^^^^^^^ say the type of '/srv/data': without, nothing is checked before it is mounted
      type: ""
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
      type: DirectoryOrCreate
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_type_missing = {
    .id = "hostpath-type-missing",
    .title = "hostPath without type.",
    .category = Category::reliability,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "With a type, such as Directory, File or Socket, the kubelet refuses to start the pod when the path is missing or something else. Without, runtimes "
           "create a directory in place of a missing file.",
    .examples = examples,
    .run = on_pods(run),
};

}
