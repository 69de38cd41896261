#include <algorithm>
#include <unordered_map>

#include "analyzer/engine/kubernetes_check.h"

// PersistentVolumes and StorageClasses: encryption, and what becomes of the data.

namespace plimsoll::checks::storage_settings {

using kubernetes::Cluster;
using kubernetes::Object;
using yaml::Node;

namespace {

// Drivers whose disks are not encrypted unless a parameter says so.
struct Driver {
    std::string_view name, parameter;
};

constexpr Driver drivers[] = {
    {"ebs.csi.aws.com", "encrypted"},
    {"kubernetes.io/aws-ebs", "encrypted"},
    {"diskplugin.csi.alibabacloud.com", "encrypted"},
    {"vpc.block.csi.ibm.io", "encrypted"},
};

const Driver* driver_of(std::string_view name) {
    for (const Driver& driver : drivers)
        if (name == driver.name) return &driver;
    return nullptr;
}

}

static void run_unencrypted(const Object& object, Reporter& report) {
    const bool storage_class = object.is("StorageClass");
    const Node name = storage_class ? object["provisioner"] : object.at("spec.csi.driver");
    const Driver* driver = driver_of(name.text_or_empty());
    if (!driver || object.is_fragment()) return;
    const Node parameter = (storage_class ? object["parameters"] : object.at("spec.csi.volumeAttributes"))[driver->parameter];
    if (parameter.is_placeholder() || parameter.text_or_empty() == "true" || parameter.is_true()) return;
    // A volume made by hand may have been encrypted by hand: only an explicit no counts.
    if (!storage_class && !parameter.is_set()) return;
    report.at(parameter.is_set() ? parameter : name,
              "disks of " + quote(driver->name) + " are not encrypted unless " + std::string(driver->parameter) + " is \"true\"; set it");
}

static bool is_default_class(const Object& storage_class) {
    return storage_class.annotation("storageclass.kubernetes.io/is-default-class") == "true" ||
           storage_class.annotation("storageclass.beta.kubernetes.io/is-default-class") == "true";
}

namespace {

// StatefulSets by the classes that their claims name.
class Users {
public:
    explicit Users(const Cluster& cluster) : sets_(cluster.of_kind("StatefulSet")) {
        for (std::size_t i = 0; i < sets_.size(); ++i)
            for (Node claim : sets_[i]->spec()["volumeClaimTemplates"].items()) {
                const Node name = claim["spec"]["storageClassName"];
                if (name.is_set())
                    by_class_.try_emplace(name.text_or_empty(), i);
                else
                    unnamed_ = std::min(unnamed_, i);
            }
    }
    // The first with a claim of this class; null when there is none.
    const Object* first_of(const Object& storage_class) const {
        const auto found = by_class_.find(storage_class.name());
        std::size_t first = found == by_class_.end() ? sets_.size() : found->second;
        if (is_default_class(storage_class)) first = std::min(first, unnamed_);
        return first < sets_.size() ? sets_[first] : nullptr;
    }

private:
    std::span<const Object* const> sets_;
    std::unordered_map<std::string_view, std::size_t> by_class_;
    std::size_t unnamed_ = SIZE_MAX;   // the first that leaves the class to the cluster
};

}

static void run_reclaim(const Cluster& cluster, Reporter& report) {
    const Users users(cluster);
    for (const Object* storage_class : cluster.of_kind("StorageClass")) {
        const Node policy = (*storage_class)["reclaimPolicy"];
        if (policy.is_set() && policy.text_or_empty() != "Delete") continue;
        const Object* user = users.first_of(*storage_class);
        if (!user) continue;
        const std::string message = "the data of StatefulSet " + quote(user->name()) + " is deleted together with its claims; use reclaimPolicy Retain";
        (policy.is_set() ? report.at(*storage_class, policy, message) : report.at(*storage_class, storage_class->head(), message))
            .related(*user, user->head(), "uses the class");
    }
}

static constexpr Example unencrypted_examples[] = {{.bad = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
             ^^^^^^^^^^^^^^^ disks of 'ebs.csi.aws.com' are not encrypted unless encrypted is "true"; set it
parameters: {type: gp3}
)",
                                                    .good = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
parameters: {type: gp3, encrypted: "true"}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: pd.csi.storage.gke.io
)",
                                                    .path = "app.yaml"}};

static constexpr Example reclaim_examples[] = {{.bad = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
reclaimPolicy: Delete
               ^^^^^^ the data of StatefulSet 'db' is deleted together with its claims; use reclaimPolicy Retain
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.org/db:1.0", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                                .good = R"(
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
reclaimPolicy: Retain
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: scratch}
provisioner: ebs.csi.aws.com
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.org/db:1.0", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "persistent-volume-reclaim-delete",
     .title = "StorageClass or PV deletes data with the claim.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Delete is the default of a StorageClass: whoever removes a claim, or the namespace around it, removes the disk. For databases a volume that stays "
            "is often "
            "worth its price.",
     .examples = reclaim_examples,
     .run = on_cluster(run_reclaim)},
    {.id = "persistent-volume-unencrypted",
     .title = "Volume is not encrypted.",
     .category = Category::security,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Some providers encrypt disks only when they are asked to. Others always do, and an account may have a default that this cannot see, so it is off "
            "by default.",
     .aliases = {"kubescape:C-0264"},
     .examples = unencrypted_examples,
     .run = on_objects({"StorageClass", "PersistentVolume"}, run_unencrypted)},
};

extern constinit const std::span<const Check> storage_settings = table;

}
