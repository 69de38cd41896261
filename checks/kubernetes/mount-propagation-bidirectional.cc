#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::mount_propagation_bidirectional {

static void run(const kubernetes::Container& container, Reporter& report) {
    for (const yaml::Node mount : container["volumeMounts"].items())
        if (mount["mountPropagation"].text_or_empty() == "Bidirectional")
            report.at(mount["mountPropagation"], "what the container mounts here appears on the node; use HostToContainer unless this is a storage driver");
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
    - name: data
      mountPath: /data
      mountPropagation: Bidirectional
                        ^^^^^^^^^^^^^ what the container mounts here appears on the node; use HostToContainer unless this is a storage driver
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
    - name: data
      mountPath: /data
      mountPropagation: HostToContainer
)",
                                        .path = "app.yaml"}};

extern constinit const Check mount_propagation_bidirectional = {
    .id = "mount-propagation-bidirectional",
    .title = "Bidirectional mount propagation.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Bidirectional propagation carries mounts made in the container to the node and all other containers that share the volume, and they stay when the "
           "container is gone. It needs a privileged container; storage drivers are about the only use.",
    .standards = {"CIS-Docker-5.20", "MITRE-T1611"},
    .examples = examples,
    .run = on_containers(run),
};

}
