#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::volume_type_deprecated {

using yaml::Node;

namespace {

// The minors with which a volume type was deprecated and its code was taken out (0: it is still there).
struct Type {
    std::string_view name;
    unsigned deprecated, removed;
    std::string_view instead;
};

}

static constexpr Type types[] = {
    {"gitRepo", 11, 0, "an init container that clones into an emptyDir"},
    {"flexVolume", 23, 0, "a CSI driver"},
    {"portworxVolume", 25, 0, "the CSI driver pxd.portworx.com"},
    {"awsElasticBlockStore", 17, 27, "the CSI driver ebs.csi.aws.com"},
    {"azureDisk", 19, 27, "the CSI driver disk.csi.azure.com"},
    {"azureFile", 21, 30, "the CSI driver file.csi.azure.com"},
    {"cinder", 11, 26, "the CSI driver cinder.csi.openstack.org"},
    {"gcePersistentDisk", 17, 28, "the CSI driver pd.csi.storage.gke.io"},
    {"vsphereVolume", 19, 30, "the CSI driver csi.vsphere.vmware.com"},
    {"cephfs", 28, 31, "the CSI driver cephfs.csi.ceph.com"},
    {"rbd", 28, 31, "the CSI driver rbd.csi.ceph.com"},
    {"glusterfs", 25, 26, "a CSI driver"},
    {"flocker", 22, 25, "a CSI driver"},
    {"quobyte", 22, 25, "a CSI driver"},
    {"storageos", 22, 25, "a CSI driver"},
    {"scaleIO", 16, 22, "a CSI driver"},
    {"photonPersistentDisk", 11, 31, "a CSI driver"},
};

static void judge(Node volume, Reporter& report) {
    for (const auto [key, value] : volume.entries()) {
        const auto type = std::ranges::find(types, key.scalar(), &Type::name);
        if (type == std::end(types) || !value.is_mapping()) continue;
        const unsigned minor = kubernetes::pod_security_minor(report.settings().kubernetes_version);
        if (minor < type->deprecated) continue;
        const bool gone = type->removed && minor >= type->removed;
        report
            .at(key, std::string(type->name) + (gone ? ": this driver left Kubernetes with 1." : " volumes are deprecated since Kubernetes 1.") +
                         std::to_string(gone ? type->removed : type->deprecated) + "; use " + std::string(type->instead))
            .field(value.path());
    }
}

static void of_pod(const kubernetes::Pod& pod, Reporter& report) {
    for (const Node volume : pod["volumes"].items()) judge(volume, report);
}

static void of_volume(const kubernetes::Object& object, Reporter& report) { judge(object.spec(), report); }

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
  - name: source
    gitRepo: {repository: "https://git.example.org/app.git"}
    ^^^^^^^ gitRepo volumes are deprecated since Kubernetes 1.11; use an init container that clones into an emptyDir
  - name: data
    cephfs:
    ^^^^^^ cephfs: this driver left Kubernetes with 1.31; use the CSI driver cephfs.csi.ceph.com
      monitors: [10.0.0.1]
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
  - name: source
    emptyDir: {}
  - name: data
    csi: {driver: cephfs.csi.ceph.com}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  awsElasticBlockStore: {volumeID: vol-1}
  ^^^^^^^^^^^^^^^^^^^^ awsElasticBlockStore: this driver left Kubernetes with 1.27; use the CSI driver ebs.csi.aws.com
)",
                                        .good = R"(
apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}
)",
                                        .path = "app.yaml"}};

extern constinit const Check volume_type_deprecated = {
    .id = "volume-type-deprecated",
    .title = "In-tree volume type is deprecated or removed.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The drivers that were built into Kubernetes were replaced by CSI drivers. Some types no longer work at all, others only where the CSI driver is "
           "installed; gitRepo clones as root of the node and has led to code execution there.",
    .aliases = {"trivy:KSV-0028"},
    .examples = examples,
    .run = on_pods(of_pod) | on_objects({"PersistentVolume"}, of_volume),
};

}
