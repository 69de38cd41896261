#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::volume_type_not_restricted {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const Node volume : pod["volumes"].items()) {
        const auto [key, value] = kubernetes::volume_source(volume);
        if (!key || !value.is_mapping() || kubernetes::is_restricted_volume_source(key.scalar())) continue;
        const std::vector<std::string>& allowed = report.list("allow_types");
        if (std::find(allowed.begin(), allowed.end(), key.scalar()) != allowed.end()) continue;
        Draft draft = report.at(key, quote(key.scalar()) + " volumes are outside of what restricted pods may use; use a persistentVolumeClaim");
        draft.field(value.path());
        if (key.scalar() == "hostPath") draft.without("trivy");   // it has a rule of its own for these
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    }
}

static constexpr Option options[] = {{.name = "allow_types", .what = "further volume sources that pods may use"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  volumes:
  - name: data
    nfs: {server: files.example.org, path: /data}
    ^^^ 'nfs' volumes are outside of what restricted pods may use; use a persistentVolumeClaim
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
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data}
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
  volumes:
  - {name: a, nfs: {server: files.example.org, path: /data}}
  - {name: b, iscsi: {targetPortal: 10.0.0.1, iqn: "iqn.2001-04.org.example:b", lun: 0}}
              ^^^^^ 'iscsi' volumes are outside of what restricted pods may use; use a persistentVolumeClaim
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
  - {name: a, nfs: {server: files.example.org, path: /data}}
)",
                                        .config = R"(checks:
  volume-type-not-restricted: {allow_types: [nfs]}
)",
                                        .path = "app.yaml"}};

extern constinit const Check volume_type_not_restricted = {
    .id = "volume-type-not-restricted",
    .title = "Volume type is outside the restricted set.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Restricted pods get their storage through claims and CSI drivers, where the administrator decides what a volume is. Other sources name servers, "
           "disks or paths in the pod itself.",
    .aliases = {"trivy:KSV-0028", "marvin:M-111", "terrascan:AC_K8S_0081", "terrascan:AC_K8S_0130", "kyverno:restrict-volume-types", "gatekeeper:volumes",
                "gatekeeper:flexvolume-drivers", "psa:restrictedVolumes", "pss:restricted/restrictedVolumes"},
    .standards = {"PSS-restricted"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
