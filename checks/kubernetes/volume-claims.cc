#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

// PersistentVolumeClaims, written as objects or as templates of a StatefulSet.

namespace plimsoll::checks::volume_claims {

using kubernetes::Object;
using yaml::Node;

namespace {

// Calls each(claim) for the claim that the object is, or the templates that it has.
template <typename Each>
void each_claim(const Object& object, const Each& each) {
    if (object.is("PersistentVolumeClaim"))
        each(object.node());
    else
        for (Node claim : object.spec()["volumeClaimTemplates"].items()) each(claim);
}

// What to mark when something is missing in a claim: its name, else its first key.
Span head_of(Node claim) {
    const Node name = claim["metadata"]["name"];
    return name ? name.span() : claim.head();
}

}

static void run_mode(const Object& object, Reporter& report) {
    for (Node claim : object.spec()["volumeClaimTemplates"].items()) {
        const Node modes = claim["spec"]["accessModes"];
        bool single = modes.empty();
        for (Node mode : modes.items()) single = single || mode.is_placeholder() || mode.text_or_empty().starts_with("ReadWriteOnce");
        if (!single) report.at(modes, "each replica has a volume of its own, so ReadWriteOnce or ReadWriteOncePod is enough");
    }
}

static void run_storage(const Object& object, Reporter& report) {
    if (object.is_fragment()) return;
    each_claim(object, [&](Node claim) {
        const Node spec = claim["spec"], storage = spec["resources"]["requests"]["storage"];
        if (!claim.is_mapping() || storage.is_set() || (spec.is_set() && !spec.is_mapping())) return;
        // The claim of a patch has a name and little else.
        if (!spec.is_set() && !object.is("PersistentVolumeClaim")) return;
        report.at(spec["resources"] ? spec["resources"].key().span() : head_of(claim),
                  "the claim asks for no storage; the API server refuses that, so set resources.requests.storage");
    });
}

static void run_annotation(const Object& object, Reporter& report) {
    const std::string_view key = report.text("annotation");
    if (key.empty() || object.is_fragment()) return;
    for (Node claim : object.spec()["volumeClaimTemplates"].items())
        if (!claim["metadata"]["annotations"].has(key)) report.at(head_of(claim), "the claim template lacks the annotation " + quote(key));
}

static void run_class(const Object& object, Reporter& report) {
    const std::vector<std::string>& allowed = report.list("allow");
    if (allowed.empty() || object.is_fragment()) return;
    each_claim(object, [&](Node claim) {
        const Node name = claim["spec"]["storageClassName"];
        if (!name.is_set())
            report.at(head_of(claim), "no storageClassName: the cluster's default decides; name an allowed class");
        else if (name.text() && !name.is_placeholder() && std::find(allowed.begin(), allowed.end(), name.scalar()) == allowed.end())
            report.at(name, quote(name.scalar()) + " is not among the allowed storage classes");
    });
}

static constexpr Option annotation_options[] = {
    {.name = "annotation", .type = Option::Type::text, .what = "Key that every claim template must have; none: nothing is reported."},
};

static constexpr Option class_options[] = {
    {.name = "allow", .what = "Storage classes that may be used; none: nothing is reported."},
};

static constexpr Example mode_examples[] = {{.bad = R"(
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
    spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
                        ^^^^^^^^^^^^^^^ each replica has a volume of its own, so ReadWriteOnce or ReadWriteOncePod is enough
)",
                                             .good = R"(
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
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                             .path = "app.yaml"}};

static constexpr Example storage_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {}
  ^^^^^^^^^ the claim asks for no storage; the API server refuses that, so set resources.requests.storage
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
                     ^^^^ the claim asks for no storage; the API server refuses that, so set resources.requests.storage
    spec: {accessModes: [ReadWriteOnce]}
)",
                                                .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
)",
                                                .path = "app.yaml"}};

static constexpr Example annotation_examples[] = {{.bad = R"(
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
  - metadata:
      name: data
            ^^^^ the claim template lacks the annotation 'example.org/backup'
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                                   .good = R"(
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
  - metadata:
      name: data
      annotations: {example.org/backup: daily}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                                   .config = "checks:\n  statefulset-claim-annotation:\n    annotation: example.org/backup\n",
                                                   .path = "app.yaml"}};

static constexpr Example class_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
                 ^^^^ no storageClassName: the cluster's default decides; name an allowed class
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: logs}
spec:
  storageClassName: cheap
                    ^^^^^ 'cheap' is not among the allowed storage classes
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
)",
                                              .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
)",
                                              .config = "checks:\n  storage-class-policy:\n    allow: [fast, slow]\n",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "statefulset-claim-access-mode",
     .title = "StatefulSet claim template is not ReadWriteOnce.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Claim templates give every replica its own volume. Modes for several nodes need dearer storage and let pods of other workloads write to it.",
     .aliases = {"kics:3878dc92-8e5d-47cf-9cdd-7590f71d21b9", "kubesec:VolumeClaimAccessModeReadWriteOnce", "kyverno:enforce-readwriteonce-pod"},
     .examples = mode_examples,
     .run = on_objects({"StatefulSet"}, run_mode)},
    {.id = "statefulset-claim-annotation",
     .title = "Claim template lacks a required annotation.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Backup and billing tools go by annotations of claims, and those of a claim template cannot be added later.",
     .aliases = {"kube-linter:template:statefulset-volumeclaimtemplate-annotation"},
     .options = annotation_options,
     .examples = annotation_examples,
     .run = on_objects({"StatefulSet"}, run_annotation)},
    {.id = "statefulset-claim-no-storage",
     .title = "Claim has no storage request.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A claim without a size is refused, and a StatefulSet whose template has none makes no pods.",
     .aliases = {"kics:8cf4671a-cf3d-46fc-8389-21e7405063a2", "kubesec:VolumeClaimRequestsStorage"},
     .examples = storage_examples,
     .run = on_objects({"PersistentVolumeClaim", "StatefulSet"}, run_storage)},
    {.id = "storage-class-policy",
     .title = "Claim names no allowed storage class.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Without a class the default of each cluster decides about speed, price, encryption and what happens to the data when the claim goes.",
     .aliases = {"kyverno:require-storageclass", "kyverno:restrict-storageclass", "gatekeeper:storageclass"},
     .options = class_options,
     .examples = class_examples,
     .run = on_objects({"PersistentVolumeClaim", "StatefulSet"}, run_class)},
};

extern constinit const std::span<const Check> volume_claims = table;

}
