#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of claims, volumes and storage classes.

namespace plimsoll::checks::storage_fields {

using kubernetes::Object;
using yaml::Node;

static void judge_modes(Node spec, Refusals& refusals) {
    const Node modes = spec["accessModes"];
    if (refusals.whole() && spec.is_mapping() && (!modes.is_set() || (modes.is_sequence() && modes.empty())))
        refusals.absent(spec, "accessModes", "at least one access mode is needed; add accessModes");
    bool alone = false, others = false;
    for (Node mode : modes.items()) {
        if (!mode.text()) continue;
        const std::string_view text = *mode.text();
        alone = alone || text == "ReadWriteOncePod";
        others = others || text == "ReadWriteOnce" || text == "ReadOnlyMany" || text == "ReadWriteMany";
        // The API server names the list.
        if (text != "ReadWriteOncePod" && text != "ReadWriteOnce" && text != "ReadOnlyMany" && text != "ReadWriteMany")
            refusals.wrong(mode, quote(text) + " is no access mode; use ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod")
                .field(server_path(refusals, modes, ""));
    }
    if (alone && others) refusals.clash(modes, "ReadWriteOncePod stands alone; remove it or the others");
}

static void judge_claim(Node spec, Refusals& refusals) {
    if (!spec.is_mapping()) return;
    judge_modes(spec, refusals);
    const Node resources = spec["resources"], storage = resources["requests"]["storage"];
    // The API server leaves out "requests" in the name of the field.
    const std::string field = server_path(refusals, spec, ".resources[storage]");
    const bool unknown = resources.is_placeholder() || resources["requests"].is_placeholder() || storage.is_placeholder();
    if (!storage.is_set() && !unknown && refusals.whole())
        refusals.absent(resources.is_mapping() ? resources : spec, "requests", "a claim says how much it needs; add resources.requests.storage").field(field);
    else if (const auto amount = kubernetes::quantity_milli(storage); amount && *amount <= 0)
        refusals.wrong(storage, quote(storage.scalar()) + " is no amount; ask for more than zero").field(field);
    refusals.subdomain(spec["storageClassName"]);
    refusals.subdomain(spec["volumeAttributesClassName"]);
    // The API server copies the one to the other and says it twice.
    if (const Node name = spec["dataSourceRef"]["name"]; refusals.as_server() && name.text() == "" && !spec["dataSource"].is_set())
        refusals.clash(name, "the copy in dataSource has no name either").field(server_path(refusals, spec, ".dataSource.name"));
}

static void run_claim(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    if (object.is("PersistentVolumeClaim"))
        judge_claim(object.spec(), refusals);
    else
        for (Node claim : object.spec()["volumeClaimTemplates"].items()) judge_claim(claim["spec"], refusals);
}

static void run_ephemeral(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.object->builtin()) return;
    Refusals refusals(*pod.object, report);
    for (Node volume : pod["volumes"].items())
        if (const Node spec = volume["ephemeral"]["volumeClaimTemplate"]["spec"]; spec.is_mapping()) judge_claim(spec, refusals);
}

// ---- volumes ----------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view sources[] = {"hostPath",
                                        "gcePersistentDisk",
                                        "awsElasticBlockStore",
                                        "glusterfs",
                                        "flocker",
                                        "nfs",
                                        "rbd",
                                        "quobyte",
                                        "cephfs",
                                        "iscsi",
                                        "cinder",
                                        "fc",
                                        "flexVolume",
                                        "azureFile",
                                        "vsphereVolume",
                                        "photonPersistentDisk",
                                        "portworxVolume",
                                        "azureDisk",
                                        "scaleIO",
                                        "local",
                                        "storageos",
                                        "csi"};

constexpr std::string_view mountable[] = {
    "gcePersistentDisk", "awsElasticBlockStore", "nfs",       "rbd",       "quobyte",   "cephfs",         "iscsi", "cinder",
    "azureFile",         "vsphereVolume",        "azureDisk", "glusterfs", "storageos", "portworxVolume", "csi"};

}

static Node judge_sources(const Object& volume, Refusals& refusals) {
    const Node spec = volume.spec();
    Node first;
    for (std::string_view kind : sources) {
        const Node source = spec[kind];
        if (!source.is_set()) continue;
        if (first) refusals.clash(source, "the volume is " + quote(first.key().scalar()) + " already; keep one");
        if (!first) first = source;
    }
    if (!first && refusals.whole() && (spec.is_mapping() || !spec))
        refusals.absent(volume.node(), "spec", "the volume has no source; add csi, nfs or the like");
    return first;
}

static void judge_capacity(Node spec, Refusals& refusals) {
    const Node capacity = spec["capacity"];
    if (capacity.is_placeholder() || !spec.is_mapping()) return;
    if (!capacity["storage"].is_set() && refusals.whole()) {
        refusals.absent(spec, "capacity", "a volume says how much it holds; add capacity.storage");
        return;
    }
    for (const yaml::Entry& entry : capacity.entries()) {
        const std::string_view name = entry.key.scalar();
        const auto amount = kubernetes::quantity_milli(entry.value);
        if (name != "storage")
            refusals.wrong(entry.key, quote(name) + " is not what a volume holds; only storage is").field(server_path(refusals, capacity, ""));
        else if (amount && *amount <= 0)
            refusals.wrong(entry.value, quote(entry.value.scalar()) + " is no amount; write more than zero")
                .field(server_path(refusals, capacity, "[storage]"));
    }
}

static void judge_source(Node spec, Node source, Refusals& refusals) {
    const std::string_view kind = source.key().scalar();
    if (kind == "local" && !spec["nodeAffinity"].is_set() && refusals.whole())
        refusals.absent(spec, "nodeAffinity", "a local volume is on one node; say which in nodeAffinity");
    if (kind == "nfs" && !source["path"].text_or_empty().empty() && !source["path"].text_or_empty().starts_with('/'))
        refusals.wrong(source["path"], quote(source["path"].scalar()) + " is relative; write the path from the root of the server");
    const Node policy = spec["persistentVolumeReclaimPolicy"];
    if (kind == "hostPath" && policy.text() == "Recycle" && source["path"].text() == "/")
        refusals.wrong(policy, "recycling would empty the whole node; use Retain or Delete");
}

static void run_volume(const Object& volume, Reporter& report) {
    constexpr std::string_view annotation = "volume.beta.kubernetes.io/mount-options";
    Refusals refusals(volume, report);
    const Node spec = volume.spec(), source = judge_sources(volume, refusals);
    judge_modes(spec, refusals);
    judge_capacity(spec, refusals);
    if (source) judge_source(spec, source, refusals);
    refusals.subdomain(spec["storageClassName"]);
    const bool mounts = std::find(std::begin(mountable), std::end(mountable), source.key().scalar()) != std::end(mountable);
    if (const Node options = volume.annotations()[annotation]; source && options.is_set() && !mounts)
        refusals.clash(options, "a volume of this kind takes no mount options; remove the annotation").field("metadata.annotations." + std::string(annotation));
}

static void run_class(const Object& storage_class, Reporter& report) {
    constexpr std::size_t most_parameters = 512;
    Refusals refusals(storage_class, report);
    const Node provisioner = storage_class["provisioner"], parameters = storage_class["parameters"];
    std::string lower(provisioner.text_or_empty());
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!lower.empty() && !kubernetes::is_qualified_name(lower))
        refusals.wrong(provisioner, quote(provisioner.scalar()) + " is no name of a provisioner; use " + std::string(Refusals::qualified_advice));
    // The schema knows what volumes may do as well.
    if (const Node policy = storage_class["reclaimPolicy"]; policy.text() == "Recycle") refusals.one_of(policy, {"Delete", "Retain"});
    if (parameters.size() > most_parameters) refusals.clash(parameters, "a class has at most 512 parameters; remove some");
    for (const yaml::Entry& entry : parameters.entries())
        if (entry.key.scalar().empty()) refusals.wrong(entry.key, "a parameter needs a name").field(server_path(refusals, parameters, ""));
}

static constexpr Example volume_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
  annotations: {volume.beta.kubernetes.io/mount-options: nolock}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a volume of this kind takes no mount options; remove the annotation
spec:
  accessModes: [ReadWriteAlways]
                ^^^^^^^^^^^^^^^ 'ReadWriteAlways' is no access mode; use ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod
  capacity: {storage: 0, cpu: 1}
                      ^ '0' is no amount; write more than zero
                         ^^^ 'cpu' is not what a volume holds; only storage is
  storageClassName: A_b
                    ^^^ 'A_b' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  persistentVolumeReclaimPolicy: Recycle
                                 ^^^^^^^ recycling would empty the whole node; use Retain or Delete
  hostPath: {path: /}
  nfs: {server: nfs.example.org, path: export}
  ^^^ the volume is 'hostPath' already; keep one
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
^^^^ a local volume is on one node; say which in nodeAffinity
^^^^ a volume says how much it holds; add capacity.storage
^^^^ at least one access mode is needed; add accessModes
  local: {path: /mnt/disk}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: nothing}
                 ^^^^^^^ the volume has no source; add csi, nfs or the like
spec:
  accessModes: [ReadWriteOnce, ReadWriteOncePod]
  ^^^^^^^^^^^ ReadWriteOncePod stands alone; remove it or the others
  capacity: {storage: 1Gi}
)",
     .good = R"(
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
  annotations: {volume.beta.kubernetes.io/mount-options: nolock}
spec:
  accessModes: [ReadWriteMany]
  capacity: {storage: 1Gi}
  persistentVolumeReclaimPolicy: Recycle
  nfs: {server: nfs.example.org, path: /export}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {storage: "${SIZE}"}
  local: {path: /mnt/disk}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [a]}]}]}}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example class_examples[] = {
    {.bad = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: fast disks
             ^^^^^^^^^^ 'fast disks' is no name of a provisioner; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
reclaimPolicy: Recycle
               ^^^^^^^ 'Recycle' is not known here; use one of Delete, Retain
parameters: {"": a}
             ^^ a parameter needs a name
)",
     .good = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: Example.org/disks
reclaimPolicy: Retain
parameters: {type: a}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example claim_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
^^^^ at least one access mode is needed; add accessModes
  storageClassName: A_b
                    ^^^ 'A_b' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  resources: {requests: {storage: 0}}
                                  ^ '0' is no amount; ask for more than zero
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: more}
spec:
^^^^ a claim says how much it needs; add resources.requests.storage
  accessModes: [ReadWriteOncePod, ReadWriteOnce, Sometimes]
  ^^^^^^^^^^^ ReadWriteOncePod stands alone; remove it or the others
                                                 ^^^^^^^^^ 'Sometimes' is no access mode; use ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4"}
  volumes:
  - {name: data, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}
                                                   ^^^^ a claim says how much it needs; add resources.requests.storage
)",
     .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  storageClassName: ""
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  resources: {requests: {storage: "${SIZE}"}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4"}
  volumes:
  - {name: data, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "persistent-volume-invalid",
     .title = "PersistentVolume is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A volume has one source, an amount of storage, and access modes. The API server refuses anything else.",
     .aliases = {refused},
     .examples = volume_examples,
     .run = on_objects({"PersistentVolume"}, run_volume)},
    {.id = "storage-class-invalid",
     .title = "StorageClass is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A class names the provisioner that makes its volumes. The API server refuses one whose name is no name.",
     .aliases = {refused},
     .examples = class_examples,
     .run = on_objects({"StorageClass"}, run_class)},
    {.id = "volume-claim-invalid",
     .title = "Claim is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A claim says how it wants to read and write, and how much it needs. The API server refuses one that does not.",
     .aliases = {refused},
     .examples = claim_examples,
     .run = on_objects({"PersistentVolumeClaim", "StatefulSet"}, run_claim) | on_pods(run_ephemeral)},
};

extern constinit const std::span<const Check> storage_fields = table;

}
