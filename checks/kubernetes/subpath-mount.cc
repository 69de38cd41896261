#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::subpath_mount {

using yaml::Node;

// Kubelets of all later minors were released with the repair.
static constexpr unsigned repaired_minor = 23;

static void run(const kubernetes::Container& container, Reporter& report) {
    for (const Node mount : container["volumeMounts"].items())
        for (std::string_view field : {"subPath", "subPathExpr"}) {
            if (mount[field].text_or_empty().empty()) continue;
            if (kubernetes::pod_security_minor(report.settings().kubernetes_version) >= repaired_minor) return;
            report.at(mount[field], "old kubelets let a " + std::string(field) + " lead out of the volume; mount the whole volume, or update the nodes");
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
    - name: data
      mountPath: /data
      subPath: app
               ^^^ old kubelets let a subPath lead out of the volume; mount the whole volume, or update the nodes
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
                                        .config = R"(kubernetes-version: "1.21"
)",
                                        .path = "app.yaml"}};

extern constinit const Check subpath_mount = {
    .id = "subpath-mount",
    .title = "volumeMount uses subPath.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "In kubelets before 1.19.15, 1.20.11, 1.21.5 and 1.22.2 a container could exchange the path of a subPath for a link and so mount any file of the "
           "node (CVE-2021-25741). The check speaks up only when the configured Kubernetes version is that old.",
    .aliases = {"kubescape:C-0058", "datree:CONTAINER_CVE2021_25741_INCORRECT_SUBPATH_KEY"},
    .standards = {"MITRE-T1611"},
    .examples = examples,
    .run = on_containers(run),
};

}
