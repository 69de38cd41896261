#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::hostpath_persistent_volume {

static void run(const kubernetes::Object& object, Reporter& report) {
    const yaml::Node host_path = object.spec()["hostPath"], path = host_path["path"];
    if (!host_path.is_mapping()) return;
    report
        .at(path.text() ? path : host_path.key(),
            "this volume is " + (path.text() ? quote(*path.text()) : std::string("a path")) +
                " of whatever node the pod runs on, past the rules for hostPath; use local with nodeAffinity, or storage of the network")
        .field((path.text() ? path : host_path).path());
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  hostPath:
    path: /srv/data
          ^^^^^^^^^ this volume is '/srv/data' of whatever node the pod runs on, past the rules for hostPath; use local with nodeAffinity, or storage of the network
)",
                                        .good = R"(
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  nfs:
    server: files.example.org
    path: /data
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_persistent_volume = {
    .id = "hostpath-persistent-volume",
    .title = "PersistentVolume is backed by hostPath.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Rules such as Pod Security refuse hostPath in pods but do not look behind a claim. The data stays on one node, so a pod that moves to another "
           "finds an empty folder: hostPath volumes are for clusters of one node.",
    .aliases = {"mondoo:no-hostpath-persistent-volumes", "kyverno:limit-hostpath-type-pv"},
    .standards = {"CIS-K8s-5.2.11"},
    .examples = examples,
    .run = on_objects({"PersistentVolume"}, run),
};

}
