#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::block_device_mapped {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    const std::optional<std::string_view> name_space = container.pod->object->declared_namespace();
    if (name_space && name_space->starts_with("kube-")) return;
    for (const Node device : container["volumeDevices"].items()) {
        const Node path = device["devicePath"];
        if (path.text()) report.at(path, "the container writes to a raw device at " + quote(*path.text()) + ", past every file system; mount a volume instead");
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
    volumeDevices:
    - name: data
      devicePath: /dev/xvda
                  ^^^^^^^^^ the container writes to a raw device at '/dev/xvda', past every file system; mount a volume instead
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
)",
                                        .path = "app.yaml"}};

extern constinit const Check block_device_mapped = {
    .id = "block-device-mapped",
    .title = "Raw block device is mapped into the container.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A raw block device gives the container what is stored on it without the permissions of a file system. Databases and storage systems that need one "
           "are the exception.",
    .standards = {"CIS-Docker-5.18"},
    .examples = examples,
    .run = on_containers(run),
};

}
